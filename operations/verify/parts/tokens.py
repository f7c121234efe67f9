"""Guests and bad tokens: refused by the identity pool, by the gateway, and by each function itself."""

import json
from typing import Any

from ..checks import expect, expect_that
from ..clients import client, outcome
from ..run import Run, identity_provider
from ..stack import HTTP_FUNCTIONS
from .exchanges import exchange

ROUTES = (("GET", "/credentials"), ("GET", "/objects"), ("GET", "/objects/~/a"), ("HEAD", "/objects/~/a"),
          ("POST", "/objects/~/a"), ("DELETE", "/objects/~/a"))  # fmt: skip


def run(run: Run) -> None:
    """Everything that is no good id token of the person."""
    checks, one, two, stack = run.checks, run.one, run.two, run.stack
    cognito, pool = client("cognito-identity"), stack.output("IdentityPoolId")
    with checks.check("A guest gets no identity"):
        expect("NotAuthorizedException", outcome(cognito.get_id, IdentityPoolId=pool))
    with checks.check("The identity pool gives keys of an identity to nobody else"):
        logins = {identity_provider(stack)["ProviderName"]: one.id_token}
        refused = outcome(cognito.get_credentials_for_identity, IdentityId=two.identity, Logins=logins)
        expect("NotAuthorizedException", refused)
    with checks.check("The identity pool's classic flow is closed"):
        logins = {identity_provider(stack)["ProviderName"]: one.id_token}
        refused = outcome(cognito.get_open_id_token, IdentityId=one.identity, Logins=logins)
        expect("InvalidParameterException", refused)
    with checks.check("Another's identity_id gives nobody another's keys"):
        answer = run.api(f"/credentials?identity_id={two.identity}", one)
        expect((200, one.identity_id), (answer.status, answer.json.get("IdentityId")))
    for how in ("without a token", "with a tampered token"):
        with checks.check(f"The gateway lets nobody through {how}"):
            shown = bearer(one.tampered_token()) if "tampered" in how else {}
            for method, path in ROUTES:
                expect(401, run.api(path, method=method, headers=shown).status, f"{method} {path}")
    with checks.check("POST /token, which no authorizer guards, refuses a tampered token"):
        expect("400 invalid_request", exchange(run, one.tampered_token()).said())
    for resource, route in HTTP_FUNCTIONS.items():
        with checks.check(f"{resource} itself refuses a tampered token, and none"):
            for shown, code in ((bearer(one.tampered_token()), "invalid_token"), ({}, "missing_token")):
                expect((401, code), invoked(run, resource, route, shown))
    with checks.check("An access token is no id token"):
        answer = run.api("/credentials", headers=bearer(one.access_token))
        expect("401 invalid_token", answer.said(), "GET /credentials")
        expect("400 invalid_request", exchange(run, one.access_token).said(), "POST /token")
    with checks.record(
        "The name under which the function's WWW-Authenticate arrives",
        "www-authenticate",
        "docs/api.md, GET /credentials",
    ) as fact:
        answer = run.api("/credentials", headers=bearer(one.access_token))
        names = [name for name, _ in answer.headers if "authenticate" in name]
        fact.got, fact.agrees = ", ".join(names) or "it does not arrive", "www-authenticate" in names
    with checks.record("The gateway's own 401 has WWW-Authenticate", None, None) as fact:
        answer = run.api("/credentials", headers=bearer(one.tampered_token()))
        expect_that(answer.status == 401, "401", answer.said())
        fact.got = answer.header("www-authenticate") or "no"


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def invoked(run: Run, resource: str, route: str, headers: dict[str, str]) -> tuple[int, str]:
    """Invokes a function as nobody but an administrator can: past the gateway and its authorizer."""
    path = route.replace("{key+}", "~/a")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"GET {route}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in headers.items()},
        "pathParameters": {"key": "~/a"} if "{" in route else {},
        "requestContext": {
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": ""},
            "routeKey": f"GET {route}",
            "stage": "$default",
            "timeEpoch": 0,
        },
        "isBase64Encoded": False,
    }
    answer = client("lambda").invoke(FunctionName=run.stack.function(resource), Payload=json.dumps(event).encode())
    reply = json.loads(answer["Payload"].read())
    return reply.get("statusCode", 0), json.loads(reply.get("body") or "{}").get("code", "")
