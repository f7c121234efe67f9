"""A user pool with somebody in it, whose tokens a test asks for as a client does: over HTTP, but without a socket."""

import asyncio
import base64
import hashlib
import json
import logging
import time
import unittest
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, urlencode, urlsplit

import federation
import identity_pool
import ministack.app
import refresh_tokens
import revocation
import user_pool
from ministack.services import cognito

CALLBACK = "http://localhost:53682/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
NAME, PASSWORD, GROUP = "olga", "Correct-horse-1", "editors"
CLIENT = {
    "ClientName": "command-line",
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "profile"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    "IdTokenValidity": 5,
    "AccessTokenValidity": 6,
    "RefreshTokenValidity": 1,
    "TokenValidityUnits": {"IdToken": "minutes", "AccessToken": "minutes", "RefreshToken": "days"},
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30},
}

logging.disable(logging.INFO)
# As the emulator's process is started.
ministack.app.AUTH = True
user_pool.install()
federation.install()
refresh_tokens.install()
revocation.install()
identity_pool.install(None)


class UserPoolCase(unittest.TestCase):
    """Has a user pool, a public app client with rotation, and somebody in a group."""

    def setUp(self) -> None:
        """Creates them."""
        self.pool_id = made(cognito._create_user_pool({"PoolName": "people"}))["UserPool"]["Id"]
        self.client_id = self.new_client()
        person = {"UserPoolId": self.pool_id, "Username": NAME}
        made(cognito._admin_create_user(person | {"MessageAction": "SUPPRESS"}))
        made(cognito._admin_set_user_password(person | {"Password": PASSWORD, "Permanent": True}))
        group = {"UserPoolId": self.pool_id, "GroupName": GROUP}
        made(cognito._create_group(group))
        made(cognito._admin_add_user_to_group(person | group))

    def new_client(self, **changes: Any) -> str:
        """The id of an app client with these settings of its own."""
        answer = cognito._create_user_pool_client(CLIENT | {"UserPoolId": self.pool_id} | changes)
        return str(made(answer)["UserPoolClient"]["ClientId"])

    def code(self, client_id: str = "", **changes: str) -> str:
        """An authorization code, or the error that arrives at the callback instead."""
        form = {
            "response_type": "code",
            "client_id": client_id or self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid email",
            "state": "s",
            "nonce": "n",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        _, headers, _ = posted("/login", form | {"username": NAME, "password": PASSWORD})
        arrived = dict(parse_qsl(urlsplit(headers["location"]).query))
        self.assertEqual(arrived["state"], "s")
        return arrived.get("code") or arrived["error"]

    def redeem(self, code: str, **changes: str) -> tuple[int, dict[str, Any]]:
        """What the token endpoint answers to a code."""
        form = {"grant_type": "authorization_code", "client_id": self.client_id, "code": code}
        return answer_of("/oauth2/token", form | {"redirect_uri": CALLBACK, "code_verifier": VERIFIER} | changes)

    def sign_in(self, client_id: str = "") -> dict[str, Any]:
        """The tokens of a sign-in on the pages."""
        client_id = client_id or self.client_id
        status, tokens = self.redeem(self.code(client_id), client_id=client_id)
        self.assertEqual(status, 200, tokens)
        return tokens

    def refresh(self, token: str, **changes: str) -> tuple[int, dict[str, Any]]:
        """What the token endpoint answers to a refresh token."""
        form = {"grant_type": "refresh_token", "client_id": self.client_id, "refresh_token": token}
        return answer_of("/oauth2/token", form | changes)

    def call(self, operation: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
        """What an operation of the user pool answers that needs no signature."""
        status, _, body = requested("POST", "/", json.dumps(parameters).encode(), target(operation))
        return status, json.loads(body or b"{}")


def later(seconds: float) -> AbstractContextManager[Any]:
    """Within it, so many seconds have passed."""
    now = time.time
    return patch("time.time", lambda: now() + seconds)


def claims(token: str) -> dict[str, Any]:
    """What a token says."""
    return dict(cognito._token_claims(token))


def made(answer: Any) -> dict[str, Any]:
    """The content of an answer that has to be a success."""
    status, _, body = answer
    if status != 200:  # noqa: PLR2004
        raise AssertionError(body)
    return dict(json.loads(body or b"{}"))


def target(operation: str) -> dict[str, str]:
    """The headers that name an operation of the user pool."""
    name = f"AWSCognitoIdentityProviderService.{operation}"
    return {"x-amz-target": name, "content-type": "application/x-amz-json-1.1"}


def answer_of(path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of the answer to a form."""
    status, _, body = posted(path, form)
    return status, json.loads(body or b"{}")


def posted(path: str, form: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """The answer to a form."""
    return requested("POST", path, urlencode(form).encode(), {"content-type": "application/x-www-form-urlencoded"})


def requested(method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """The emulator's answer: status, headers, body."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in ({"host": "127.0.0.1"} | headers).items()],
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(ministack.app.app(scope, receive, send))
    found = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:])
