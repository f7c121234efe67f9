"""Plain HTTP: what is sent is exactly what is written here, and every status is an answer."""

import http.client
import json
import os
import ssl
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of any status."""

    status: int
    headers: tuple[tuple[str, str], ...]
    """With names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        """The decoded body, or an empty object if it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for own, value in self.headers if own == name.lower()), None)

    def said(self) -> str:
        """Status and error code, to be shown. Never the body, which may hold keys."""
        content = self.json if isinstance(self.json, dict) else {}
        code = content.get("code") or content.get("error") or content.get("message") or s3_error_code(self.body)
        return f"{self.status} {code or ''}".rstrip()


class Connection:
    """A connection to the host of `url` that is kept open between requests, as SDKs keep theirs."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        self._connection: http.client.HTTPConnection
        if parts.scheme != "https":
            self._connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
            return
        context = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE"))
        proxy = urllib.request.getproxies().get("https")
        if proxy and not urllib.request.proxy_bypass(host):
            by = urlsplit(proxy if "//" in proxy else f"//{proxy}")
            self._connection = http.client.HTTPSConnection(
                by.hostname or "", by.port, timeout=TIMEOUT_SECONDS, context=context
            )
            self._connection.set_tunnel(host, port or 443)
        else:
            self._connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=context)

    def send(
        self, url: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Sends a request. Path and query go out as they stand in `url`."""
        parts = urlsplit(url)
        target = url.partition(parts.netloc)[2] or "/"
        self._connection.request(method, target, body, {"User-Agent": "latchkey-verify"} | (headers or {}))
        reply = self._connection.getresponse()
        return Answer(reply.status, tuple((name.lower(), value) for name, value in reply.getheaders()), reply.read())

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def send(url: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
    """Sends one request, and follows no redirect."""
    connection = Connection(url)
    try:
        return connection.send(url, method, headers, body)
    finally:
        connection.close()


def s3_error_code(body: bytes) -> str | None:
    """The code of an error of S3's, which is XML."""
    text = body[:2000].decode(errors="replace")
    return text.partition("<Code>")[2].partition("</Code>")[0] or None
