"""Deploys the project's own template, as it goes to AWS, into the running local AWS."""

import json
import os
from pathlib import Path
from typing import Any

from . import aws, emulator, providers, state
from .layout import ARTIFACTS_BUCKET, STACK, Failure

BUILD_TIME = 1_000_000_000
"""The time that every program gets, so that an unchanged function is an unchanged upload."""

PARAMETERS = {
    # The demo's people may sign in at once, and people from blocked.example are refused.
    "SignUpAutoConfirmDomains": "example.com",
    "SignUpAutoConfirmUnproven": "true",
    "SignUpBlockedDomains": "blocked.example",
    # So that a script can sign in with curl. On AWS it is off.
    "AllowPasswordSignIn": "true",
    "DeletionProtection": "INACTIVE",
}


def deploy(state_dir: Path, template: Path, architecture: str, extra: list[str]) -> dict[str, Any]:
    """Deploys the template and records the result. `extra` has further NAME=VALUE parameters.

    If nothing has changed, this does nothing; a function that has changed is replaced.
    """
    stack = emulator.running(state_dir)
    if stack is None:
        raise Failure("the local AWS is not running (make up)")
    if not template.exists():
        raise Failure(f"there is no {template} (make build)")
    settle_times(template.parent)
    endpoint, keys = stack["endpoint"], aws.admin_keys(stack)
    make_artifacts_bucket(endpoint, keys)
    packaged = state_dir / "packaged.yaml"
    aws.cli(
        endpoint, keys, "cloudformation", "package",
        "--template-file", str(template), "--s3-bucket", ARTIFACTS_BUCKET, "--output-template-file", str(packaged),
    )  # fmt: skip
    values = PARAMETERS | {"Architecture": architecture} | providers.parameters(stack)
    parameters = [f"{name}={value}" for name, value in values.items()]
    done = aws.try_cli(
        endpoint, keys, "cloudformation", "deploy",
        "--template-file", str(packaged), "--stack-name", STACK, "--capabilities", "CAPABILITY_IAM",
        # The template is too long to be sent inline.
        "--s3-bucket", ARTIFACTS_BUCKET,
        "--no-fail-on-empty-changeset", "--parameter-overrides", *parameters, *extra,
    )  # fmt: skip
    if done.returncode != 0:
        raise Failure("the template could not be deployed: " + (first_failure(endpoint, keys) or done.stderr.strip()))
    stack |= described(endpoint, keys)
    state.write(state_dir, stack)
    return stack


def settle_times(built: Path) -> None:
    """Gives every program the same time: each build copies them again, and a ZIP file holds the times."""
    for program in built.rglob("bootstrap"):
        os.utime(program, (BUILD_TIME, BUILD_TIME))


def make_artifacts_bucket(endpoint: str, keys: dict[str, str]) -> None:
    """Creates the bucket for the packaged functions, if it does not exist."""
    if aws.try_cli(endpoint, keys, "s3api", "head-bucket", "--bucket", ARTIFACTS_BUCKET).returncode != 0:
        aws.cli(endpoint, keys, "s3", "mb", f"s3://{ARTIFACTS_BUCKET}")


def first_failure(endpoint: str, keys: dict[str, str]) -> str | None:
    """The first error of this deployment, from the stack's events: the AWS CLI only says that something failed."""
    events = aws.try_cli(
        endpoint, keys, "cloudformation", "describe-stack-events", "--stack-name", STACK,
        "--query", "StackEvents[].[LogicalResourceId, ResourceStatus, ResourceStatusReason]",
    )  # fmt: skip
    first = None
    # The newest event comes first. What comes after the start of this deployment belongs to an earlier one.
    for name, status, reason in json.loads(events.stdout) if events.returncode == 0 else []:
        if status.endswith("_FAILED"):
            first = f"{name}: {reason}"
        elif name == STACK and status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            break
    return first


def described(endpoint: str, keys: dict[str, str]) -> dict[str, Any]:
    """The deployed stack's outputs, with local addresses."""
    text = aws.cli(endpoint, keys, "cloudformation", "describe-stacks", "--stack-name", STACK)
    outputs = {item["OutputKey"]: item["OutputValue"] for item in json.loads(text)["Stacks"][0]["Outputs"]}
    return {
        "stack_name": STACK,
        # ApiUrl has the host name that it would have on AWS; here every API is below the one endpoint.
        "api_url": f"{endpoint}/_aws/execute-api/{outputs['HttpApiId']}",
        # The same goes for the sign-in page in SignInUrl, which only a user pool of the stack's own has.
        "sign_in_url": f"{endpoint}/oauth2/authorize?{outputs.get('SignInUrl', '').partition('?')[2]}",
        "api_id": outputs["HttpApiId"],
        "user_pool_id": outputs["UserPoolId"],
        "client_id": outputs["UserPoolClientId"],
        "identity_pool_id": outputs["IdentityPoolId"],
        "bucket": outputs["BucketName"],
        "functions": {
            "token-exchange": outputs["TokenExchangeFunction"],
            "list-objects": outputs["ListObjectsFunction"],
            "object-links": outputs["ObjectLinksFunction"],
            "pre-sign-up": outputs["PreSignUpFunction"],
        },
        "outputs": outputs,
    }
