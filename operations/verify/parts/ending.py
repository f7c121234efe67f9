"""Signing out and disabling end exchanges, however long the tokens would last."""

import time

from ..checks import expect, expect_that
from ..clients import client, outcome
from ..people import Person, sign_in
from ..run import Run, identity_provider
from .exchanges import exchange

INTERVAL_SECONDS = 1


def run(run: Run) -> None:
    """The last part that needs the people."""
    cognito, pool = client("cognito-idp"), run.stack.output("UserPoolId")
    one, two = run.one, run.two
    with run.checks.check("A person who signs out everywhere gets no more keys"):
        expect("200", exchange(run, one.id_token).said(), "before")
        cognito.global_sign_out(AccessToken=one.access_token)
        expect("refused", refused_after(run, one.id_token)[0], "after")
    with run.checks.record(
        "Which calls of the identity pool refuse a person who signed out",
        "GetId and GetCredentialsForIdentity",
        "docs/deploy.md, Not seen on AWS yet",
    ) as fact:
        fact.got = refusing(run, one)
        # An exchange with a known identity makes this call alone.
        fact.agrees = "GetCredentialsForIdentity" in fact.got
    with run.checks.check("After another sign-in, they get keys again"):
        expect_that(one.id_token, "tokens of an earlier sign-in", "none")
        run.sign_in(one)
        expect("200", exchange(run, one.id_token).said())
    with run.checks.record("Whether a person who was disabled still gets keys with an old token", None, None) as fact:
        expect("200", exchange(run, two.id_token).said(), "before")
        cognito.admin_disable_user(UserPoolId=pool, Username=two.name)
        found, seconds = refused_after(run, two.id_token)
        got = "no, refused" if found == "refused" else f"yes ({found}), still"
        fact.got = f"{got} after {seconds} s; calls that refuse: {refusing(run, two)}"
    with run.checks.check("A person who was disabled and signed out gets no more keys"):
        expect_that(two.id_token, "tokens of an earlier sign-in", "none")
        cognito.admin_user_global_sign_out(UserPoolId=pool, Username=two.name)
        expect("refused", refused_after(run, two.id_token)[0])
    with run.checks.check("A person who was disabled cannot sign in"):
        expect_that(two.id_token, "tokens of an earlier sign-in", "none")
        expect("NotAuthorizedException", outcome(sign_in, stack=run.stack, person=two))


def refusing(run: Run, person: Person) -> str:
    """The calls of the identity pool that refuse the person's id token."""
    cognito, logins = client("cognito-identity"), {identity_provider(run.stack)["ProviderName"]: person.id_token}
    said = {
        "GetId": outcome(cognito.get_id, IdentityPoolId=run.stack.output("IdentityPoolId"), Logins=logins),
        "GetCredentialsForIdentity": outcome(
            cognito.get_credentials_for_identity, IdentityId=person.identity, Logins=logins
        ),
    }
    return " and ".join(name for name, code in said.items() if code == "NotAuthorizedException") or "none"


def refused_after(run: Run, id_token: str) -> tuple[str, int]:
    """Asks until the token is refused: the change takes its time on AWS. How it ended, and after how many seconds."""
    started = time.monotonic()
    while True:
        said, seconds = exchange(run, id_token).said(), time.monotonic() - started
        if said == "400 invalid_request":
            return "refused", round(seconds)
        if seconds > run.limits.ending_seconds:
            return said, round(seconds)
        time.sleep(INTERVAL_SECONDS)
