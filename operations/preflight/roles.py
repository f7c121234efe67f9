"""The roles of groups, and the policies of everybody: whether they are there, and whether people can get their keys."""

import json
from collections.abc import Iterator
from typing import Any

from .existing import user_pool_of
from .finding import Finding, Plan, ask, right, wrong
from .storage import as_list

POLICIES_MAX = 9
"""Ten may be attached to a role, and one is the template's own:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

HOW_TO = "docs/configuration.md#roles-for-groups"


def check_policies(plan: Plan) -> Iterator[Finding]:
    """The policies that everybody gets besides."""
    subject = "AuthenticatedPolicyArns"
    arns = [arn for arn in plan.parameter(subject).split(",") if arn]
    if not arns:
        return
    if len(arns) > POLICIES_MAX:
        yield wrong(subject, f"these are {len(arns)}, and a role takes {POLICIES_MAX} beside its own; join some")
        return
    iam = plan.account.client("iam")
    for arn in arns:
        expected = {"NoSuchEntity": f"there is no {arn}; create it"}
        _, instead = ask(subject, lambda arn=arn: iam.get_policy(PolicyArn=arn), expected)  # type: ignore[misc]
        yield instead or right(subject, f"{arn.rpartition('/')[2]} is there")


def check_groups(plan: Plan) -> Iterator[Finding]:
    """The role of each group. A pool that is yet to be made has none."""
    pool_id = user_pool_of(plan)
    if plan.parameter("GroupRoles") != "true" or pool_id is None:
        return
    pages = plan.account.client("cognito-idp").get_paginator("list_groups")
    groups, instead = ask(
        "groups",
        lambda: [group for page in pages.paginate(UserPoolId=pool_id) for group in page["Groups"]],
        {},
    )
    if instead:
        yield instead
        return
    with_roles = [group for group in groups if group.get("RoleArn")]
    if not with_roles:
        yield right("groups", f"no group has a role yet; {HOW_TO} says how to give it one")
    for group in with_roles:
        yield check_role(plan, group, plan.outputs.get("PersonPolicyArn"))


def check_role(plan: Plan, group: dict[str, Any], person_policy: str | None) -> Finding:
    """Whether people can get keys of a group's role, and keep their own files with them."""
    subject, arn = f"group {group['GroupName']}", group["RoleArn"]
    iam, name = plan.account.client("iam"), arn.rpartition("/")[2]
    answer, instead = ask(subject, lambda: iam.get_role(RoleName=name), {"NoSuchEntity": absent(arn)})
    if instead:
        return instead
    role = answer["Role"]
    if role["Arn"] != arn:
        return wrong(subject, absent(arn))
    actions = actions_of_identity_pools(role["AssumeRolePolicyDocument"])
    if "sts:AssumeRoleWithWebIdentity" not in actions:
        return wrong(subject, f"its role trusts no identity pool; give it the trust policy in {HOW_TO}")
    if "sts:TagSession" not in actions and has_tags(plan):
        return wrong(subject, f"its role's trust policy lacks sts:TagSession; {HOW_TO} has it")
    attached, instead = ask(subject, lambda: iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"], {})
    if instead:
        return instead
    if person_policy in (policy["PolicyArn"] for policy in attached):
        return right(subject, "its members get keys of its role, and keep their own files")
    return right(subject, "its members get keys of its role, but no files of their own: it lacks PersonPolicyArn")


def absent(arn: str) -> str:
    """What to say of a role that is not there."""
    return f"there is no {arn}; {HOW_TO} says how to make it"


def has_tags(plan: Plan) -> bool:
    """Whether the identity pool tags sessions."""
    return plan.parameter("HomeOf") == "user" or bool(plan.parameter("TeamClaim"))


def actions_of_identity_pools(policy: dict[str, Any] | str) -> set[str]:
    """What a trust policy allows Cognito's identity pools, under the name of any partition."""
    document = json.loads(policy) if isinstance(policy, str) else policy
    found: set[str] = set()
    for item in document.get("Statement", []):
        if item.get("Effect") == "Allow" and "cognito-identity" in json.dumps(item.get("Principal")):
            found.update(as_list(item.get("Action")))
    return found
