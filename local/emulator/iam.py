"""IAM: policy variables stand for the caller's values, wildcards for any characters, the loopback counts as TLS, log
streams are below their group, an object's resource has its exact key, DynamoDB says whose row it is, and nobody lists
the buckets without keys.
"""

import json
import re
from dataclasses import replace
from typing import Any

import ministack.app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb, sts


def install() -> None:
    """Replaces how a principal's policies are found and matched, and what a request says of its transport."""
    resolve, pin_origin = iam_evaluator.resolve_principal, ministack.app.pin_request_origin
    compile_pattern, enforce = iam_evaluator._fnmatch_compile, iam_evaluator.enforce

    def resolve_with_variables(access_key_id: str, *arguments: Any, **named: Any) -> Any:
        """Makes every principal's policies speak of that very principal: ministack keeps the values with the
        session, yet leaves the variables as they stand, and they then match nothing."""
        principal = resolve(access_key_id, *arguments, **named)
        variables = variables_of(sts._sessions.get(access_key_id) or {})
        if not variables or not getattr(principal, "policies", None):
            return principal
        policies = [[expanded(statement, variables) for statement in policy] for policy in principal.policies]
        return replace(principal, policies=policies)

    def pin_as_secure(source_ip: str, _secure: bool) -> None:
        """The bucket policy refuses what comes without TLS, and the loopback has none."""
        pin_origin(source_ip, True)

    def compile_for_any_character(pattern: str, ignore_case: bool) -> re.Pattern[str]:
        """A key may hold newlines; ministack's wildcards end at the first, and its patterns before the last."""
        made = compile_pattern(pattern, ignore_case)
        return re.compile(made.pattern.removesuffix("$") + r"\Z", made.flags | re.DOTALL)

    def enforce_as_aws(key: str, action: str, service: str, region: str, resource_arn: str = "*", **named: Any) -> Any:
        """ministack asks for the log group where AWS asks for the stream, and takes ListBuckets from anybody."""
        if action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            resource_arn += ":log-stream:"
        if action == "s3:ListAllMyBuckets" and not key:
            return iam_evaluator.AuthError("AccessDenied", "Access Denied")
        if service == "dynamodb" and (owners := leading_keys()):
            named["service_context"] = (named.get("service_context") or {}) | {"dynamodb:LeadingKeys": owners}
        return enforce(key, action, service, region, resource_arn=resource_arn, **named)

    resource_of = iam_actions.extract_resource_arn

    def exact_resource(service: str, method: str, path: str, *arguments: Any, **named: Any) -> str:
        """ministack leaves out empty segments, and so takes a home's own object, `private/ID/`, for another one."""
        bucket, _, key = path.removeprefix("/").partition("/")
        if service == "s3" and key.strip("/"):
            return f"arn:aws:s3:::{bucket}/{key}"
        return resource_of(service, method, path, *arguments, **named)

    iam_actions.extract_resource_arn = exact_resource
    iam_evaluator.enforce = enforce_as_aws
    iam_evaluator._fnmatch_compile = compile_for_any_character
    iam_evaluator.resolve_principal = resolve_with_variables
    ministack.app.pin_request_origin = pin_as_secure


def leading_keys() -> list[str]:
    """The partition key of the item that the request under way is about, if it is about one.

    Source: "Using IAM policy conditions for fine-grained access control" in the Amazon DynamoDB developer guide.
    """
    request = iam_evaluator._signed_request.get()
    try:
        content = json.loads(request.body) if request else {}
    except ValueError:
        return []
    item, table = content.get("Key") or content.get("Item"), dynamodb._tables.get(content.get("TableName"))
    if not item or not table:
        return []
    name = next(key["AttributeName"] for key in table["KeySchema"] if key["KeyType"] == "HASH")
    return [str(value) for value in item.get(name, {}).values()]


def variables_of(session: dict[str, Any]) -> dict[str, str]:
    """The policy variables of an identity pool's session; none for any other."""
    if not session.get("_identity_id"):
        return {}
    tags: dict[str, str] = session.get("_principal_tags") or {}
    return {
        "${cognito-identity.amazonaws.com:sub}": session["_identity_id"],
        "${cognito-identity.amazonaws.com:aud}": session["_identity_pool_id"],
    } | {"${aws:PrincipalTag/" + name + "}": value for name, value in tags.items()}


def expanded(statement: Any, variables: dict[str, str]) -> Any:
    """A copy of the statement with the variables' values in their places."""
    return replace(
        statement,
        resources=substituted(statement.resources, variables),
        not_resources=substituted(statement.not_resources, variables),
        conditions=substituted(statement.conditions, variables),
    )


def substituted(value: Any, variables: dict[str, str]) -> Any:
    """Replaces the variables in every text below `value`."""
    if isinstance(value, str):
        for name, text in variables.items():
            value = value.replace(name, text)
        return value
    if isinstance(value, list):
        return [substituted(item, variables) for item in value]
    if isinstance(value, dict):
        return {key: substituted(item, variables) for key, item in value.items()}
    return value
