use std::borrow::Cow;

use aws_sdk_s3::types::EncodingType;
use percent_encoding::percent_decode_str;

use crate::unexpected_answer::UnexpectedAnswer;

/// How keys are written in S3's answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyEncoding {
    /// Unchanged: the service ignored `encoding-type`.
    Plain,
    /// With `encoding-type=url`: percent-encoded, and a space is a `+`.
    UrlEncoded,
}

impl KeyEncoding {
    pub(crate) fn of(encoding: Option<&EncodingType>) -> Self {
        if encoding == Some(&EncodingType::Url) { Self::UrlEncoded } else { Self::Plain }
    }

    /// `text` as it is stored.
    ///
    /// # Errors
    ///
    /// [`UnexpectedAnswer::Incomplete`] when it is not percent-encoded UTF-8.
    pub(crate) fn decoded(self, text: &str) -> Result<String, UnexpectedAnswer> {
        match self {
            Self::Plain => Ok(text.to_owned()),
            Self::UrlEncoded => {
                // Most keys have none, and a search is cheaper than a copy.
                let spaced = if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
                percent_decode_str(&spaced).decode_utf8().map(Into::into).map_err(|_| UnexpectedAnswer::Incomplete)
            }
        }
    }
}
