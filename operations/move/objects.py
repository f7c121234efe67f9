"""The objects of a home: listed, and moved one by one. An object that is moved is copied, and then deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import ClientError
from s3transfer.manager import TransferConfig, TransferManager

from ..failure import code_of, message_of

KEY_BYTES_MAX = 1024
COPY_BYTES_MAX = 5 * 1024**3
"""What S3 copies at once."""

COPIED_HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Metadata",
    "StorageClass",
)
"""What CopyObject keeps by itself, and a copy in parts only if it is told."""


class Outcome(Enum):
    """What became of an object."""

    MOVED = "moved"
    WAS_THERE = "was there already"
    LEFT = "left where it is"


@dataclass(frozen=True)
class Object:
    """An object below a prefix."""

    key: str
    size: int
    etag: str
    storage_class: str


def listed(s3: Any, bucket: str, prefix: str) -> Iterator[Object]:
    """All objects below the prefix."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", ()):
            yield Object(item["Key"], item["Size"], item["ETag"], item.get("StorageClass", "STANDARD"))


@dataclass(frozen=True)
class Mover:
    """Moves objects within a bucket."""

    s3: Any
    bucket: str
    copy_bytes_max: int = COPY_BYTES_MAX

    def move(self, source: Object, target: str) -> tuple[Outcome, str]:
        """Moves one object; and why it was left, if it was. Nothing at the target is ever overwritten."""
        if len(target.encode()) > KEY_BYTES_MAX:
            return Outcome.LEFT, f"its new key would be longer than {KEY_BYTES_MAX} bytes"
        try:
            there = self.head(target)
            if there is not None and not self.is_same(source, there):
                return Outcome.LEFT, f"there is another object at {target}; compare the two, and delete one"
            if there is None:
                copy = self.copy if source.size <= self.copy_bytes_max else self.copy_in_parts
                copy(source, target)
            self.s3.delete_object(Bucket=self.bucket, Key=source.key)
        except ClientError as error:
            return Outcome.LEFT, f"{error.operation_name} failed with {code_of(error)}: {message_of(error)}"
        return (Outcome.MOVED if there is None else Outcome.WAS_THERE), ""

    def copy(self, source: Object, target: str) -> None:
        """A copy at once, with its metadata and tags."""
        self.s3.copy_object(
            Bucket=self.bucket,
            Key=target,
            CopySource={"Bucket": self.bucket, "Key": source.key},
            CopySourceIfMatch=source.etag,
            StorageClass=source.storage_class,
            IfNoneMatch="*",
        )

    def copy_in_parts(self, source: Object, target: str) -> None:
        """A copy of what is too large for that."""
        head = self.s3.head_object(Bucket=self.bucket, Key=source.key)
        tags = self.s3.get_object_tagging(Bucket=self.bucket, Key=source.key)["TagSet"]
        extra = {name: head[name] for name in COPIED_HEADERS if head.get(name)} | {"CopySourceIfMatch": source.etag}
        if tags:
            extra["Tagging"] = urlencode({tag["Key"]: tag["Value"] for tag in tags})
        # As low a threshold as makes it use parts.
        config = TransferConfig(multipart_threshold=min(self.copy_bytes_max, source.size))
        with TransferManager(self.s3, config) as transfers:
            copied = {"Bucket": self.bucket, "Key": source.key}
            transfers.copy(copied, self.bucket, target, extra_args=extra).result()

    def is_same(self, source: Object, there: dict[str, Any]) -> bool:
        """Whether what is there has the same bytes. A copy in parts has another ETag, so S3's own checksum of the whole
        object is asked for; where there is none, the two do not count as the same."""
        if there["ContentLength"] != source.size:
            return False
        if there["ETag"] == source.etag:
            return True
        here = self.head(source.key) or {}
        names = [name for name in here if name.startswith("Checksum") and name != "ChecksumType"]
        is_whole = {here.get("ChecksumType"), there.get("ChecksumType")} == {"FULL_OBJECT"}
        return is_whole and any(here[name] == there.get(name) for name in names)

    def head(self, key: str) -> dict[str, Any] | None:
        """What S3 knows of an object, or nothing if there is none."""
        try:
            found: dict[str, Any] = self.s3.head_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
        except ClientError as error:
            if code_of(error) in ("404", "NoSuchKey", "NotFound"):
                return None
            raise
        return found
