use objects::{Bucket, BucketError};
use serde::Serialize;

use crate::incomplete_answer::incomplete_answer;

/// An object that S3 has made of what was there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct NewObject {
    bucket: String,
    key: String,
    etag: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<String>,
}

impl NewObject {
    /// Reads S3's answer to `operation`.
    ///
    /// # Errors
    ///
    /// [`BucketError::Failed`] when the answer is incomplete.
    pub(crate) fn of(
        bucket: &Bucket,
        key: String,
        etag: Option<String>,
        version_id: Option<String>,
        operation: &str,
    ) -> Result<Self, BucketError> {
        let etag = etag.ok_or_else(|| incomplete_answer(operation))?;
        Ok(Self { bucket: bucket.name().to_owned(), key, etag, version_id })
    }
}
