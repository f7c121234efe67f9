"""What Cognito asks an OpenID Connect provider, and how it checks the answers."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

import jwt

TIMEOUT_SECONDS = 10
ALGORITHMS = ["RS256", "ES256"]

# By which name a provider's details have each endpoint of its discovery document.
ENDPOINTS = {
    "authorize_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "attributes_url": "userinfo_endpoint",
    "jwks_uri": "jwks_uri",
}


class Refused(Exception):
    """An answer that does not hold."""


def discovered(details: dict[str, str]) -> dict[str, str]:
    """The details with the endpoints of the discovery document, which has to name the issuer.

    Source: OpenID Connect Discovery 1.0 §4.3.
    """
    issuer = details["oidc_issuer"]
    document = fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if document.get("issuer") != issuer:
        raise ValueError(f"the discovery document of {issuer} is of another issuer")
    return details | {own: document[theirs] for own, theirs in ENDPOINTS.items()}


def claims(details: dict[str, str], code: str, callback: str) -> dict[str, str]:
    """The claims of the id token that the code brings, and of the userinfo endpoint, as texts.

    Source: OpenID Connect Core 1.0 §3.1.3.7, §5.3.2.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback,
        "client_id": details["client_id"],
        "client_secret": details["client_secret"],
    }
    try:
        tokens = fetched(details["token_url"], body=urlencode(form).encode())
        key = jwt.PyJWKClient(details["jwks_uri"]).get_signing_key_from_jwt(tokens["id_token"])
        own = jwt.decode(
            tokens["id_token"],
            key,
            algorithms=ALGORITHMS,
            audience=details["client_id"],
            issuer=details["oidc_issuer"],
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
        more = fetched(details["attributes_url"], {"Authorization": f"Bearer {tokens['access_token']}"})
    except (jwt.PyJWTError, KeyError, ValueError, OSError) as error:
        raise Refused(f"The provider's answer was not accepted: {type(error).__name__} ") from error
    if more.get("sub") != own["sub"]:
        raise Refused("The provider's user info is of another subject ")
    return {name: text_of(value) for name, value in (own | more).items()}


def text_of(value: Any) -> str:
    """A claim as an attribute has it."""
    return value if isinstance(value, str) else json.dumps(value)


def fetched(url: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> dict[str, Any]:
    """A JSON object of the provider's, asked for directly."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(urllib.request.Request(url, body, headers or {}), timeout=TIMEOUT_SECONDS) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found
