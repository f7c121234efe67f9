"""The objects of a home, and what becomes of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Outcome(Enum):
    """What became of an object, in the words of a count of them."""

    TO_MOVE = "to move"
    MOVED = "moved"
    WAS_THERE = "there already"
    GONE = "deleted in the meantime"
    CONFLICT = "in conflict"
    TOO_LONG = "with too long a key"
    FAILED = "failed"
    STOPPED = "stopped"


LEFT = (Outcome.CONFLICT, Outcome.TOO_LONG, Outcome.FAILED)
"""The object stays at its old key, and somebody has to look at it."""


@dataclass(frozen=True)
class Object:
    """An object as a listing has it."""

    key: str
    size: int
    etag: str
    storage_class: str


@dataclass(frozen=True)
class Result:
    """An object, what became of it, and why, if it is left."""

    item: Object
    outcome: Outcome
    why: str = ""


@dataclass
class Tally:
    """Numbers of objects, and of their bytes."""

    objects: Counter[Outcome] = field(default_factory=Counter)
    sizes: Counter[Outcome] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        """Counts one."""
        self.objects[result.outcome] += 1
        self.sizes[result.outcome] += result.item.size

    def add_all(self, other: "Tally") -> None:
        """Counts all of a home."""
        self.objects.update(other.objects)
        self.sizes.update(other.sizes)

    @property
    def left(self) -> int:
        """How many somebody has to look at."""
        return sum(self.objects[outcome] for outcome in LEFT)

    def __str__(self) -> str:
        """In words, in the order of the outcomes."""
        counted = (
            f"{self.objects[outcome]} {outcome.value} ({self.sizes[outcome]} bytes)"
            for outcome in Outcome
            if self.objects[outcome]
        )
        return ", ".join(counted) or "nothing to move"


def listed(s3: Any, bucket: str, prefix: str) -> Iterator[Object]:
    """All objects below the prefix."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", ()):
            yield Object(item["Key"], item["Size"], item["ETag"], item.get("StorageClass", "STANDARD"))
