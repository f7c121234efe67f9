"""S3: copies overwrite nothing if told so, an upload in parts has its tags and checksum, HeadObject its parts."""

from typing import Any

from ministack.services import s3


def install() -> None:
    """Replaces the copy, the beginning and the end of an upload in parts, and HeadObject."""
    copy, create, complete = s3._copy_object, s3._create_multipart_upload, s3._complete_multipart_upload
    head, tags_of_uploads = s3._head_object, {}

    def copy_if_nothing_is_there(bucket: str, key: str, headers: dict[str, str]) -> Any:
        """ministack asks only PutObject and CompleteMultipartUpload for that."""
        there = (s3._ensure_bucket(bucket) or {"objects": {}})["objects"].get(key)
        return s3._check_put_preconditions(headers, there) or copy(bucket, key, headers)

    def create_with_all(bucket: str, key: str, headers: dict[str, str]) -> Any:
        """ministack knows tags of PutObject, and forgets those of an upload in parts; and the type of its checksum."""
        before = set(s3._multipart_uploads)
        answer = create(bucket, key, headers)
        for upload_id in set(s3._multipart_uploads) - before:
            if tags := headers.get("x-amz-tagging"):
                tags_of_uploads[upload_id] = tags
            s3._multipart_uploads[upload_id]["checksum_type"] = headers.get("x-amz-checksum-type")
        return answer

    def complete_with_all(bucket: str, key: str, body: bytes, query: dict[str, Any], headers: Any = None) -> Any:
        upload_id, headers = s3._qp(query, "uploadId"), dict(headers or {})
        checksum = checksum_of_whole(s3._multipart_uploads.get(upload_id))
        if checksum:
            algorithm, value = checksum
            if headers.pop(f"x-amz-checksum-{algorithm.lower()}", value) != value:
                return s3._error("BadDigest", f"The {algorithm} you specified did not match what we received.", 400)
        status, answered, text = answer = complete(bucket, key, body, query, headers)
        if status >= 300:  # noqa: PLR2004
            return answer
        there = (s3._ensure_bucket(bucket) or {})["objects"][key]
        if tags := tags_of_uploads.get(upload_id):
            parsed = s3._parse_qs(tags, keep_blank_values=True)
            s3._object_tags[(bucket, key, there.get("version_id"))] = {name: one[0] for name, one in parsed.items()}
        if checksum:
            of_parts = there["checksums"][checksum[0]]
            for record in [there, *s3._object_versions.get((bucket, key), [])[-1:]]:
                record.update(checksums=dict([checksum]), checksum_type="FULL_OBJECT")
            text = text.replace(of_parts.encode(), checksum[1].encode()).replace(b"COMPOSITE", b"FULL_OBJECT")
        return status, answered, text

    def checksum_of_whole(upload: dict[str, Any] | None) -> tuple[str, str] | None:
        """Of an upload whose checksum is that of all bytes; ministack has those of the parts alone."""
        if not upload or upload.get("checksum_type") != "FULL_OBJECT":
            return None
        whole = b"".join(part["body"] for _, part in sorted(upload["parts"].items()))
        return upload["checksum_algorithm"], s3._compute_s3_checksum(upload["checksum_algorithm"], whole)

    def head_of_part(bucket: str, key: str, headers: Any = None, query: dict[str, Any] | None = None) -> Any:
        """ministack knows parts in GetObject alone."""
        if not s3._qp(query or {}, "partNumber"):
            return head(bucket, key, headers, query)
        status, answered, body = s3._get_object(bucket, key, headers or {}, query)
        return status, answered, b"" if status < 300 else body  # noqa: PLR2004

    s3._copy_object = copy_if_nothing_is_there
    s3._create_multipart_upload = create_with_all
    s3._complete_multipart_upload = complete_with_all
    s3._head_object = head_of_part
