"""A stack on AWS, as CloudFormation describes it."""

from typing import Any

from .account import Account
from .failure import unless


def stack(account: Account, name: str) -> dict[str, Any] | None:
    """The stack; none if there is no such stack. For that, CloudFormation has no error of its own."""
    client = account.client("cloudformation")
    answer = unless("ValidationError", lambda: client.describe_stacks(StackName=name))
    found: dict[str, Any] | None = answer and answer["Stacks"][0]
    return found


def parameters(found: dict[str, Any]) -> dict[str, str]:
    """A stack's parameters. CloudFormation does not show the values of all."""
    return {item["ParameterKey"]: item.get("ParameterValue", "") for item in found.get("Parameters", [])}


def outputs(found: dict[str, Any]) -> dict[str, str]:
    """A stack's outputs."""
    return {item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", [])}
