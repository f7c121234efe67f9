use serde::Serialize;

use crate::{key_encoding::KeyEncoding, unexpected_answer::UnexpectedAnswer};

/// What a page was asked for: what is in a bucket below a prefix, with what is below a delimiter as folders.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Asked {
    pub(crate) bucket: String,
    pub(crate) prefix: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delimiter: Option<String>,
}

impl Asked {
    /// Checks that a page is of this listing, from what it repeats of the request.
    ///
    /// # Errors
    ///
    /// An [`UnexpectedAnswer`] when it names another listing, or no bucket: S3 always names it, so without it the answer
    /// may be incomplete.
    pub(crate) fn check(
        &self,
        encoding: KeyEncoding,
        bucket: Option<&str>,
        prefix: Option<&str>,
        delimiter: Option<&str>,
    ) -> Result<(), UnexpectedAnswer> {
        let decoded = |text: Option<&str>| text.map(|text| encoding.decoded(text)).transpose();
        let is_another = |returned: Option<&str>, asked: &str| returned.is_some_and(|returned| returned != asked);
        if is_another(bucket, &self.bucket)
            || is_another(decoded(prefix)?.as_deref(), &self.prefix)
            || is_another(decoded(delimiter)?.as_deref(), self.delimiter.as_deref().unwrap_or_default())
        {
            return Err(UnexpectedAnswer::Another);
        }
        bucket.map(|_| ()).ok_or(UnexpectedAnswer::Incomplete)
    }
}
