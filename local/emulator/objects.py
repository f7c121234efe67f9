"""S3: copies overwrite nothing if they are told so, an upload in parts has its tags, and HeadObject knows the parts."""

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

    def create_with_tags(bucket: str, key: str, headers: dict[str, str]) -> Any:
        """ministack knows tags of PutObject, and forgets those of an upload in parts."""
        before = set(s3._multipart_uploads)
        answer = create(bucket, key, headers)
        if tags := headers.get("x-amz-tagging"):
            tags_of_uploads.update(dict.fromkeys(set(s3._multipart_uploads) - before, tags))
        return answer

    def complete_with_tags(bucket: str, key: str, body: bytes, query: dict[str, Any], headers: Any = None) -> Any:
        answer = complete(bucket, key, body, query, headers)
        tags = tags_of_uploads.get(s3._qp(query, "uploadId"))
        if answer[0] == 200 and tags:  # noqa: PLR2004
            version = (s3._ensure_bucket(bucket) or {})["objects"][key].get("version_id")
            parsed = s3._parse_qs(tags, keep_blank_values=True)
            s3._object_tags[(bucket, key, version)] = {name: values[0] for name, values in parsed.items()}
        return answer

    def head_of_part(bucket: str, key: str, headers: Any = None, query: dict[str, Any] | None = None) -> Any:
        """ministack knows parts in GetObject alone."""
        if not s3._qp(query or {}, "partNumber"):
            return head(bucket, key, headers, query)
        status, answered, body = s3._get_object(bucket, key, headers or {}, query)
        return status, answered, b"" if status < 300 else body  # noqa: PLR2004

    s3._copy_object = copy_if_nothing_is_there
    s3._create_multipart_upload = create_with_tags
    s3._complete_multipart_upload = complete_with_tags
    s3._head_object = head_of_part
