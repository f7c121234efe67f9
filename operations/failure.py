"""How the operator's commands fail: one line that says how to mend it, and exit status 1."""

import signal
import sys
from collections.abc import Callable
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

DENIALS = (
    "AccessDenied",
    "AccessDeniedException",
    "NotAuthorized",
    "UnauthorizedOperation",
    "AuthorizationError",
    "403",
)
"""IAM's refusal, in the codes of AWS's protocols and services."""


class Failure(Exception):
    """What went wrong, in one line for the person who ran the command."""


def run(main: Callable[[], None]) -> None:
    """Runs a command. A failure, ours or AWS's, is one line."""
    # If the reader stops reading (make home … | head), end without an error.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        main()
    except Failure as failure:
        sys.exit(f"latchkey: {failure}")
    except (ClientError, BotoCoreError) as error:
        sys.exit(f"latchkey: {explained(error)}")
    except KeyboardInterrupt:
        sys.exit("latchkey: interrupted")


def explained(error: ClientError | BotoCoreError) -> str:
    """What AWS or its client says, with what to do about it where that is known."""
    if isinstance(error, ClientError):
        if is_expired(error):
            return "your AWS credentials have expired; sign in again (aws sso login), or set new ones"
        if is_denied(error):
            return f"you may not call {error.operation_name}: {message_of(error)}; ask for that right"
        return f"{error.operation_name} failed with {code_of(error)}: {message_of(error) or 'AWS does not say why'}"
    if isinstance(error, NoCredentialsError):
        return "there are no AWS credentials; set AWS_PROFILE, or run aws configure"
    if isinstance(error, NoRegionError):
        return "there is no region; set AWS_DEFAULT_REGION, or deploy first, which saves one with your answers"
    if isinstance(error, ProfileNotFound):
        return f"{error}; set AWS_PROFILE to one that `aws configure list-profiles` prints"
    if isinstance(error, EndpointConnectionError):
        return f"AWS does not answer: {error}; check the region and the network"
    return one_line(str(error))


def code_of(error: ClientError) -> str:
    """AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def unless(absent: str, call: Callable[[], Any]) -> Any:
    """What AWS answers, or none if it says by this code that there is no such thing."""
    try:
        return call()
    except ClientError as error:
        if code_of(error) == absent:
            return None
        raise


def message_of(error: ClientError) -> str:
    """AWS's words."""
    return one_line(str(error.response.get("Error", {}).get("Message", ""))).rstrip(".")


def is_expired(error: ClientError) -> bool:
    """Whether the credentials have ended."""
    return code_of(error) in ("ExpiredToken", "ExpiredTokenException")


def is_denied(error: ClientError) -> bool:
    """Whether IAM refused the call. Each of AWS's protocols has a code of its own for that."""
    return code_of(error) in DENIALS


def one_line(text: str) -> str:
    """The text without line breaks."""
    return " ".join(text.split())
