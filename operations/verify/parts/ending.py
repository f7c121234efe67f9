"""Signing out and disabling end exchanges, however long the tokens would last."""

import time

from ..checks import expect, expect_that
from ..clients import client, outcome
from ..people import sign_in
from ..run import Run
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
    with run.checks.check("After another sign-in, they get keys again"):
        expect_that(one.id_token, "tokens of an earlier sign-in", "none")
        run.sign_in(one)
        expect("200", exchange(run, one.id_token).said())
    with run.checks.record(
        "Whether a person who was disabled still gets keys with an old token", "no", "docs/api.md, The id token"
    ) as fact:
        expect("200", exchange(run, two.id_token).said(), "before")
        cognito.admin_disable_user(UserPoolId=pool, Username=two.name)
        found, seconds = refused_after(run, two.id_token)
        fact.agrees = found == "refused"
        fact.got = f"no, refused after {seconds} s" if fact.agrees else f"yes, still after {seconds} s: {found}"
    with run.checks.check("A person who was disabled cannot sign in"):
        expect_that(two.id_token, "tokens of an earlier sign-in", "none")
        expect("NotAuthorizedException", outcome(sign_in, stack=run.stack, person=two))


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
