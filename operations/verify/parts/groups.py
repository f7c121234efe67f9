"""The role for a group: its members get it, others do not, and what `Contains` makes of a longer name is recorded."""

from ..checks import expect
from ..clients import client
from ..run import Run
from .exchanges import exchange, keep, role_of

MEMBER = "A member of PrivilegedGroup gets keys of its role, and nobody else does"
LONGER = "Which role a member of a group gets whose name contains PrivilegedGroup"


def run(run: Run) -> None:
    """Puts the second person into a group, and out again."""
    group, arn = run.stack.parameter("PrivilegedGroup"), run.stack.parameter("PrivilegedRoleArn")
    if not group:
        run.checks.skip("PrivilegedGroup is empty", MEMBER, LONGER)
        return
    usual, privileged = run.stack.resources["AuthenticatedRole"], arn.rpartition("/")[2]
    with run.checks.check(MEMBER):
        expect(usual, role_in(run, None), "before")
        expect(privileged, role_in(run, group), "as a member")
        expect(usual, role_in(run, None), "after")
    with run.checks.record(LONGER, privileged, "docs/configuration.md, A role for a group") as fact:
        fact.got = role_in(run, f"{group}-{run.label}"[:128])
        fact.agrees = fact.got == privileged
    with run.checks.check("Out of all groups, the second person has the usual role again"):
        expect(usual, role_in(run, None))


def role_in(run: Run, group: str | None) -> str:
    """The role that the second person gets as a member of this group alone."""
    cognito, pool, person = client("cognito-idp"), run.stack.output("UserPoolId"), run.two
    if group:
        try:
            cognito.get_group(UserPoolId=pool, GroupName=group)
        except cognito.exceptions.ResourceNotFoundException:
            run.made.groups.append(group)
            cognito.create_group(UserPoolId=pool, GroupName=group)
        run.made.memberships.append((group, person.name))
        cognito.admin_add_user_to_group(UserPoolId=pool, GroupName=group, Username=person.name)
    run.sign_in(person)
    keep(person, exchange(run, person.id_token))
    role = role_of(person.credentials)
    if group:
        cognito.admin_remove_user_from_group(UserPoolId=pool, GroupName=group, Username=person.name)
    return role
