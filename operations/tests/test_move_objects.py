"""Single objects: how they are copied, and what is never overwritten or deleted."""

import threading
from collections.abc import Callable
from typing import Any

from ..move.likeness import Likeness, compare
from ..move.mover import Mover
from ..move.objects import Object, Outcome, listed
from .move_case import PART, MoveCase

OLD, NEW = "parts/old", "parts/new"
MD5_1, MD5_2 = f'"{"1" * 32}"', f'"{"2" * 32}"'


class MoveObjects(MoveCase):
    """Within the bucket of a stack."""

    def setUp(self) -> None:
        """Starts with nothing."""
        self.empty()

    def empty(self) -> None:
        """Deletes what the tests use."""
        for key in self.keys("parts/"):
            self.s3.delete_object(Bucket=self.bucket, Key=f"parts/{key}")

    def mover(self, copy_bytes_max: int = 10**9, before: dict[str, Callable[[], Any]] | None = None) -> Mover:
        """A mover; and what somebody else does right before it calls an operation."""
        s3 = self.local.client("s3")
        for operation, act in (before or {}).items():
            s3.meta.events.register(f"before-call.s3.{operation}", lambda act=act, **_: act() and None)
        return Mover(s3, self.bucket, threading.Event(), copy_bytes_max)

    def put(self, key: str, body: bytes, **described: Any) -> Object:
        """Puts an object, as a listing has it."""
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **described)
        return self.listed(key)

    def listed(self, key: str) -> Object:
        """The one object with this key."""
        return next(listed(self.s3, self.bucket, key))

    def body(self, key: str) -> bytes:
        """What is in an object."""
        return bytes(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def unfinished(self) -> list[Any]:
        """Uploads that were neither completed nor aborted."""
        return list(self.s3.list_multipart_uploads(Bucket=self.bucket).get("Uploads", ()))

    def test_an_object_too_large_for_one_copy_is_copied_in_parts(self) -> None:
        described = {
            "ContentType": "image/png",
            "CacheControl": "no-store",
            "ContentDisposition": "inline",
            "ContentLanguage": "de",
            "Metadata": {"made": "by-hand"},
            "StorageClass": "STANDARD_IA",
        }
        source = self.put(OLD, PART + b"rest", **described, Tagging="kind=a%20b%26")
        result = self.mover(copy_bytes_max=len(PART)).move(source, NEW)
        self.assertEqual((result.outcome, result.why), (Outcome.MOVED, ""))
        self.assertEqual((self.body(NEW), self.keys("parts/")), (PART + b"rest", {"new"}))
        there = self.s3.head_object(Bucket=self.bucket, Key=NEW)
        self.assertEqual({name: there[name] for name in described}, described)
        self.assertTrue(there["ETag"].endswith('-2"'), "in parts")
        tags = self.s3.get_object_tagging(Bucket=self.bucket, Key=NEW)["TagSet"]
        self.assertEqual(tags, [{"Key": "kind", "Value": "a b&"}])

    def test_an_object_in_parts_keeps_its_parts_and_can_be_resumed(self) -> None:
        etag = self.put_in_parts(OLD, ContentType="image/png")
        source = self.listed(OLD)
        self.assertIs(self.mover().move(source, NEW).outcome, Outcome.MOVED)
        self.assertEqual(self.listed(NEW).etag, etag)
        self.assertEqual(self.body(NEW), PART + b"yy")
        self.put_in_parts(OLD)
        self.assertIs(self.mover().move(self.listed(OLD), NEW).outcome, Outcome.WAS_THERE)
        self.assertEqual(self.keys("parts/"), {"new"})

    def test_who_comes_first_is_not_overwritten(self) -> None:
        def overtake() -> None:
            self.s3.put_object(Bucket=self.bucket, Key=NEW, Body=b"first")

        for operation in ("CopyObject", "CompleteMultipartUpload"):
            with self.subTest(operation):
                self.empty()
                if operation == "CompleteMultipartUpload":
                    self.put_in_parts(OLD)
                else:
                    self.put(OLD, b"second")
                result = self.mover(before={operation: overtake}).move(self.listed(OLD), NEW)
                self.assertIs(result.outcome, Outcome.CONFLICT, result.why)
                self.assertEqual((self.keys("parts/"), self.body(NEW)), ({"old", "new"}, b"first"))
                self.assertEqual(self.unfinished(), [])

    def test_a_copy_whose_answer_was_lost_counts(self) -> None:
        source = self.put(OLD, b"1")

        def copy() -> None:
            self.s3.copy_object(Bucket=self.bucket, Key=NEW, CopySource={"Bucket": self.bucket, "Key": OLD})

        result = self.mover(before={"CopyObject": copy}).move(source, NEW)
        self.assertEqual((result.outcome, result.why), (Outcome.WAS_THERE, ""))
        self.assertEqual(self.keys("parts/"), {"new"})

    def test_an_object_that_changes_in_the_meantime_is_not_deleted(self) -> None:
        def change() -> None:
            self.s3.put_object(Bucket=self.bucket, Key=OLD, Body=b"newer")

        for operation, outcome in (("CopyObject", Outcome.FAILED), ("DeleteObject", Outcome.CONFLICT)):
            with self.subTest(operation):
                self.s3.delete_object(Bucket=self.bucket, Key=NEW)
                result = self.mover(before={operation: change}).move(self.put(OLD, b"older"), NEW)
                self.assertIs(result.outcome, outcome, result.why)
                self.assertEqual(self.body(OLD), b"newer")

    def test_an_object_that_vanishes_is_no_failure(self) -> None:
        def remove() -> None:
            self.s3.delete_object(Bucket=self.bucket, Key=OLD)

        for operation, outcome in (("CopyObject", Outcome.GONE), ("DeleteObject", Outcome.MOVED)):
            with self.subTest(operation):
                result = self.mover(before={operation: remove}).move(self.put(OLD, b"1"), NEW)
                self.assertIs(result.outcome, outcome, result.why)

    def test_a_copy_that_is_not_the_same_keeps_its_source(self) -> None:
        source = self.put(OLD, b"right")
        mover = self.mover()
        mover.s3.meta.events.register("after-call.s3.CopyObject", lambda **_: self.put(NEW, b"wrong") and None)
        result = mover.move(source, NEW)
        self.assertEqual(
            (result.outcome, result.why),
            (Outcome.FAILED, f"its copy '{NEW}' is not the same; delete that and run this again"),
        )
        self.assertEqual(self.body(OLD), b"right")

    def test_a_copy_in_parts_stops_between_them(self) -> None:
        self.put_in_parts(OLD)
        mover = self.mover()
        mover.stopping.set()
        self.assertIs(mover.move(self.listed(OLD), NEW).outcome, Outcome.STOPPED)
        self.assertEqual((self.keys("parts/"), self.unfinished()), ({"old"}, []))

    def test_a_key_may_have_1024_bytes(self) -> None:
        for length, outcome in ((1024, Outcome.MOVED), (1025, Outcome.TOO_LONG)):
            with self.subTest(length):
                target = "parts/" + "é" * ((length - 6) // 2) + "n" * (length % 2)
                result = self.mover().move(self.put(OLD, b"1"), target)
                self.assertIs(result.outcome, outcome, result.why)
        self.assertEqual(result.why, "its new key would be longer than 1024 bytes")
        self.assertEqual(self.body(OLD), b"1")

    def test_objects_are_the_same_only_if_s3_can_tell(self) -> None:
        whole, composite = {"ChecksumType": "FULL_OBJECT"}, {"ChecksumType": "COMPOSITE"}
        kms = {"ServerSideEncryption": "aws:kms"}
        cases: list[tuple[str, dict[str, Any], dict[str, Any], Likeness]] = [
            ("the same ETag", {}, {}, Likeness.SAME),
            ("another length", {}, {"ContentLength": 2}, Likeness.DIFFERENT),
            ("another ETag", {}, {"ETag": MD5_2}, Likeness.DIFFERENT),
            ("another ETag, with a KMS key", {}, {"ETag": MD5_2, **kms}, Likeness.UNKNOWN),
            ("in parts, and not", {}, {"ETag": '"2-1"'}, Likeness.UNKNOWN),
            (
                "in parts, and not, with a checksum of all bytes",
                {"ChecksumCRC32": "a", **whole},
                {"ChecksumCRC32": "a", **whole, "ETag": '"2-1"'},
                Likeness.SAME,
            ),
            (
                "with a KMS key, and another checksum",
                {"ChecksumCRC32": "a", **whole, **kms},
                {"ChecksumCRC32": "b", **whole, **kms, "ETag": MD5_2},
                Likeness.DIFFERENT,
            ),
            (
                "in other parts",
                {"ChecksumCRC32": "a-1", **composite, "ETag": '"1-1"'},
                {"ChecksumCRC32": "b-2", **composite, "ETag": '"2-2"'},
                Likeness.UNKNOWN,
            ),
            (
                "checksums of two kinds",
                {"ChecksumCRC32": "a", **whole, "ETag": '"1-1"'},
                {"ChecksumSHA256": "b", **whole, "ETag": '"2-2"'},
                Likeness.UNKNOWN,
            ),
        ]
        for name, one, other, expected in cases:
            with self.subTest(name):
                same = {"ContentLength": 1, "ETag": MD5_1}
                self.assertIs(compare(same | one, same | other), expected)
