"""Both exchanges: what they answer, and whose keys these are."""

import json
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode

from .. import web
from ..checks import expect, expect_that
from ..clients import client_with, outcome
from ..people import Person
from ..run import Run

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LIFETIME_SECONDS = 3600


def token_request(id_token: str, **more: str) -> dict[str, str]:
    """The parameters of `POST /token`."""
    return {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "subject_token": id_token,
    } | more


def exchange(run: Run, id_token: str, **more: str) -> web.Answer:
    """`POST /token`, as an OAuth client sends it."""
    return run.api("/token", method="POST", headers=FORM, body=urlencode(token_request(id_token, **more)).encode())


def run(run: Run) -> None:
    """Each person gets their own keys, in each of the ways."""
    for person in (run.one, run.two):
        with run.checks.check(f"POST /token gives {person.title} keys"):
            keep(person, exchange(run, person.id_token))
    one = run.one
    with run.checks.check("POST /token takes JSON as well"):
        body = json.dumps(token_request(one.id_token)).encode()
        keep(one, run.api("/token", method="POST", headers={"Content-Type": "application/json"}, body=body))
    with run.checks.check("GET /credentials takes the id token alone, as SDKs send it"):
        keep(one, run.api("/credentials", headers={"Authorization": one.id_token}))
    with run.checks.check("GET /credentials takes the id token after Bearer"):
        keep(one, run.api("/credentials", one))
    with run.checks.check("The keys are good for at most an hour from now"):
        expires_at = datetime.fromisoformat(one.credentials["Expiration"].replace("Z", "+00:00"))
        left_seconds = (expires_at - datetime.now(timezone.utc)).total_seconds()
        expect_that(0 < left_seconds <= LIFETIME_SECONDS + 60, "1 to 3600 seconds", round(left_seconds))
    with run.checks.check("The two people have two identities"):
        expect_that(run.one.home != run.two.home, "two identities", "one identity for both")
    with run.checks.check("The keys are of AuthenticatedRole"):
        expect(run.stack.resources["AuthenticatedRole"], role_of(one.credentials))
    with run.checks.check("The keys open nothing but the bucket"):
        for service, operation in (("iam", "list_roles"), ("lambda", "list_functions"), ("s3", "list_buckets")):
            refused = outcome(getattr(client_with(service, one.credentials), operation))
            expect_that(refused.startswith("AccessDenied"), "AccessDenied", f"{service} {operation}: {refused}")
    with run.checks.check("Another grant type and a scope are refused"):
        expect("400 unsupported_grant_type", exchange(run, one.id_token, grant_type="password").said())
        expect("400 invalid_scope", exchange(run, one.id_token, scope="all").said())
    with run.checks.check("An answer with keys may be kept by no cache"):
        answer = run.api("/credentials", one)
        expect("no-store", answer.header("cache-control"))


def keep(person: Person, answer: web.Answer) -> None:
    """Checks an answer with keys, and keeps them."""
    expect("200", answer.said())
    content = answer.json
    expect(1, content["Version"], "Version")
    expect_that(content["SessionToken"] == content["Token"], "Token is the session token", "they differ")
    if person.identity_id:
        expect(person.identity_id, content["IdentityId"], "IdentityId")
    person.keys, person.identity_id = content, content["IdentityId"]


def role_of(keys: dict[str, Any]) -> str:
    """The name of the role whose keys these are."""
    return str(client_with("sts", keys).get_caller_identity()["Arn"]).split("/")[-2]
