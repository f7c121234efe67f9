use https::{Failure, Misconfiguration};
use objects::BucketError;

/// S3 returned something that its documentation excludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnexpectedAnswer {
    /// A key cannot be decoded, or a member that is always present is missing.
    Incomplete,
    /// It answers another request: its bucket, prefix, delimiter or count is another one.
    Another,
}

impl From<UnexpectedAnswer> for BucketError {
    fn from(unexpected: UnexpectedAnswer) -> Self {
        Self::Failed(match unexpected {
            UnexpectedAnswer::Incomplete => Failure::Unavailable { code: "incomplete answer".to_owned() },
            UnexpectedAnswer::Another => Misconfiguration {
                code: "another listing".to_owned(),
                hint: "S3 returned another bucket, prefix, delimiter or count than requested; check the endpoint of S3",
            }
            .into(),
        })
    }
}
