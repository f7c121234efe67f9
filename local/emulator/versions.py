"""S3: versions and folders are listed in one order, and a page goes on exactly where the one before ended."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

from ministack.services import s3

Item = tuple[str, dict[str, Any] | None]
"""A key with one of its versions, or a folder."""


def install() -> None:
    """Replaces ListObjectVersions: ministack lists all folders first, repeats those after which a page ended and omits
    the keys before them, and leaves keys as they are."""
    s3._list_object_versions = list_versions


def list_versions(bucket_name: str, query: dict[str, Any]) -> Any:
    """Source: ListObjectVersions in the Amazon S3 API reference."""
    bucket = s3._ensure_bucket(bucket_name)
    if bucket is None:
        return s3._no_such_bucket(bucket_name)
    prefix, delimiter = s3._qp(query, "prefix", ""), s3._qp(query, "delimiter", "")
    max_keys, is_encoded = int(s3._qp(query, "max-keys", "1000")), s3._qp(query, "encoding-type", "") == "url"
    items = list(listed(bucket_name, bucket, prefix, delimiter))
    start = start_of(items, s3._qp(query, "key-marker", ""), s3._qp(query, "version-id-marker", ""))
    page, is_truncated = items[start : start + max_keys], start + max_keys < len(items)

    def stored(text: str) -> str:
        """As AWS writes keys: with a plus for a blank."""
        return quote_plus(text, safe="/") if is_encoded else text

    root = s3.Element("ListVersionsResult", xmlns=s3.S3_NS)
    said = {"Name": bucket_name, "Prefix": stored(prefix), "MaxKeys": str(max_keys)}
    said |= {"Delimiter": stored(delimiter)} if delimiter else {}
    said |= {"EncodingType": "url"} if is_encoded else {}
    said |= {"IsTruncated": "true" if is_truncated else "false"}
    if is_truncated and page:
        name, version = page[-1]
        said |= {"NextKeyMarker": stored(name)} | ({"NextVersionIdMarker": version["version_id"]} if version else {})
    add(root, said)
    for name, version in page:
        if version is None:
            add(s3.SubElement(root, "CommonPrefixes"), {"Prefix": stored(name)})
        else:
            tag = "DeleteMarker" if version.get("is_delete_marker") else "Version"
            add(s3.SubElement(root, tag), {"Key": stored(name)} | members(version))
    return 200, {"Content-Type": "application/xml"}, s3._xml_body(root)


def listed(bucket_name: str, bucket: dict[str, Any], prefix: str, delimiter: str) -> Iterator[Item]:
    """All that there is: by key, and newest first within a key. The key of an object from before versions has none."""
    keys = set(bucket["objects"]) | {key for of, key in s3._object_versions if of == bucket_name}
    last_folder = None
    for key in sorted(key for key in keys if key.startswith(prefix)):
        below, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
        if found:
            folder = f"{prefix}{below}{delimiter}"
            if folder != last_folder:
                yield folder, None
            last_folder = folder
            continue
        versions = s3._object_versions.get((bucket_name, key))
        for version in reversed(versions or [{"version_id": "null", "is_latest": True} | bucket["objects"][key]]):
            yield key, version


def start_of(items: list[Item], key_marker: str, version_id_marker: str) -> int:
    """Where a page starts that goes on after these."""
    for index, (name, version) in enumerate(items):
        if name == key_marker and version and version["version_id"] == version_id_marker:
            return index + 1
    return sum(name <= key_marker for name, _ in items)


def members(version: dict[str, Any]) -> dict[str, str]:
    """What is said of a version, or of the mark of a deletion."""
    content = {
        "ETag": version["etag"],
        "Size": str(version["size"]),
        "StorageClass": version.get("storage_class") or "STANDARD",
    }
    return {
        "VersionId": version["version_id"],
        "IsLatest": "true" if version["is_latest"] else "false",
        "LastModified": version["last_modified"],
    } | ({} if version.get("is_delete_marker") else content)


def add(element: Any, texts: dict[str, str]) -> None:
    """Adds an element for each text."""
    for name, text in texts.items():
        s3.SubElement(element, name).text = text
