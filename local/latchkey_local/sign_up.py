"""What a deployed pre-sign-up function says about an address, and its invite key: on the local stack or on AWS."""

import json
import tempfile
from pathlib import Path
from typing import Any

from . import aws, state
from .layout import Failure

EVENT = Path(__file__).resolve().parents[2] / "events" / "pre-sign-up" / "good.json"


def check(state_dir: Path, aws_stack: str | None, email: str, invite_code: str | None) -> str:
    """Asks the deployed function itself, with its own settings, without signing anybody up."""
    event = json.loads(EVENT.read_text())
    event["request"]["userAttributes"] = {"email": email}
    if invite_code:
        event["request"]["clientMetadata"] = {"invite_code": invite_code}
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "event.json", Path(folder) / "answer.json"
        asked.write_text(json.dumps(event))
        name = function_name(state_dir, aws_stack)
        cli(state_dir, aws_stack, "lambda", "invoke", "--function-name", name, "--payload", f"fileb://{asked}", str(answered))  # fmt: skip
        return said(json.loads(answered.read_text()))


def said(answer: dict[str, Any]) -> str:
    """The function's answer in one line."""
    if answer.get("errorType") == "SignUpRefused":
        return f"refused: {answer['errorMessage']}"
    if "errorType" in answer:
        raise Failure(f"the function failed: {answer['errorType']}: {answer.get('errorMessage')}")
    response = answer["response"]
    confirmed = "may sign in at once" if response["autoConfirmUser"] else "has to confirm the address first"
    verified = ", and the address counts as verified" if response["autoVerifyEmail"] else ""
    return f"admitted: {confirmed}{verified}"


def invite_key(state_dir: Path, aws_stack: str | None) -> str:
    """The deployed function's invite key."""
    name = function_name(state_dir, aws_stack)
    text = cli(
        state_dir, aws_stack, "lambda", "get-function-configuration", "--function-name", name,
        "--query", "Environment.Variables.SIGN_UP_INVITE_KEY", "--output", "json",
    )  # fmt: skip
    key = json.loads(text)
    if not key:
        raise Failure("the stack has no invites: deploy it with SignUpInviteKeySecret")
    return str(key)


def function_name(state_dir: Path, aws_stack: str | None) -> str:
    """The pre-sign-up function's name in the stack."""
    if aws_stack is None:
        return str(state.deployed(state_dir)["functions"]["pre-sign-up"])
    text = cli(
        state_dir, aws_stack, "cloudformation", "describe-stack-resource", "--stack-name", aws_stack,
        "--logical-resource-id", "PreSignUp", "--query", "StackResourceDetail.PhysicalResourceId", "--output", "json",
    )  # fmt: skip
    return str(json.loads(text))


def cli(state_dir: Path, aws_stack: str | None, *arguments: str) -> str:
    """Runs the AWS CLI: against the local stack, or with your own credentials against AWS."""
    if aws_stack is not None:
        return aws.cli_on_aws(*arguments)
    stack = state.deployed(state_dir)
    return aws.cli(stack["endpoint"], aws.admin_keys(stack), *arguments)
