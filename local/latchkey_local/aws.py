"""How this folder speaks to the local AWS: the AWS CLI where a request is signed, plain HTTP where it is not."""

import json
import os
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from .layout import REGION, VENV_AWS, Failure

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of any status."""

    status: int
    body: Any
    """The decoded JSON, or the text if it is not JSON."""


def cli_environment(endpoint: str, keys: dict[str, str]) -> dict[str, str]:
    """An environment in which the AWS CLI reaches the local AWS, and cannot reach the real one with your own keys."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TERM") if name in os.environ}
    settings = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }
    return kept | keys | settings


def admin_keys(stack: dict[str, Any]) -> dict[str, str]:
    """The keys of the emulator's root, as the AWS CLI wants them."""
    return {"AWS_ACCESS_KEY_ID": stack["access_key_id"], "AWS_SECRET_ACCESS_KEY": stack["secret_access_key"]}


def try_cli(endpoint: str, keys: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs the AWS CLI against the local AWS and returns how it ended, successfully or not."""
    return run(cli_environment(endpoint, keys), *arguments)


def cli(endpoint: str, keys: dict[str, str], *arguments: str) -> str:
    """Runs the AWS CLI against the local AWS and returns what it printed."""
    return printed(try_cli(endpoint, keys, *arguments), *arguments)


def cli_on_aws(*arguments: str) -> str:
    """Runs the AWS CLI with your own credentials, against AWS, and returns what it printed."""
    return printed(run(dict(os.environ), *arguments), *arguments)


def run(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs the AWS CLI."""
    return subprocess.run(
        [str(VENV_AWS / "bin" / "aws"), *arguments], env=environment, capture_output=True, text=True, check=False
    )


def printed(done: "subprocess.CompletedProcess[str]", *arguments: str) -> str:
    """What the AWS CLI printed; if it failed, its error message is the failure."""
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip() or "it said nothing"
        raise Failure(f"aws {' '.join(arguments[:2])} failed: {words}")
    return done.stdout


def http(url: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
    """A GET, or a POST if there is a body. Any status is an answer; only no answer is a failure."""
    request = urllib.request.Request(url, data=body, headers=headers or {})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return Answer(answer.status, decoded(answer.read()))
    except urllib.error.HTTPError as error:
        return Answer(error.code, decoded(error.read()))
    except OSError as error:
        raise Failure(f"{url} does not answer: {error}") from None


def decoded(body: bytes) -> Any:
    """JSON as a value, anything else as text."""
    text = body.decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text


def cognito(endpoint: str, operation: str, **members: Any) -> Answer:
    """One of the user pool's operations that AWS serves unsigned, such as SignUp."""
    return http(
        endpoint,
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
        },
        body=json.dumps(members).encode(),
    )
