"""Somebody who signs up, signs in and keeps files, as an application's people do."""

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

from .local_aws import LocalAws

PASSWORD = "correct-Horse-battery-9"  # noqa: S105 (of people who live as long as a test)


@dataclass
class Person:
    """A user of the user pool."""

    local: LocalAws
    name: str

    def sign_up(self, client_id: str) -> "Person":
        """Registers; the local stack confirms addresses of example.com at once."""
        email = [{"Name": "email", "Value": f"{self.name}@example.com"}]
        self.users().sign_up(ClientId=client_id, Username=self.name, Password=PASSWORD, UserAttributes=email)
        return self

    def sign_in(self, client_id: str) -> str:
        """A new id token."""
        signed_in = self.users().initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": self.name, "PASSWORD": PASSWORD},
        )
        return str(signed_in["AuthenticationResult"]["IdToken"])

    def users(self) -> Any:
        """The user pool, which takes these calls unsigned."""
        return self.local.client("cognito-idp", signed=False)


def call(api_url: str, method: str, path: str, token: str, body: Any = None) -> dict[str, Any]:
    """An answer of the API."""
    request = urllib.request.Request(  # noqa: S310 (the local AWS)
        api_url + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with direct().open(request, timeout=30) as answer:
        content: dict[str, Any] = json.load(answer)
        return content


def put(link: dict[str, Any], content: bytes) -> None:
    """Uploads through a link."""
    request = urllib.request.Request(  # noqa: S310 (the local AWS)
        link["url"], method=link["method"], data=content, headers=link["headers"]
    )
    direct().open(request, timeout=30).close()


def get(url: str) -> bytes:
    """Downloads through a link."""
    with direct().open(url, timeout=30) as answer:
        return bytes(answer.read())


def direct() -> urllib.request.OpenerDirector:
    """No proxy of the person's who runs the tests."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
