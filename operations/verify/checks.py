"""Checks: named sentences, each with an outcome. A failure is noted, and the run goes on."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from . import local_differences


class Outcome(str, Enum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    RECORDED = "recorded"
    """A fact that only this AWS can tell, beside what the documents say of it."""
    KNOWN_DIFFERENCE = "differs"
    """It fails on the local AWS, for a reason that `local_differences.py` gives."""


@dataclass
class Check:
    """One sentence of the report."""

    name: str
    outcome: Outcome = Outcome.PASSED
    seconds: float = 0.0
    expected: Any = None
    """What was expected, or what the documents say of a recorded fact."""
    got: Any = None
    agrees: bool | None = None
    """Of a recorded fact: whether it is as the documents say. None if they say nothing."""
    source: str | None = None
    """Of a recorded fact: the document."""
    reason: str | None = None

    @property
    def deviates(self) -> bool:
        """Whether it is otherwise than it should be."""
        return self.outcome is Outcome.FAILED or (self.outcome is Outcome.RECORDED and self.agrees is False)


class Mismatch(Exception):
    """Something is otherwise than expected."""

    def __init__(self, expected: Any, got: Any) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected, self.got = expected, got


class Skip(Exception):
    """A check cannot be made, or does not apply to this stack; says why."""


def expect(expected: Any, got: Any, what: str = "") -> None:
    """Fails the check unless both are equal. `what` tells several comparisons of a check apart."""
    if expected != got:
        raise Mismatch(*((f"{what}: {value}" if what else value) for value in (expected, got)))


def expect_that(holds: object, expected: str, got: Any) -> None:
    """Fails the check unless `holds`."""
    if not holds:
        raise Mismatch(expected, got)


class Checks:
    """All checks of a run, in order."""

    def __init__(self, redact: Callable[[str], str], on_local_aws: bool) -> None:
        self.all: list[Check] = []
        self._redact = redact
        self._on_local_aws = on_local_aws

    @contextlib.contextmanager
    def check(self, name: str) -> Iterator[None]:
        """Whatever goes wrong inside fails the check."""
        with self._entry(name):
            yield

    @contextlib.contextmanager
    def record(self, name: str, expected: Any, source: str | None) -> Iterator[Check]:
        """A fact. Inside, `got` and `agrees` of what this yields are set."""
        with self._entry(name) as entry:
            entry.outcome, entry.expected, entry.source = Outcome.RECORDED, expected, source
            yield entry

    def skip(self, reason: str, *names: str) -> None:
        """Notes checks that do not apply to this stack."""
        for name in names:
            with self._entry(name):
                raise Skip(reason)

    @contextlib.contextmanager
    def part(self, title: str) -> Iterator[None]:
        """A group of checks. What goes wrong between them must not pass for nothing."""
        print(f"» {title}", flush=True)
        try:
            yield
        except Exception as error:  # noqa: BLE001 (whatever it is, it is no passed check)
            with self._entry(f"{title}: every check could be made"):
                raise error

    @contextlib.contextmanager
    def _entry(self, name: str) -> Iterator[Check]:
        entry = Check(name)
        started = time.monotonic()
        try:
            yield entry
        except Skip as skip:
            entry.outcome, entry.reason = Outcome.SKIPPED, str(skip)
        except Mismatch as mismatch:
            entry.outcome, entry.expected, entry.got = Outcome.FAILED, mismatch.expected, mismatch.got
        except Exception as error:  # noqa: BLE001
            entry.outcome, entry.got = Outcome.FAILED, f"{type(error).__name__}: {error}"
            entry.expected = "no error" if entry.expected is None else entry.expected
        entry.seconds = round(time.monotonic() - started, 2)
        self._add(entry)

    def _add(self, entry: Check) -> None:
        if self._on_local_aws:
            judge_on_local_aws(entry)
        entry.expected, entry.got = self._clean(entry.expected), self._clean(entry.got)
        entry.reason = self._clean(entry.reason)
        self.all.append(entry)
        told = f": {entry.got}" if entry.outcome is Outcome.RECORDED and not isinstance(entry.got, dict) else ""
        print(f"  {entry.outcome.value:<8} {entry.name}{told}", flush=True)
        if entry.outcome is Outcome.RECORDED and entry.agrees is False:
            print(f"           the documents say {entry.expected}", flush=True)
        if entry.outcome is Outcome.FAILED:
            print(f"           expected {entry.expected}\n           got      {entry.got}", flush=True)

    def _clean(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._clean(key): self._clean(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._clean(item) for item in value]
        return value if value is None or isinstance(value, (bool, int, float)) else self._redact(str(value))

    def count(self, outcome: Outcome) -> int:
        """How many checks came out like that."""
        return sum(entry.outcome is outcome for entry in self.all)

    def end(self) -> None:
        """Fails if the list of local differences names a check that there is not."""
        if not self._on_local_aws:
            return
        unknown = sorted(set(local_differences.DIFFERENCES) - {entry.name for entry in self.all})
        with self.check("Each known difference of the local AWS is of a check"):
            expect([], unknown)


def judge_on_local_aws(entry: Check) -> None:
    """A difference that is listed may be, and has to be; any other is a failure."""
    reason = local_differences.DIFFERENCES.get(entry.name)
    if entry.outcome is Outcome.SKIPPED:
        return
    if reason is None:
        if entry.deviates:
            entry.outcome = Outcome.FAILED
    elif entry.deviates:
        entry.outcome, entry.reason = Outcome.KNOWN_DIFFERENCE, reason
    else:
        entry.outcome, entry.expected = Outcome.FAILED, f"it fails on the local AWS, because {reason}"
        entry.got = "it does not fail any more: take it out of operations/verify/local_differences.py"
