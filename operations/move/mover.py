"""Moves one object: it is copied, the copy is compared with it, and only then it is deleted."""

import threading
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..failure import code_of, explained, is_denied, is_expired
from .copying import COPY_BYTES_MAX, Copier, StoppedError
from .likeness import Likeness, compare
from .objects import Object, Outcome, Result

KEY_BYTES_MAX = 1024
"""Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""

ABSENT = ("404", "NoSuchKey", "NotFound")
CHANGED = ("412", "PreconditionFailed", "ConditionalRequestConflict")


class LeftError(Exception):
    """The object stays where it is."""

    def __init__(self, outcome: Outcome, why: str) -> None:
        super().__init__(why)
        self.outcome = outcome


@dataclass(frozen=True)
class Mover:
    """Moves objects within a bucket, from any thread."""

    s3: Any
    bucket: str
    stopping: threading.Event
    copy_bytes_max: int = COPY_BYTES_MAX

    def plan(self, source: Object, target: str, is_taken: bool) -> Result:
        """What `move` would do, as far as it can be known. Nothing is changed."""
        if len(target.encode()) > KEY_BYTES_MAX:
            return Result(source, Outcome.TOO_LONG, f"its new key would be longer than {KEY_BYTES_MAX} bytes")
        there = self.head(target) if is_taken else None
        if there is None:
            return Result(source, Outcome.TO_MOVE)
        try:
            self.require_same(source, target, there)
        except LeftError as left:
            return Result(source, left.outcome, str(left))
        return Result(source, Outcome.WAS_THERE)

    def move(self, source: Object, target: str) -> Result:
        """Moves it, unless something else is at the target."""
        if len(target.encode()) > KEY_BYTES_MAX:
            return self.plan(source, target, is_taken=False)
        try:
            outcome = self.place(source, target)
            self.delete(source)
        except LeftError as left:
            return Result(source, left.outcome, str(left))
        except StoppedError:
            return Result(source, Outcome.STOPPED)
        except ClientError as error:
            # It would be the same for every other object.
            if is_denied(error) or is_expired(error):
                raise
            return Result(source, Outcome.FAILED, reason(error))
        return Result(source, outcome)

    def place(self, source: Object, target: str) -> Outcome:
        """Sees to it that the target has the source's bytes."""
        there = self.head(target)
        if there is None:
            try:
                Copier(self.s3, self.bucket, self.stopping, self.copy_bytes_max).copy(source, target)
            except ClientError as error:
                if code_of(error) in ABSENT:
                    raise LeftError(Outcome.GONE, "") from error
                if code_of(error) not in CHANGED:
                    raise
                # Somebody was there first: another person, or our own attempt whose answer was lost.
                there = self.head(target)
                if there is None:
                    raise LeftError(Outcome.FAILED, "it was changed in the meantime; run this again") from error
            else:
                self.verify(source, target)
                return Outcome.MOVED
        self.require_same(source, target, there)
        return Outcome.WAS_THERE

    def verify(self, source: Object, target: str) -> None:
        """Compares a copy that S3 has just made. S3 itself says that it is complete, so what cannot be compared passes,
        if the sizes are the same."""
        made = self.head(target)
        if made is None or self.compare(source, made) is Likeness.DIFFERENT:
            raise LeftError(Outcome.FAILED, f"its copy {target!r} is not the same; delete that and run this again")

    def require_same(self, source: Object, target: str, there: dict[str, Any]) -> None:
        """Refuses to take what is at the target for the source."""
        found = self.compare(source, there)
        if found is not Likeness.SAME:
            differ = "is another object" if found is Likeness.DIFFERENT else "may be another object, S3 cannot tell"
            raise LeftError(Outcome.CONFLICT, f"{target!r} {differ}; compare the two, delete one, and run this again")

    def compare(self, source: Object, there: dict[str, Any]) -> Likeness:
        """Compares the source, as it was listed, with what is at the target."""
        if (source.size, source.etag) == (there["ContentLength"], there["ETag"]):
            return Likeness.SAME
        here = self.head(source.key)
        if here is None:
            raise LeftError(Outcome.GONE, "")
        return compare(here, there)

    def delete(self, source: Object) -> None:
        """Deletes what was copied, and no newer object."""
        try:
            self.s3.delete_object(Bucket=self.bucket, Key=source.key, IfMatch=source.etag)
        except ClientError as error:
            if code_of(error) in CHANGED:
                raise LeftError(
                    Outcome.CONFLICT, "it was changed while it was copied; delete one of the two"
                ) from error
            if code_of(error) not in ABSENT:
                raise

    def head(self, key: str) -> dict[str, Any] | None:
        """What S3 knows of an object, or nothing if there is none."""
        try:
            found: dict[str, Any] = self.s3.head_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
        except ClientError as error:
            if code_of(error) in ABSENT:
                return None
            raise
        return found


def reason(error: ClientError) -> str:
    """Why S3 did not do it."""
    if code_of(error) == "InvalidObjectState":
        return "it is archived; restore it, and run this again"
    return explained(error)
