"""What the commands print."""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import aws, builds, emulator, providers

LOG_LINES_SHOWN = 30


def step(text: str) -> None:
    """A step of the work."""
    print(f"» {text}", flush=True)


@contextlib.contextmanager
def timed(text: str) -> Iterator[None]:
    """A step of the work, and at its end how long it took."""
    step(text)
    started = time.monotonic()
    yield
    line(f"done in {duration(time.monotonic() - started)}")


def duration(seconds: float) -> str:
    """A duration, in tenths of a second if it is short."""
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def line(text: str) -> None:
    """A detail of the step above."""
    print("\n".join(f"  {part}" for part in text.splitlines()), flush=True)


def pretty(value: Any) -> str:
    """JSON for reading."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def status(stack: dict[str, Any] | None) -> None:
    """What is running, in a few lines."""
    if stack is None:
        step("Nothing is running (start it with make up)")
        return
    step(f"The local AWS is running on {stack['endpoint']} (pid {stack['pid']})")
    for name in ("api_url", "user_pool_id", "client_id", "identity_pool_id", "bucket", "log"):
        if name in stack:
            line(f"{name:<17} {stack[name]}")


def logs(state_dir: Path) -> None:
    """The last lines of every function's log, then of the emulator's own."""
    stack = emulator.running(state_dir) or {}
    for name, group in sorted(stack.get("functions", {}).items()):
        step(f"{name} ({group})")
        text = aws.cli(
            stack["endpoint"], aws.admin_keys(stack), "logs", "filter-log-events",
            "--log-group-name", f"/aws/lambda/{stack['stack_name']}-{name}", "--query", "events[].message",
        )  # fmt: skip
        for message in json.loads(text)[-LOG_LINES_SHOWN:]:
            line(message.rstrip())
    for name, log in (("the identity provider", state_dir / providers.LOG), ("the emulator", state_dir / emulator.LOG)):
        if log.exists():
            step(f"{name} ({log})")
            line("\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]))


def how_to_go_on(state_dir: Path, stack: dict[str, Any], name: str, password: str) -> None:
    """The API's address, the person, and commands to paste."""
    print(f"""
The API        {stack["api_url"]}
Demo person    {name}
Password       {password}

Paste these commands in the project's folder.
{command_line(builds.quick_command_line(state_dir), state_dir, stack)}
The API:

  API=$(make -s api) ID_TOKEN=$(make -s token)

  curl -sS "$API/token" \\
    -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
    -d subject_token_type=urn:ietf:params:oauth:token-type:id_token -d "subject_token=$ID_TOKEN"

  curl -sS "$API/credentials" -H "Authorization: $ID_TOKEN"

  curl -sS "$API/objects" -H "Authorization: Bearer $ID_TOKEN"

The AWS CLI, which gets and renews its keys by itself:

  AWS_ENDPOINT_URL={stack["endpoint"]} AWS_DEFAULT_REGION={stack["region"]} \\
  AWS_CONTAINER_CREDENTIALS_FULL_URI="$API/credentials" AWS_CONTAINER_AUTHORIZATION_TOKEN="$ID_TOKEN" \\
    .venv/aws/bin/aws s3 ls s3://{stack["bucket"]}/public/
""")


def command_line(program: Path, state_dir: Path, stack: dict[str, Any]) -> str:
    """How to sign in with the command line, which here keeps everything that it writes in the state folder."""
    if not program.exists():
        return ""
    return f"""
The command line, whose sign-in page asks for this name and password (over SSH: login --no-browser):

  export PATH="{program.parent}:$PATH" AWS_ENDPOINT_URL={stack["endpoint"]}
  export LATCHKEY_HOME="{state_dir}/latchkey" AWS_CONFIG_FILE="{state_dir}/aws-config"

  latchkey login --url '{stack["api_url"]}'
  latchkey configure
  .venv/aws/bin/aws s3 ls --profile latchkey s3://{stack["bucket"]}/public/
  latchkey ls
"""
