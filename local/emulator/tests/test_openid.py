"""Which answers of an OpenID Connect provider are taken."""

import json
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
import openid
from cryptography.hazmat.primitives.asymmetric import rsa

KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))


class Provider(ThreadingHTTPServer):
    """Answers what a test wants, on a free port."""

    daemon_threads = True
    pages: dict[str, Any]
    asked: dict[str, list[str]]

    @property
    def url(self) -> str:
        """The issuer."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Provider

    def respond(self) -> None:
        """The page, and the form is kept."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked = parse_qs(body.decode())
        page = json.dumps(self.server.pages.get(self.path, {})).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_POST = respond  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Says nothing."""


class Answers(unittest.TestCase):
    """Taken or refused."""

    def setUp(self) -> None:
        """Starts a provider."""
        self.provider = Provider(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.provider.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(self.provider.server_close)
        self.addCleanup(self.provider.shutdown)
        url = self.provider.url
        endpoints = {theirs: f"{url}/{theirs}" for theirs in openid.ENDPOINTS.values()}
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "1", "use": "sig"}
        self.provider.pages = {
            "/.well-known/openid-configuration": {"issuer": url} | endpoints,
            "/jwks_uri": {"keys": [key]},
            "/userinfo_endpoint": {"sub": "olga", "email": "olga@example.com", "email_verified": True},
        }
        self.details = openid.discovered({"oidc_issuer": url, "client_id": "pool", "client_secret": "secret"})

    def claims(self, key: rsa.RSAPrivateKey = KEY, **changes: Any) -> dict[str, str]:
        """What is taken of an id token."""
        now = int(time.time())
        content = {"iss": self.provider.url, "aud": "pool", "sub": "olga", "iat": now, "exp": now + 60} | changes
        token = jwt.encode(
            {name: value for name, value in content.items() if value is not None}, key, "RS256", headers={"kid": "1"}
        )
        self.provider.pages["/token_endpoint"] = {"id_token": token, "access_token": "access"}
        return openid.claims(self.details, "code", "https://pool/oauth2/idpresponse")

    def test_a_good_answer_says_who_it_is(self) -> None:
        found = self.claims(name="Olga")
        self.assertEqual((found["sub"], found["name"], found["email_verified"]), ("olga", "Olga", "true"))

    def test_what_is_not_for_this_client_is_refused(self) -> None:
        for name, changes in (
            ("another issuer's", {"iss": "https://other.example.com"}),
            ("another client's", {"aud": "other"}),
            ("old", {"exp": int(time.time()) - 1}),
            ("without an end", {"exp": None}),
            ("of nobody", {"sub": None}),
            ("with another key", {"key": OTHER_KEY}),
        ):
            with self.subTest(name), self.assertRaises(openid.Refused):
                self.claims(**changes)

    def test_user_info_of_another_subject_is_refused(self) -> None:
        with self.assertRaisesRegex(openid.Refused, "of another subject"):
            self.claims(sub="eve")

    def test_a_document_of_another_issuer_is_refused(self) -> None:
        self.provider.pages["/.well-known/openid-configuration"]["issuer"] = "https://other.example.com"
        with self.assertRaisesRegex(ValueError, "is of another issuer"):
            openid.discovered(self.details)


if __name__ == "__main__":
    unittest.main()
