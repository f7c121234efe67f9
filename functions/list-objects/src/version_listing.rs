use aws_sdk_s3::{operation::list_object_versions::ListObjectVersionsOutput, types::ObjectVersion};
use serde::Serialize;

use crate::{
    asked::Asked,
    cursor::{Cursor, Kind},
    key_encoding::KeyEncoding,
    listed,
    unexpected_answer::UnexpectedAnswer,
    version_marker::VersionMarker,
};

/// One page of a bucket's versions, as in the response of `GET /versions`.
#[derive(Debug, Serialize)]
pub(crate) struct VersionListing {
    #[serde(flatten)]
    asked: Asked,
    /// By key, and newest first within a key.
    versions: Vec<ListedVersion>,
    folders: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A version of an object, or the mark of its deletion, which has no content.
#[derive(Debug, Serialize)]
struct ListedVersion {
    key: String,
    version_id: String,
    is_latest: bool,
    is_deleted: bool,
    #[serde(flatten)]
    content: Option<Content>,
    last_modified: String,
}

#[derive(Debug, Serialize)]
struct Content {
    size: u64,
    etag: String,
}

impl VersionListing {
    /// Reads a page of what was `asked` for, in the order in which [`crate::versions_xml`] read it.
    ///
    /// # Errors
    ///
    /// An [`UnexpectedAnswer`] when a version is incomplete, when the page does not say whether it is the last, or when it
    /// is a page of another listing.
    ///
    /// Source: `ListObjectVersions` in the Amazon S3 API reference.
    pub(crate) fn from_output(output: ListObjectVersionsOutput, asked: Asked) -> Result<Self, UnexpectedAnswer> {
        let encoding = KeyEncoding::of(output.encoding_type.as_ref());
        asked.check(encoding, output.name(), output.prefix(), output.delimiter())?;
        let next = if output.is_truncated.ok_or(UnexpectedAnswer::Incomplete)? {
            let key = listed::key(output.next_key_marker(), encoding)?;
            let version_id = output.next_version_id_marker.filter(|id| !id.is_empty());
            Some(VersionMarker { key, version_id })
        } else {
            None
        };
        let versions = output.versions.unwrap_or_default().into_iter();
        let versions = versions.map(|version| ListedVersion::from_version(version, encoding));
        Ok(Self {
            versions: versions.collect::<Result<_, _>>()?,
            folders: listed::folders(output.common_prefixes, encoding)?,
            next_cursor: next.map(|marker| Cursor::seal(Kind::Versions, &marker.to_string(), &asked).to_string()),
            asked,
        })
    }
}

impl ListedVersion {
    fn from_version(version: ObjectVersion, encoding: KeyEncoding) -> Result<Self, UnexpectedAnswer> {
        let content = match (version.size, version.e_tag) {
            (None, None) => None,
            (size, etag) => {
                Some(Content { size: listed::size(size)?, etag: etag.ok_or(UnexpectedAnswer::Incomplete)? })
            }
        };
        Ok(Self {
            key: listed::key(version.key.as_deref(), encoding)?,
            version_id: version.version_id.ok_or(UnexpectedAnswer::Incomplete)?,
            is_latest: version.is_latest.ok_or(UnexpectedAnswer::Incomplete)?,
            is_deleted: content.is_none(),
            content,
            last_modified: listed::last_modified(version.last_modified)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::{
        operation::list_object_versions::builders::ListObjectVersionsOutputBuilder,
        primitives::DateTime,
        types::{EncodingType, builders::ObjectVersionBuilder},
    };
    use serde_json::json;

    use super::*;

    fn asked() -> Asked {
        Asked { bucket: "b".to_owned(), prefix: "p/".to_owned(), delimiter: None }
    }

    fn version(key: &str) -> ObjectVersionBuilder {
        marker(key).size(5).e_tag("\"e\"")
    }

    fn marker(key: &str) -> ObjectVersionBuilder {
        let modified = DateTime::from_secs_and_nanos(1_773_337_830, 500_000_000);
        ObjectVersion::builder().key(key).version_id("v").is_latest(true).last_modified(modified)
    }

    /// A page with the members that are always present.
    fn complete() -> ListObjectVersionsOutputBuilder {
        ListObjectVersionsOutput::builder().name("b").is_truncated(false).encoding_type(EncodingType::Url)
    }

    fn listing(output: ListObjectVersionsOutputBuilder) -> Result<serde_json::Value, UnexpectedAnswer> {
        VersionListing::from_output(output.build(), asked()).map(|listing| serde_json::to_value(listing).unwrap())
    }

    #[test]
    fn a_delete_marker_has_neither_size_nor_etag() {
        let output = complete().versions(marker("p/a+b%2B").build()).versions(version("p/a+b%2B").build());
        let entry = |is_deleted| {
            json!({ "key": "p/a b+", "version_id": "v", "is_latest": true, "is_deleted": is_deleted,
                    "last_modified": "2026-03-12T17:50:30Z" })
        };
        let mut with_content = entry(false);
        with_content["size"] = json!(5);
        with_content["etag"] = json!("\"e\"");
        let expected = json!({ "bucket": "b", "prefix": "p/", "versions": [entry(true), with_content], "folders": [] });
        assert_eq!(listing(output), Ok(expected));
    }

    #[test]
    fn the_next_page_starts_after_a_version_or_after_a_folder() {
        let cases = [
            (Some("v"), "v\np/x y"),
            (Some("null"), "null\np/x y"),
            // S3 may write an element without text.
            (Some(""), "\np/x y"),
            (None, "\np/x y"),
        ];
        for (version_id, expected) in cases {
            let output = complete().is_truncated(true).next_key_marker("p/x+y");
            let page = listing(output.set_next_version_id_marker(version_id.map(str::to_owned))).unwrap();
            let cursor = Cursor::parse(page["next_cursor"].as_str().unwrap()).unwrap();
            assert_eq!(cursor.open(Kind::Versions, &asked()), Ok(expected), "{version_id:?}");
        }
    }

    #[test]
    fn an_incomplete_answer_and_one_to_another_request_are_refused() {
        let of = |version: ObjectVersionBuilder| complete().versions(version.build());
        let cases = [
            ("bytes that are not UTF-8", of(version("%ff")), UnexpectedAnswer::Incomplete),
            ("no key", of(version("k").set_key(None)), UnexpectedAnswer::Incomplete),
            ("no version", of(version("k").set_version_id(None)), UnexpectedAnswer::Incomplete),
            ("no word on whether it is the latest", of(version("k").set_is_latest(None)), UnexpectedAnswer::Incomplete),
            ("no time", of(version("k").set_last_modified(None)), UnexpectedAnswer::Incomplete),
            ("a size alone", of(version("k").set_e_tag(None)), UnexpectedAnswer::Incomplete),
            ("an ETag alone", of(version("k").set_size(None)), UnexpectedAnswer::Incomplete),
            ("a size below zero", of(version("k").size(-1)), UnexpectedAnswer::Incomplete),
            ("truncated without a key", complete().is_truncated(true), UnexpectedAnswer::Incomplete),
            ("no word on whether it is truncated", complete().set_is_truncated(None), UnexpectedAnswer::Incomplete),
            ("no bucket", complete().set_name(None), UnexpectedAnswer::Incomplete),
            ("another bucket", complete().name("c"), UnexpectedAnswer::Another),
            ("another prefix", complete().prefix("p"), UnexpectedAnswer::Another),
            ("a delimiter", complete().delimiter("%2F"), UnexpectedAnswer::Another),
        ];
        for (name, output, expected) in cases {
            assert_eq!(listing(output), Err(expected), "{name}");
        }
    }
}
