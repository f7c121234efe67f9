"""Teams: their people share a folder, and nobody else sees it."""

from ..checks import expect, expect_that
from ..clients import client, client_with, outcome
from ..run import Run
from .exchanges import exchange, keep
from .uploads import follow, upload

SHARED = "The people of a team share its folder"
CLOSED = "Somebody in another team, or in none, cannot read or write it"
NOBODY = "Somebody in no team is told so"
ATTRIBUTE = "custom:team"
PLAN = b"for the team alone"


def run(run: Run) -> None:
    """Puts the two people into teams that nobody else is in."""
    if run.stack.parameter("TeamClaim") != ATTRIBUTE:
        run.checks.skip(f"TeamClaim is not {ATTRIBUTE}", NOBODY, SHARED, CLOSED)
        return
    one, two, team = run.one, run.two, run.label
    key = f"team/{team}/plan.txt"
    run.made.keys += [f"team/{team}/", f"team/{team}-2/"]
    with run.checks.check(NOBODY):
        expect("403 access_denied", run.api("/objects?prefix=~team/", two).said())
    with run.checks.check(SHARED):
        for person in (one, two):
            join(run, person.name, team)
            run.sign_in(person)
        upload(run, one, "~team/plan.txt", PLAN)
        read = follow(run.object(two, "~team/plan.txt"))
        expect_that((read.status, read.body) == (200, PLAN), "the other's object", read.status)
    with run.checks.check(CLOSED):
        join(run, two.name, f"{team}-2")
        run.sign_in(two)
        keep(two, exchange(run, two.id_token))
        expect(403, follow(run.object(two, key)).status, "by a link")
        s3, bucket = client_with("s3", two.credentials), run.stack.output("BucketName")
        expect("AccessDenied", outcome(s3.get_object, Bucket=bucket, Key=key), "with keys")
        expect("AccessDenied", outcome(s3.put_object, Bucket=bucket, Key=key, Body=b""), "with keys")


def join(run: Run, name: str, team: str) -> None:
    """Makes somebody one of a team's people, from their next sign-in on."""
    client("cognito-idp").admin_update_user_attributes(
        UserPoolId=run.stack.output("UserPoolId"),
        Username=name,
        UserAttributes=[{"Name": ATTRIBUTE, "Value": team}],
    )
