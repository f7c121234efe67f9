use aws_sdk_s3::{
    operation::list_objects_v2::ListObjectsV2Output,
    types::{EncodingType, Object},
};
use aws_smithy_types::date_time::{DateTime, Format};
use percent_encoding::percent_decode_str;
use serde::Serialize;

use crate::cursor::Cursor;

/// One page of a bucket, as `GET /objects` answers it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Listing {
    bucket: String,
    prefix: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    delimiter: Option<String>,
    objects: Vec<ListedObject>,
    folders: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ListedObject {
    key: String,
    size: u64,
    etag: String,
    last_modified: String,
    storage_class: String,
}

/// S3 sent something that it does not send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OddAnswer;

impl Listing {
    /// Takes a page of `bucket` under `prefix`, whose keys are encoded as URLs.
    ///
    /// # Errors
    ///
    /// [`OddAnswer`] when a key cannot be decoded or a member that always comes is missing: a page that lacks an
    /// object would be a wrong page.
    ///
    /// Source: `ListObjectsV2` in the Amazon S3 API reference.
    pub(crate) fn from_output(
        output: ListObjectsV2Output,
        bucket: String,
        prefix: String,
        delimiter: Option<String>,
    ) -> Result<Self, OddAnswer> {
        let next = output.next_continuation_token.as_deref().filter(|_| output.is_truncated == Some(true));
        let is_url_encoded = output.encoding_type == Some(EncodingType::Url);
        if !is_url_encoded || (output.is_truncated == Some(true) && next.is_none()) {
            return Err(OddAnswer);
        }
        let next_cursor = next.map(|token| Cursor::seal(token, &prefix, delimiter.as_deref()).to_string());
        let objects = output.contents.unwrap_or_default().into_iter().map(ListedObject::from_object);
        let folders = output.common_prefixes.unwrap_or_default().into_iter();
        let folders = folders.map(|folder| decoded(folder.prefix.as_deref().ok_or(OddAnswer)?));
        Ok(Self {
            objects: objects.collect::<Result<_, _>>()?,
            folders: folders.collect::<Result<_, _>>()?,
            bucket,
            prefix,
            delimiter,
            next_cursor,
        })
    }
}

impl ListedObject {
    fn from_object(object: Object) -> Result<Self, OddAnswer> {
        Ok(Self {
            key: decoded(object.key.as_deref().ok_or(OddAnswer)?)?,
            size: object.size.and_then(|size| u64::try_from(size).ok()).ok_or(OddAnswer)?,
            etag: object.e_tag.ok_or(OddAnswer)?,
            last_modified: object.last_modified.and_then(to_the_second).ok_or(OddAnswer)?,
            storage_class: object
                .storage_class
                .map_or_else(|| "STANDARD".to_owned(), |class| class.as_str().to_owned()),
        })
    }
}

/// Decodes a key that came with `encoding-type=url`, where a blank is a `+`.
fn decoded(text: &str) -> Result<String, OddAnswer> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(Into::into).map_err(|_| OddAnswer)
}

/// The time in UTC without its fraction (RFC 3339 §5.6).
fn to_the_second(time: DateTime) -> Option<String> {
    DateTime::from_secs(time.secs()).fmt(Format::DateTime).ok()
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::CommonPrefix;

    use super::*;

    fn object(key: &str) -> Object {
        let modified = DateTime::from_secs_and_nanos(1_773_337_830, 500_000_000);
        Object::builder().key(key).size(5).e_tag("\"e\"").last_modified(modified).build()
    }

    fn listing(output: ListObjectsV2Output) -> Result<Listing, OddAnswer> {
        Listing::from_output(output, "b".to_owned(), "p/".to_owned(), None)
    }

    #[test]
    fn a_page_is_taken_whole_with_keys_as_they_are_stored() {
        let output = ListObjectsV2Output::builder()
            .encoding_type(EncodingType::Url)
            .contents(object("p/a+b%2B%0A%25%E2%82%AC"))
            .common_prefixes(CommonPrefix::builder().prefix("p/x+y/").build())
            .is_truncated(true)
            .next_continuation_token("t")
            .build();
        let listing = listing(output).unwrap();
        let expected = ListedObject {
            key: "p/a b+\n%€".to_owned(),
            size: 5,
            etag: "\"e\"".to_owned(),
            last_modified: "2026-03-12T17:50:30Z".to_owned(),
            storage_class: "STANDARD".to_owned(),
        };
        assert_eq!(listing.objects, [expected]);
        assert_eq!(listing.folders, ["p/x y/"]);
        assert_eq!(Cursor::parse(&listing.next_cursor.unwrap()).unwrap().open("p/", None).unwrap(), "t");
    }

    #[test]
    fn an_odd_answer_is_no_page() {
        let url = || ListObjectsV2Output::builder().encoding_type(EncodingType::Url);
        let cases = [
            ("bytes that are not UTF-8", url().contents(object("%ff"))),
            ("no key", url().contents(Object::builder().size(1).build())),
            ("truncated without a token", url().is_truncated(true)),
            ("keys as they are", ListObjectsV2Output::builder().contents(object("a+b"))),
        ];
        for (name, output) in cases {
            assert_eq!(listing(output.build()), Err(OddAnswer), "{name}");
        }
    }
}
