//! What the members of S3's pages say, whatever is listed.

use aws_sdk_s3::{primitives::DateTime, types::CommonPrefix};
use http_api::iso_8601;

use crate::{key_encoding::KeyEncoding, unexpected_answer::UnexpectedAnswer};

/// The key of an object or a folder, as it is stored.
pub(crate) fn key(key: Option<&str>, encoding: KeyEncoding) -> Result<String, UnexpectedAnswer> {
    encoding.decoded(key.ok_or(UnexpectedAnswer::Incomplete)?)
}

/// The folders of a page, as they are stored.
pub(crate) fn folders(
    folders: Option<Vec<CommonPrefix>>,
    encoding: KeyEncoding,
) -> Result<Vec<String>, UnexpectedAnswer> {
    folders.unwrap_or_default().into_iter().map(|folder| key(folder.prefix(), encoding)).collect()
}

/// The size of an object, in bytes.
pub(crate) fn size(size: Option<i64>) -> Result<u64, UnexpectedAnswer> {
    size.and_then(|size| u64::try_from(size).ok()).ok_or(UnexpectedAnswer::Incomplete)
}

/// When an object was written.
pub(crate) fn last_modified(time: Option<DateTime>) -> Result<String, UnexpectedAnswer> {
    time.and_then(|time| time.try_into().ok()).map(iso_8601).ok_or(UnexpectedAnswer::Incomplete)
}
