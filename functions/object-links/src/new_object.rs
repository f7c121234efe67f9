use https::Failure;
use objects::{Bucket, BucketError};
use serde::Serialize;

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
    /// [`BucketError::Failed`] when the answer is incomplete: S3 may say that it failed after it has answered 200.
    pub(crate) fn of(
        bucket: &Bucket,
        key: String,
        etag: Option<String>,
        version_id: Option<String>,
        operation: &str,
    ) -> Result<Self, BucketError> {
        let code = || format!("incomplete answer to {operation}");
        let etag = etag.ok_or_else(|| BucketError::Failed(Failure::Unavailable { code: code() }))?;
        Ok(Self { bucket: bucket.name().to_owned(), key, etag, version_id })
    }
}
