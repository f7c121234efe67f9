"""As much of a browser as a sign-in through a provider needs: redirects, cookies and forms."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser

from .layout import Failure

TIMEOUT_SECONDS = 30
STEPS_MAX = 20


@dataclass
class Form:
    """A form of a page: where it goes, and what it says unless somebody changes it."""

    address: str
    fields: dict[str, str] = field(default_factory=dict)


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Makes a redirect an answer."""

    def redirect_request(self, *_arguments: object) -> None:
        """Follows none."""


class Reader(HTMLParser):
    """Finds the forms of a page, with their hidden fields."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Notes a form, or a field of the last one."""
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(urllib.parse.urljoin(self.address, given.get("action", ""))))
        elif tag == "input" and self.forms and "name" in given:
            self.forms[-1].fields[given["name"]] = given.get("value", "")


def sign_in(address: str, name: str, callback: str) -> dict[str, str]:
    """Begins at `address`, chooses `name` on the provider's page, and returns what arrives at the application."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirects, cookies)
    body = None
    for _ in range(STEPS_MAX):
        if address.startswith(callback):
            return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
        answer = opened(opener, urllib.request.Request(address, body))
        if location := answer.headers.get("Location"):
            address, body = urllib.parse.urljoin(address, location), None
            continue
        page = Reader(address)
        page.feed(answer.read().decode(errors="replace"))
        if not page.forms:
            raise Failure(f"a page of the sign-in has no form: {address.partition('?')[0]} (see make logs)")
        form = page.forms[0]
        # The form with the answer goes on by itself, in a browser; the other asks who it is.
        chosen = {} if "SAMLResponse" in form.fields else {"username": name}
        address, body = form.address, urllib.parse.urlencode(form.fields | chosen).encode()
    raise Failure("the sign-in through the provider does not end")


def opened(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> http.client.HTTPResponse:
    """An answer of any status."""
    try:
        answer: http.client.HTTPResponse = opener.open(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        return error  # type: ignore[return-value]
    return answer
