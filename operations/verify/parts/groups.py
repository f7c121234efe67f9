"""Roles of groups: a member of a group gets keys of its role, keeps their own files, and may choose among several."""

from typing import Any
from urllib.parse import quote

from ..checks import expect, expect_that
from ..clients import client, client_with, outcome
from ..run import Run
from .exchanges import exchange, keep, role_of

MEMBER = "A member of a group gets keys of its role, and nobody else does"
FILES = "With these keys, they still use their own home"
PRECEDENCE = "Of several groups, the one of the lowest precedence number decides"
CHOICE = "A member of several groups chooses a role of theirs, and no other"
AGAIN = "Out of all groups, the second person has the usual role again"
ALL = (MEMBER, FILES, PRECEDENCE, CHOICE, AGAIN)


def run(run: Run) -> None:
    """Puts the second person into the pool's own groups, and out again."""
    if run.stack.parameter("GroupRoles") != "true":
        run.checks.skip("GroupRoles is false", *ALL)
        return
    groups = groups_with_roles(run)
    if not groups:
        run.checks.skip("no group of the user pool has a role", *ALL)
        return
    usual, best = run.stack.resources["AuthenticatedRole"], groups[0]
    with run.checks.check(MEMBER):
        expect(usual, role(run), "before")
        join(run, best)
        expect(name_of(best), role(run), "as a member")
        said = run.api("/whoami", run.two).json["role"]
        expect({"arn": best["RoleArn"], "reason": "group"}, said, "GET /whoami")
    with run.checks.record(FILES, "ok", "docs/configuration.md, Roles for groups") as fact:
        s3, key = client_with("s3", run.two.credentials), f"{run.two.home}member.txt"
        fact.got = outcome(s3.put_object, Bucket=run.stack.output("BucketName"), Key=key, Body=b"")
        fact.agrees = fact.got == "ok"
    other = next((group for group in groups if group["RoleArn"] != best["RoleArn"]), None)
    if other is None:
        run.checks.skip("the user pool has no second group with another role", PRECEDENCE, CHOICE)
    else:
        several(run, best, other)
    with run.checks.check(AGAIN):
        for group in groups[:1] if other is None else (best, other):
            leave(run, group)
        expect(usual, role(run))


def several(run: Run, best: dict[str, Any], other: dict[str, Any]) -> None:
    """Both groups at once."""
    with run.checks.check(PRECEDENCE):
        join(run, other)
        ranks = [group.get("Precedence") for group in (best, other)]
        expected = run.stack.resources["AuthenticatedRole"] if ranks[0] == ranks[1] else name_of(best)
        expect(expected, role(run))
    with run.checks.check(CHOICE):
        answer = exchange(run, run.two.id_token, role_arn=other["RoleArn"])
        keep(run.two, answer)
        expect(name_of(other), role_of(run.two.credentials), "POST /token")
        keep(run.two, run.api(f"/credentials?role_arn={quote(best['RoleArn'])}", run.two))
        expect(name_of(best), role_of(run.two.credentials), "GET /credentials")
        foreign = run.api(f"/credentials?role_arn={quote(best['RoleArn'])}-2", run.two).said()
        expect_that(foreign == "403 access_denied", "403 access_denied", foreign)


def groups_with_roles(run: Run) -> list[dict[str, Any]]:
    """The groups of the pool that give a role, the one that takes precedence first."""
    pages = client("cognito-idp").get_paginator("list_groups").paginate(UserPoolId=run.stack.output("UserPoolId"))
    groups = [group for page in pages for group in page["Groups"] if group.get("RoleArn")]
    return sorted(groups, key=lambda group: float("inf") if group.get("Precedence") is None else group["Precedence"])


def name_of(group: dict[str, Any]) -> str:
    """The name of a group's role."""
    return str(group["RoleArn"]).rpartition("/")[2]


def role(run: Run) -> str:
    """The role that the second person gets after a new sign-in, whose token has their groups."""
    run.sign_in(run.two)
    keep(run.two, exchange(run, run.two.id_token))
    return role_of(run.two.credentials)


def join(run: Run, group: dict[str, Any]) -> None:
    """Makes the second person a member."""
    name, user = group["GroupName"], run.two.name
    run.made.memberships.append((name, user))
    client("cognito-idp").admin_add_user_to_group(
        UserPoolId=run.stack.output("UserPoolId"), GroupName=name, Username=user
    )


def leave(run: Run, group: dict[str, Any]) -> None:
    """Takes the second person out again."""
    client("cognito-idp").admin_remove_user_from_group(
        UserPoolId=run.stack.output("UserPoolId"), GroupName=group["GroupName"], Username=run.two.name
    )
