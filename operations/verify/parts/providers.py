"""Identity providers: the sign-in goes to each, for this user pool and with what it knows. Nobody is signed in."""

from urllib.parse import parse_qs, urlencode, urlsplit

from .. import local_differences, web
from ..checks import expect, expect_that
from ..run import Run

OIDC = "The sign-in goes to the OpenID Connect provider (OidcName)"
SAML = "The sign-in goes to the SAML provider (SamlName)"
OTHERS = "The sign-in goes to no provider that the stack does not name"


def run(run: Run) -> None:
    """Asks the sign-in's address as an application does that names a provider."""
    oidc, saml = run.stack.parameter("OidcName"), run.stack.parameter("SamlName")
    if oidc:
        with run.checks.check(OIDC):
            query = sent_to_provider(run, oidc)
            expect(run.stack.parameter("OidcClientId"), query.get("client_id"), "client id")
            expect("code", query.get("response_type"), "response type")
            expect(callback(run), query.get("redirect_uri"), "redirect URI")
    else:
        run.checks.skip("OidcName is empty", OIDC)
    if saml:
        with run.checks.check(SAML):
            query = sent_to_provider(run, saml)
            expect_that({"SAMLRequest", "RelayState"} <= query.keys(), "a request with its state", sorted(query))
    else:
        run.checks.skip("SamlName is empty", SAML)
    with run.checks.check(OTHERS):
        answer = begin(run, f"{run.label}-nobody")
        expect_that(not left(run, answer), "no way to another host", f"{answer.status} to another host")


def sent_to_provider(run: Run, name: str) -> dict[str, str]:
    """The query with which the browser arrives at the provider."""
    answer = begin(run, name)
    expect_that(answer.status in (302, 303) and left(run, answer), "a redirect to the provider", answer.said())
    query = parse_qs(urlsplit(answer.header("location") or "").query)
    return {key: values[0] for key, values in query.items()}


def begin(run: Run, name: str) -> web.Answer:
    """The first answer of a sign-in that names a provider."""
    parameters = {
        "client_id": run.stack.output("UserPoolClientId"),
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": run.stack.parameter("CallbackUrls").split(",")[0],
        "identity_provider": name,
    }
    return web.send(f"{sign_in_url(run)}?{urlencode(parameters)}")


def left(run: Run, answer: web.Answer) -> bool:
    """Whether the answer is a redirect to a provider: not to another page of the user pool, nor to the application."""
    location = urlsplit(answer.header("location") or "")
    asked = {"SAMLRequest", "redirect_uri"} & parse_qs(location.query).keys()
    return bool(asked) and location.netloc not in ("", urlsplit(sign_in_url(run)).netloc)


def sign_in_url(run: Run) -> str:
    """The user pool's authorization endpoint."""
    output = run.stack.output("AuthorizeUrl")
    return local_differences.sign_in_url(output) or output


def callback(run: Run) -> str:
    """Where the provider has to send people back to."""
    return sign_in_url(run).removesuffix("/oauth2/authorize") + "/oauth2/idpresponse"
