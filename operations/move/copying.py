"""Copies within a bucket, made by S3 itself. Nothing at the target is ever overwritten."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import BotoCoreError, ClientError

from ..failure import code_of
from .likeness import checksums
from .objects import Object

COPY_BYTES_MAX = 5 * 1024**3
"""What S3 copies at once, and the size of a part: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

PARTS_AT_ONCE = 8

KEPT = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
    "Metadata",
)
"""What CopyObject keeps by itself, and a copy in parts only if it is told."""

NO_SUCH_PART = ("416", "InvalidPartNumber", "InvalidPart", "InvalidRange")


class StoppedError(Exception):
    """The operator stops the run."""


@dataclass(frozen=True)
class Copier:
    """Copies one object at a time. `copy_bytes_max` is S3's own limit, but for tests."""

    s3: Any
    bucket: str
    stopping: threading.Event
    copy_bytes_max: int = COPY_BYTES_MAX

    def copy(self, source: Object, target: str) -> None:
        """An object that was uploaded in parts is copied in the same parts: then its ETag stays the same, and shows
        that the copy is complete."""
        if source.size > self.copy_bytes_max or "-" in source.etag:
            self.copy_in_parts(source, target)
        else:
            self.s3.copy_object(
                **self.to(target), **self.of(source), StorageClass=source.storage_class, IfNoneMatch="*"
            )

    def copy_in_parts(self, source: Object, target: str) -> None:
        """Copies part by part. An upload that fails leaves nothing."""
        head = self.s3.head_object(**self.to(source.key), IfMatch=source.etag, ChecksumMode="ENABLED")
        upload = self.to(target) | {
            "UploadId": self.s3.create_multipart_upload(
                **self.to(target), **self.described(source, head), StorageClass=source.storage_class
            )["UploadId"]
        }

        def part(numbered: tuple[int, str]) -> dict[str, Any]:
            if self.stopping.is_set():
                raise StoppedError
            number, byte_range = numbered
            made = self.s3.upload_part_copy(
                **upload, **self.of(source), PartNumber=number, CopySourceRange=f"bytes={byte_range}"
            )["CopyPartResult"]
            return {"PartNumber": number, "ETag": made["ETag"], **{name: made[name] for name in checksums(made)}}

        try:
            with ThreadPoolExecutor(PARTS_AT_ONCE) as workers:
                parts = list(workers.map(part, enumerate(self.ranges(source), 1)))
            self.s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except BaseException:
            # If not even that succeeds, the bucket's lifecycle ends it.
            with suppress(ClientError, BotoCoreError):
                self.s3.abort_multipart_upload(**upload)
            raise

    def described(self, source: Object, head: dict[str, Any]) -> dict[str, Any]:
        """What an upload in parts has to be told of the source: headers, metadata, tags and the kind of checksum."""
        kept = {name: head[name] for name in KEPT if head.get(name)}
        algorithm = next((name.removeprefix("Checksum") for name in checksums(head)), None)
        if algorithm:
            kept |= {"ChecksumAlgorithm": algorithm, "ChecksumType": head["ChecksumType"]}
        tags = self.s3.get_object_tagging(**self.to(source.key))["TagSet"]
        return kept | ({"Tagging": urlencode({tag["Key"]: tag["Value"] for tag in tags})} if tags else {})

    def ranges(self, source: Object) -> Iterator[str]:
        """First and last byte of each part: as the source was uploaded, or else as large as S3 copies them."""
        start = 0
        for length in self.uploaded(source) or self.largest(source):
            yield f"{start}-{start + length - 1}"
            start += length

    def uploaded(self, source: Object) -> list[int]:
        """The lengths of the parts that the source was uploaded in, or nothing if S3 does not say them all."""
        part_count = int(source.etag.strip('"').partition("-")[2] or 0)
        asked = self.to(source.key) | {"IfMatch": source.etag}
        try:
            heads = [self.s3.head_object(**asked, PartNumber=number) for number in range(1, part_count + 1)]
        except ClientError as error:
            if code_of(error) in NO_SUCH_PART:
                return []
            raise
        lengths = [head["ContentLength"] for head in heads]
        return lengths if sum(lengths) == source.size else []

    def largest(self, source: Object) -> list[int]:
        """Lengths of parts that are as large as they may be."""
        whole, rest = divmod(source.size, self.copy_bytes_max)
        return [self.copy_bytes_max] * whole + [rest] * bool(rest)

    def of(self, source: Object) -> dict[str, Any]:
        """The source of a copy, as it was listed and no newer one."""
        return {"CopySource": {"Bucket": self.bucket, "Key": source.key}, "CopySourceIfMatch": source.etag}

    def to(self, key: str) -> dict[str, str]:
        """An object."""
        return {"Bucket": self.bucket, "Key": key}
