"""A server in AWS's place that records every call, answers what a test wants, and passes the rest on."""

import http.client
import re
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/aws4_request")
REST_READING = ("GET", "HEAD")


class Call(NamedTuple):
    """A request: the service that it was signed for, and its operation (`GET /path` where only that names it)."""

    service: str
    operation: str


class Answer(NamedTuple):
    """What the test answers."""

    status: int
    body: str
    content_type: str = "application/x-amz-json-1.1"


class Wire(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1."""

    daemon_threads = True

    def __init__(self, upstream: str, answers: dict[Call, Answer]) -> None:
        """Passes on to `upstream` what `answers` does not have."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = urllib.parse.urlsplit(upstream)
        self.answers = answers
        """Which a test may replace at any time."""
        self.calls: list[Call] = []

    @property
    def url(self) -> str:
        """The address for AWS_ENDPOINT_URL."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Wire

    def respond(self) -> None:
        """Records, and answers."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = self.call(body)
        self.server.calls.append(call)
        answer = self.server.answers.get(call)
        if answer:
            self.write(answer.status, [("Content-Type", answer.content_type)], answer.body.encode())
            return
        # With all headers as they were: the signature covers the host.
        connection = http.client.HTTPConnection(self.server.upstream.netloc, timeout=30)
        connection.request(self.command, self.path, body, dict(self.headers.items()))
        passed = connection.getresponse()
        headers = [(name, value) for name, value in passed.getheaders() if name.lower() not in HOP_BY_HOP]
        self.write(passed.status, headers, passed.read())
        connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = respond  # noqa: N815

    def call(self, body: bytes) -> Call:
        """Which operation this is, in any of AWS's protocols."""
        scope = SCOPE.search(self.headers.get("Authorization", ""))
        path = urllib.parse.urlsplit(self.path).path
        if target := self.headers.get("X-Amz-Target"):
            operation = target.rpartition(".")[2]
        elif "/operation/" in path:
            operation = path.rpartition("/")[2]
        elif action := re.search(rb"(?:^|&)Action=(\w+)", body):
            operation = action[1].decode()
        else:
            operation = f"{self.command} {path}"
        return Call(scope[1] if scope else "", operation)

    def write(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Sends an answer."""
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Says nothing."""


HOP_BY_HOP = ("connection", "transfer-encoding", "content-length", "keep-alive")


@contextmanager
def tapped(upstream: str, answers: dict[Call, Answer] | None = None) -> Iterator[Wire]:
    """A running wire."""
    wire = Wire(upstream, answers or {})
    threading.Thread(target=wire.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield wire
    finally:
        wire.shutdown()
        wire.server_close()
