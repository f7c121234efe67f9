"""Whether the caller may do what a deployment does, by IAM's own simulation.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .. import template
from ..failure import explained
from . import needs
from .finding import Finding, Plan, right, unknown, wrong

SUBJECT = "rights"


def check(plan: Plan) -> Iterator[Finding]:
    """One line for all that is allowed, and one for each thing that may not be done."""
    if plan.caller_arn.endswith(":root"):
        yield right(SUBJECT, "the root user may do everything; a role with just what deploying needs is safer")
        return
    source = principal(plan)
    if source is None:
        yield unknown(SUBJECT, f"IAM simulates users and roles, and you are {plan.caller_arn}")
        return
    denied: dict[str, list[str]] = {}
    doubtful: list[str] = []
    allowed_count = 0
    for need in needed(plan):
        try:
            results = simulated(plan, source, need)
        except (ClientError, BotoCoreError) as error:
            yield unknown(SUBJECT, f"{explained(error)} (of {source})")
            return
        for result in results:
            action = result["EvalActionName"]
            if result["EvalDecision"] == "allowed":
                allowed_count += 1
            elif result.get("MissingContextValues"):
                doubtful.append(f"{action} depends on {', '.join(result['MissingContextValues'])}")
            else:
                denied.setdefault(action, []).append(filled(need.resource, plan))
    for action, resources in sorted(denied.items()):
        yield wrong(SUBJECT, f"you may not {action} on {', '.join(dict.fromkeys(resources))}; ask for it")
    if doubtful:
        yield unknown(SUBJECT, "; ".join(sorted(set(doubtful))))
    if not denied:
        yield right(SUBJECT, f"{allowed_count} actions that a deployment may take are allowed")


def needed(plan: Plan) -> list[needs.Need]:
    """What this deployment needs, without repetition."""
    resources = template.created(plan.template, plan.parameters, plan.region)
    found = [*needs.ALWAYS]
    for resource in resources.values():
        found += needs.BY_TYPE.get(resource["Type"], ())
    if plan.parameter("EmailIdentityArn"):
        # Cognito makes a role of its own, once for an account.
        found.append(needs.EMAIL_ROLE)
    for name in filter(None, map(plan.parameter, ("SignUpInviteKeySecret", "OidcClientSecret"))):
        # CloudFormation reads it with the rights of who deploys.
        found.append(needs.on(secret_arn(plan, name), "secretsmanager", "GetSecretValue"))
    unique: list[needs.Need] = []
    for need in found:
        if need not in unique:
            unique.append(need)
    return unique


def policy(plan: Plan) -> dict[str, Any]:
    """An IAM policy with just these rights, for a role that deploys."""
    merged: dict[tuple[str, tuple[tuple[str, str], ...]], set[str]] = {}
    for need in needed(plan):
        merged.setdefault((filled(need.resource, plan), tuple(need.context.items())), set()).update(need.actions)
    statements = []
    for (resource, context), actions in merged.items():
        statement: dict[str, Any] = {"Effect": "Allow", "Action": sorted(actions), "Resource": resource}
        if context:
            statement["Condition"] = {"StringEquals": dict(context)}
        statements.append(statement)
    return {"Version": "2012-10-17", "Statement": statements}


def secret_arn(plan: Plan, name: str) -> str:
    """The secret's ARN, or what ARNs of secrets with its name look like."""
    if name.startswith("arn:"):
        return name
    return f"arn:{plan.partition}:secretsmanager:{plan.region}:{plan.account_id}:secret:{name}-??????"


def principal(plan: Plan) -> str | None:
    """The user or the role behind the caller. A session's ARN lacks the role's path, which only IAM knows."""
    service, _, rest = plan.caller_arn.split(":", 2)[2].partition(":")
    kind, _, name = rest.rpartition(":")[2].partition("/")
    if service == "iam" and kind in ("user", "role"):
        return plan.caller_arn
    if service == "sts" and kind == "assumed-role":
        role = name.partition("/")[0]
        try:
            return str(plan.account.client("iam").get_role(RoleName=role)["Role"]["Arn"])
        except (ClientError, BotoCoreError):
            return f"arn:{plan.partition}:iam::{plan.account_id}:role/{role}"
    return None


def simulated(plan: Plan, source: str, need: needs.Need) -> list[dict[str, Any]]:
    """IAM's decision about each action."""
    context = {"aws:RequestedRegion": plan.region} | need.context
    pages = plan.account.client("iam").get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=source,
        ActionNames=list(need.actions),
        ResourceArns=[filled(need.resource, plan)],
        ContextEntries=[
            {"ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": "string"}
            for name, value in context.items()
        ],
    )  # fmt: skip
    return [result for page in pages for result in page["EvaluationResults"]]


def filled(resource: str, plan: Plan) -> str:
    """The resource's name in this account."""
    return resource.format(
        partition=plan.partition,
        region=plan.region,
        account=plan.account_id,
        stack=plan.stack_name,
        bucket=plan.stack_name.lower(),
    )
