"""The AWS CLI, which gets its keys by itself through the container credentials provider."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ..checks import expect, expect_that
from ..people import Person
from ..run import Run
from .uploads import follow

TIMEOUT_SECONDS = 60

KEYS_OF_OTHERS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
                  "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
                  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")  # fmt: skip
"""They would go before the provider."""


def run(run: Run) -> None:
    """The CLI works in the person's home, and nowhere else."""
    bucket, one = run.stack.output("BucketName"), run.one
    with run.checks.check("The AWS CLI copies a file into the person's home"):
        with tempfile.TemporaryDirectory() as folder:
            file, data = Path(folder, "by-the-cli.txt"), b"by the AWS CLI\n"
            file.write_bytes(data)
            copied = cli(run, one, "s3", "cp", "--only-show-errors", str(file), f"s3://{bucket}/{one.home}")
            expect_that(copied.returncode == 0, "that the command ends well", shown(copied))
        expect(data, follow(run.object(one, "~/by-the-cli.txt")).body)
    with run.checks.check("The AWS CLI may not list the other's home"):
        refused = cli(run, one, "s3", "ls", f"s3://{bucket}/{run.two.home}")
        expect_that(refused.returncode != 0 and "AccessDenied" in refused.stderr, "AccessDenied", shown(refused))


def cli(run: Run, person: Person, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs the AWS CLI as the person."""
    environment = {name: value for name, value in os.environ.items() if name not in KEYS_OF_OTHERS} | {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{run.stack.api_url}/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": person.id_token,
        "AWS_DEFAULT_REGION": run.stack.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }
    command = [str(Path(sys.executable).parent / "aws"), *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
    )


def shown(command: "subprocess.CompletedProcess[str]") -> str:
    """How a command ended."""
    return f"status {command.returncode} {command.stderr.strip()[-300:]}"
