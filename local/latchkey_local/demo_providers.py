"""Sign-in through the identity provider, done for real and shown: a person of each protocol, and one who is refused."""

import base64
import hashlib
import secrets
import urllib.parse
from typing import Any

from . import aws, browser, demo, report
from .layout import Failure

PEOPLE = {"OidcName": "olga", "SamlName": "sami"}
REFUSED = "mallory"


def show(stack: dict[str, Any]) -> None:
    """Signs each person in through the provider's page, exchanges, and lists."""
    for parameter, name in PEOPLE.items():
        provider = stack["providers"]["names"][parameter]
        report.step(f"{name} signs in through {provider}")
        token = id_token(stack, provider, name)
        keys = demo.exchange(stack, token)
        report.line(f"id token {demo.shortened(token)}, keys {keys['AccessKeyId']}, identity {keys['IdentityId']}")
        listing = demo.expect(200, demo.objects(stack, token))
        report.line(f"GET /objects: 200, {len(listing['objects'])} objects below {listing['prefix']}")
    provider = stack["providers"]["names"]["OidcName"]
    report.step(f"{REFUSED} signs in through {provider}, with an address of blocked.example")
    arrived = arrival(stack, provider, REFUSED)
    if "code" in arrived:
        raise Failure(f"{REFUSED} could sign in")
    report.line(f"arrives at the application with error={arrived['error']}")
    report.line(f"and error_description={arrived['error_description']}")


def id_token(stack: dict[str, Any], provider: str, name: str) -> str:
    """The authorization code flow with PKCE, as an application does it."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    arrived = arrival(stack, provider, name, code_challenge=challenge, code_challenge_method="S256")
    if "code" not in arrived:
        raise Failure(f"{name} could not sign in: {arrived['error']}: {arrived['error_description'].strip()}")
    answer = redeem(stack, arrived["code"], verifier)
    return str(demo.expect(200, answer)["id_token"])


def arrival(stack: dict[str, Any], provider: str, name: str, **more: str) -> dict[str, str]:
    """What the application gets at the end of a sign-in that goes straight to a provider. Its own `state` is with it."""
    state = secrets.token_hex(8)
    query = urllib.parse.urlencode({"identity_provider": provider, "state": state} | more)
    arrived = browser.sign_in(f"{stack['sign_in_url']}&{query}", name, callback(stack))
    if arrived.pop("state", None) != state:
        raise Failure("the sign-in ended with another state than it began with")
    return arrived


def redeem(stack: dict[str, Any], code: str, verifier: str) -> aws.Answer:
    """The tokens for a code."""
    form = {
        "grant_type": "authorization_code",
        "client_id": stack["client_id"],
        "redirect_uri": callback(stack),
        "code": code,
        "code_verifier": verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return aws.http(f"{stack['endpoint']}/oauth2/token", headers, urllib.parse.urlencode(form).encode())


def callback(stack: dict[str, Any]) -> str:
    """Where it ends: at the application."""
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(stack["sign_in_url"]).query)
    return query["redirect_uri"][0]
