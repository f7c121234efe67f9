use aws_sdk_s3::{
    primitives::DateTime,
    types::{EncodingType, Object as Listed},
};
use percent_encoding::percent_decode_str;

use super::{Bucket, Place, S3Error};
use crate::error::CliError;

/// What is below a start of keys.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) objects: Vec<Object>,
    /// With a delimiter: what the keys start with up to the next slash, which is their last character.
    pub(crate) folders: Vec<String>,
}

/// An object, as a listing has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object {
    pub(crate) key: String,
    /// Bytes.
    pub(crate) size: u64,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<DateTime>,
}

impl Bucket {
    /// Everything whose key starts with `prefix`; with `is_flat`, only up to the next slash.
    ///
    /// # Errors
    ///
    /// A [`CliError`] when S3 refuses or does not answer.
    pub(crate) async fn list(&self, prefix: &str, is_flat: bool) -> Result<Listing, CliError> {
        let list = self.client.list_objects_v2().bucket(self.name()).prefix(prefix).encoding_type(EncodingType::Url);
        let mut pages = list.set_delimiter(is_flat.then(|| "/".to_owned())).into_paginator().send();
        let mut listing = Listing::default();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| S3Error::from(error).at(&self.place_of(prefix)))?;
            for object in page.contents.unwrap_or_default() {
                listing.objects.push(Object::of(object)?);
            }
            for folder in page.common_prefixes.unwrap_or_default() {
                listing.folders.push(decoded(folder.prefix)?);
            }
        }
        Ok(listing)
    }

    /// Everything in a folder.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when there is nothing, and as [`Bucket::list`].
    pub(crate) async fn objects_in(&self, folder: &Place) -> Result<Vec<Object>, CliError> {
        let folder = folder.as_folder();
        let objects = self.list(&self.key_of(&folder)?, false).await?.objects;
        if objects.is_empty() {
            return Err(CliError::Failed(format!("There is nothing in {folder}")));
        }
        Ok(objects)
    }

    /// The object at `place`, or a version of it.
    ///
    /// # Errors
    ///
    /// A [`CliError`] when it is not there, or S3 refuses.
    pub(crate) async fn object(&self, place: &Place, version_id: Option<&str>) -> Result<Object, CliError> {
        let key = self.key_of(place)?;
        if place.is_folder() {
            let problem = "is a folder: with --recursive, what is in it is meant.";
            return Err(CliError::Usage(format!("{place} {problem}")));
        }
        let head = self.head(&key, version_id).await?;
        let size = size(head.content_length);
        Ok(Object { key, size, etag: head.e_tag, last_modified: head.last_modified })
    }
}

impl Object {
    fn of(listed: Listed) -> Result<Self, CliError> {
        let Listed { key, size: bytes, e_tag: etag, last_modified, .. } = listed;
        Ok(Self { key: decoded(key)?, size: size(bytes), etag, last_modified })
    }
}

/// A number of bytes, which the SDK has as one that could be negative.
pub(super) fn size(bytes: Option<i64>) -> u64 {
    bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default()
}

/// A key as it is stored: listings are asked for with `encoding-type=url`, since a key may have what XML cannot.
pub(super) fn decoded(key: Option<String>) -> Result<String, CliError> {
    let key = key.unwrap_or_default().replace('+', " ");
    let decoded = percent_decode_str(&key).decode_utf8().map(Into::into);
    decoded.map_err(|_| CliError::failed("S3 lists a key that cannot be read."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_key_is_decoded() {
        let cases = [("a/b.txt", "a/b.txt"), ("a+b%2Bc", "a b+c"), ("%0A%C3%A9", "\né"), ("", "")];
        for (listed, expected) in cases {
            assert_eq!(decoded(Some(listed.to_owned())).unwrap(), expected);
        }
        assert!(decoded(Some("%FF".to_owned())).is_err());
    }
}
