use aws_sdk_s3::{operation::list_objects_v2::ListObjectsV2Output, types::Object};
use http_api::iso_8601;
use objects::{ATTACHMENT, BucketError, Links, can_be_linked};
use serde::Serialize;

use crate::{
    asked::Asked,
    cursor::{Cursor, Kind},
    key_encoding::KeyEncoding,
    listed,
    unexpected_answer::UnexpectedAnswer,
};

/// One page of a bucket, as in the response of `GET /objects`. There is no `Debug`: links are secrets.
#[derive(Serialize)]
pub(crate) struct Listing {
    #[serde(flatten)]
    asked: Asked,
    pub(crate) objects: Vec<ListedObject>,
    pub(crate) folders: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<String>,
}

/// An object on the page.
#[derive(Serialize)]
pub(crate) struct ListedObject {
    pub(crate) key: String,
    pub(crate) size: u64,
    pub(crate) etag: String,
    pub(crate) last_modified: String,
    pub(crate) storage_class: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url_expires_at: Option<String>,
}

impl Listing {
    /// Reads a page of what was `asked` for.
    ///
    /// # Errors
    ///
    /// An [`UnexpectedAnswer`] when an object is incomplete, when the page does not say whether it is the last, or when
    /// it is a page of another listing.
    ///
    /// Source: `ListObjectsV2` in the Amazon S3 API reference.
    pub(crate) fn from_output(output: ListObjectsV2Output, asked: Asked) -> Result<Self, UnexpectedAnswer> {
        let encoding = KeyEncoding::of(output.encoding_type.as_ref());
        asked.check(encoding, output.name(), output.prefix(), output.delimiter())?;
        let count = output.contents().len() + output.common_prefixes().len();
        if output.key_count().is_some_and(|returned| usize::try_from(returned) != Ok(count)) {
            return Err(UnexpectedAnswer::Another);
        }
        let next = if output.is_truncated.ok_or(UnexpectedAnswer::Incomplete)? {
            Some(output.next_continuation_token.ok_or(UnexpectedAnswer::Incomplete)?)
        } else {
            None
        };
        let objects = output.contents.unwrap_or_default().into_iter();
        let objects = objects.map(|object| ListedObject::from_object(object, encoding));
        Ok(Self {
            objects: objects.collect::<Result<_, _>>()?,
            folders: listed::folders(output.common_prefixes, encoding)?,
            next_cursor: next.map(|token| Cursor::seal(Kind::Objects, &token, &asked).to_string()),
            asked,
        })
    }

    /// A page with these objects and folders, for tests.
    #[cfg(test)]
    pub(crate) fn of_parts(objects: Vec<ListedObject>, folders: Vec<String>) -> Self {
        let asked = Asked { bucket: "b".to_owned(), prefix: String::new(), delimiter: None };
        Self { asked, objects, folders, next_cursor: None }
    }

    /// Whether any object has a link.
    pub(crate) fn has_links(&self) -> bool {
        self.objects.iter().any(|object| object.url.is_some())
    }

    /// Adds a link to each object, except where no client could follow it.
    ///
    /// # Errors
    ///
    /// As [`Links::get`].
    pub(crate) fn add_links(&mut self, links: &Links) -> Result<(), BucketError> {
        for object in self.objects.iter_mut().filter(|object| can_be_linked(&object.key)) {
            let link = links.get(&object.key, None, Some(ATTACHMENT))?;
            object.url_expires_at = Some(iso_8601(link.expires_at));
            object.url = Some(link.url);
        }
        Ok(())
    }
}

impl ListedObject {
    fn from_object(object: Object, encoding: KeyEncoding) -> Result<Self, UnexpectedAnswer> {
        Ok(Self {
            key: listed::key(object.key(), encoding)?,
            size: listed::size(object.size)?,
            etag: object.e_tag.ok_or(UnexpectedAnswer::Incomplete)?,
            last_modified: listed::last_modified(object.last_modified)?,
            storage_class: object
                .storage_class
                .map_or_else(|| "STANDARD".to_owned(), |class| class.as_str().to_owned()),
            url: None,
            url_expires_at: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::{
        operation::list_objects_v2::builders::ListObjectsV2OutputBuilder,
        primitives::DateTime,
        types::{CommonPrefix, EncodingType},
    };
    use serde_json::json;

    use super::*;

    fn object(key: &str) -> Object {
        let modified = DateTime::from_secs_and_nanos(1_773_337_830, 500_000_000);
        Object::builder().key(key).size(5).e_tag("\"e\"").last_modified(modified).build()
    }

    /// A page with the members that are always present.
    fn complete() -> ListObjectsV2OutputBuilder {
        ListObjectsV2Output::builder().name("b").is_truncated(false)
    }

    fn asked() -> Asked {
        Asked { bucket: "b".to_owned(), prefix: "p/".to_owned(), delimiter: None }
    }

    fn listing(output: ListObjectsV2Output) -> Result<Listing, UnexpectedAnswer> {
        Listing::from_output(output, asked())
    }

    #[test]
    fn a_page_is_read_with_keys_as_they_are_stored() {
        let output = complete()
            .encoding_type(EncodingType::Url)
            .contents(object("p/a+b%2B%0A%25%E2%82%AC"))
            .common_prefixes(CommonPrefix::builder().prefix("p/x+y/").build())
            .is_truncated(true)
            .next_continuation_token("t")
            .build();
        let listing = listing(output).ok().unwrap();
        let expected = json!([{
            "key": "p/a b+\n%€", "size": 5, "etag": "\"e\"", "last_modified": "2026-03-12T17:50:30Z",
            "storage_class": "STANDARD",
        }]);
        assert_eq!(serde_json::to_value(&listing.objects).unwrap(), expected);
        assert_eq!(listing.folders, ["p/x y/"]);
        let cursor = Cursor::parse(&listing.next_cursor.unwrap()).unwrap();
        assert_eq!(cursor.open(Kind::Objects, &asked()), Ok("t"));
    }

    #[test]
    fn an_incomplete_answer_is_refused() {
        let url = || complete().encoding_type(EncodingType::Url);
        let cases = [
            ("bytes that are not UTF-8", url().contents(object("%ff"))),
            ("no key", url().contents(Object::builder().size(1).build())),
            ("truncated without a token", url().is_truncated(true)),
            ("no word on whether it is truncated", url().set_is_truncated(None)),
            ("no bucket", url().set_name(None)),
        ];
        for (name, output) in cases {
            assert_eq!(listing(output.build()).err(), Some(UnexpectedAnswer::Incomplete), "{name}");
        }
    }

    #[test]
    fn the_answer_to_another_request_is_refused() {
        let url = || complete().encoding_type(EncodingType::Url);
        let ours = || url().prefix("p%2F").key_count(1).contents(object("p%2Fa"));
        let cases = [
            ("ours", ours(), true),
            ("ours, without repeating the request", url().contents(object("p%2Fa")), true),
            ("another bucket", ours().name("c"), false),
            ("another prefix", ours().prefix("p"), false),
            ("no prefix", ours().prefix(""), false),
            ("a delimiter", ours().delimiter("%2F"), false),
            ("fewer keys", ours().key_count(2), false),
            ("more keys", ours().key_count(0), false),
            ("a count that is not a count", ours().key_count(-1), false),
        ];
        for (name, output, is_accepted) in cases {
            let expected = (!is_accepted).then_some(UnexpectedAnswer::Another);
            assert_eq!(listing(output.build()).err(), expected, "{name}");
        }
    }

    #[test]
    fn keys_that_are_not_encoded_are_not_decoded() {
        let output = complete().contents(object("p/a+b%2B")).build();
        assert_eq!(listing(output).ok().unwrap().objects[0].key, "p/a+b%2B");
    }
}
