"""What a check finds: right, wrong with what to do, or not to be found out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..account import Account
from ..failure import code_of, explained, is_denied

RIGHT, WRONG, UNKNOWN = "right", "wrong", "could not be checked"


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    verdict: str
    subject: str
    text: str

    def __str__(self) -> str:
        """The line."""
        return f"{self.verdict}: {self.subject}: {self.text}"


@dataclass(frozen=True)
class Plan:
    """What is going to be deployed, where, and by whom."""

    account: Account
    stack_name: str
    region: str
    account_id: str
    caller_arn: str
    template: dict[str, Any]
    answers: dict[str, str]
    parameters: dict[str, str]
    deployed: dict[str, str] | None
    """The parameters of the stack as it is, if it is there already."""
    outputs: dict[str, str]
    """Its outputs; none if it is not there."""

    @property
    def partition(self) -> str:
        """The caller's partition, such as `aws`."""
        return self.caller_arn.split(":")[1]

    def parameter(self, name: str) -> str:
        """A parameter's value; empty also if the template has no such parameter."""
        return self.parameters.get(name, "")


Check = Callable[[Plan], Iterator[Finding]]


def right(subject: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(RIGHT, subject, text)


def wrong(subject: str, text: str) -> Finding:
    """Something to do: the text says what."""
    return Finding(WRONG, subject, text)


def unknown(subject: str, text: str) -> Finding:
    """Nobody can say: the text says why."""
    return Finding(UNKNOWN, subject, text)


def refused(subject: str, error: ClientError | BotoCoreError) -> Finding:
    """What an unexpected error says about a thing: nothing, so its own words are the reason."""
    if isinstance(error, ClientError) and is_denied(error):
        return unknown(subject, f"you may not call {error.operation_name}")
    return unknown(subject, explained(error))


def ask(subject: str, call: Callable[[], Any], expected: dict[str, str]) -> tuple[Any, Finding | None]:
    """AWS's answer, or what there is to say instead. `expected` says what to do about an error, by its code."""
    try:
        return call(), None
    except ClientError as error:
        text = expected.get(code_of(error))
        return None, wrong(subject, text) if text else refused(subject, error)
    except BotoCoreError as error:
        return None, refused(subject, error)


def region_of(arn: str) -> str:
    """The region in an ARN; empty for a service that has none."""
    return arn.split(":")[3]
