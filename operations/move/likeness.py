"""Whether two objects have the same bytes, as far as S3 can tell without reading them."""

import re
from enum import Enum
from typing import Any

MD5 = re.compile(r'"[0-9a-f]{32}"')
ENCRYPTED_OTHERWISE = ("aws:kms", "aws:kms:dsse")


class Likeness(Enum):
    """S3 says nothing of some pairs: an ETag is no hash of the bytes if a KMS key or an upload in parts is involved."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


def compare(one: dict[str, Any], other: dict[str, Any]) -> Likeness:
    """Compares two answers of HeadObject, asked with ChecksumMode.

    Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (ETag),
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html (types of checksums)
    """
    if one["ContentLength"] != other["ContentLength"]:
        return Likeness.DIFFERENT
    if one["ETag"] == other["ETag"]:
        return Likeness.SAME
    common = [name for name in checksums(one) if name in other]
    kind = one.get("ChecksumType")
    if common and kind == other.get("ChecksumType"):
        if all(one[name] == other[name] for name in common):
            return Likeness.SAME
        # One that is made of the parts' checksums also differs where only the parts do.
        return Likeness.DIFFERENT if kind == "FULL_OBJECT" else Likeness.UNKNOWN
    if is_md5(one) and is_md5(other):
        return Likeness.DIFFERENT
    return Likeness.UNKNOWN


def checksums(head: dict[str, Any]) -> list[str]:
    """The names of the checksums that S3 has of an object, such as ChecksumCRC32."""
    return [name for name in head if name.startswith("Checksum") and name != "ChecksumType"]


def is_md5(head: dict[str, Any]) -> bool:
    """Whether the ETag is a hash of the bytes."""
    return bool(MD5.fullmatch(head["ETag"])) and head.get("ServerSideEncryption") not in ENCRYPTED_OTHERWISE
