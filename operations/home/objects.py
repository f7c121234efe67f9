"""What is in a home: counted, and not read."""

from dataclasses import dataclass

from ..account import Account


@dataclass
class Content:
    """Numbers of objects below a prefix."""

    object_count: int = 0
    object_bytes: int = 0
    version_count: int = 0
    version_bytes: int = 0
    marker_count: int = 0
    upload_count: int = 0

    def __str__(self) -> str:
        """Three lines for the operator."""
        return (
            f"objects      {self.object_count}, {self.object_bytes} bytes\n"
            f"old versions {self.version_count}, {self.version_bytes} bytes, and {self.marker_count} delete markers\n"
            f"unfinished   {self.upload_count} uploads"
        )


def count(account: Account, bucket: str, prefix: str) -> Content:
    """Counts everything below the prefix: what the person sees, what S3 keeps of the past, and what is unfinished."""
    found = Content()
    client = account.client("s3")
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for version in page.get("Versions", []):
            if version["IsLatest"]:
                found.object_count += 1
                found.object_bytes += version["Size"]
            else:
                found.version_count += 1
                found.version_bytes += version["Size"]
        found.marker_count += len(page.get("DeleteMarkers", []))
    for page in client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix):
        found.upload_count += len(page.get("Uploads", []))
    return found
