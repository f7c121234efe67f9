use http_api::{ApiError, ParameterError};
use upstream::{Answer, Failure, Misconfiguration};

/// Why S3 did not do what a caller asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketError {
    /// S3 takes the credentials for expired or invalid.
    Credentials,
    /// IAM does not let this caller do this; in words for the caller, what that is.
    AccessDenied(&'static str),
    /// The request does not fit the caller or what was asked before.
    Parameter(ParameterError),
    /// S3 did not do its part.
    Failed(Failure),
}

impl From<ParameterError> for BucketError {
    fn from(error: ParameterError) -> Self {
        Self::Parameter(error)
    }
}

impl From<BucketError> for ApiError {
    fn from(error: BucketError) -> Self {
        let failed = |failure| Self::Failed { service: "S3", failure, retry_after: None };
        match error {
            // Fresh ones are refused as well: they may not have spread through AWS yet.
            BucketError::Credentials => failed(Failure::Unavailable { code: "credentials refused".to_owned() }),
            BucketError::AccessDenied(what) => Self::AccessDenied(what),
            BucketError::Parameter(error) => Self::Parameter(error),
            BucketError::Failed(failure) => failed(failure),
        }
    }
}

impl BucketError {
    /// What an answer of S3 means, when it is no success. `denied` is what the caller is told that they may not do.
    ///
    /// Source: "Error responses" in the Amazon S3 API reference.
    #[must_use]
    pub fn new(answer: Answer, denied: &'static str) -> Self {
        let code = match answer {
            Answer::Failed(failure) => return Self::Failed(failure),
            Answer::Refused(refusal) => refusal.code,
        };
        let hint = match code.as_str() {
            "ExpiredToken" | "InvalidToken" | "InvalidAccessKeyId" | "TokenRefreshRequired" => {
                return Self::Credentials;
            }
            "AccessDenied" | "AllAccessDisabled" => return Self::AccessDenied(denied),
            "RequestTimeout" => return Self::Failed(Failure::Timeout),
            "NoSuchBucket" => "there is no such bucket: check BUCKET_NAME",
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException" => "the bucket lies in another region than the function",
            "RequestTimeTooSkewed" => "the clocks of the function and of S3 differ",
            _ => "an error that is not known here; look it up in the Amazon S3 API reference",
        };
        Self::Failed(Misconfiguration { code, hint }.into())
    }
}

#[cfg(test)]
mod tests {
    use upstream::Refusal;

    use super::*;

    #[test]
    fn each_refusal_is_told_apart_by_who_can_mend_it() {
        let cases = [
            ("ExpiredToken", "503 unavailable"),
            ("InvalidToken", "503 unavailable"),
            ("InvalidAccessKeyId", "503 unavailable"),
            ("AccessDenied", "403 access_denied"),
            ("RequestTimeout", "504 timeout"),
            ("InvalidArgument", "502 misconfigured"),
            ("NoSuchBucket", "502 misconfigured"),
            ("PermanentRedirect", "502 misconfigured"),
            ("SignatureDoesNotMatch", "502 misconfigured"),
        ];
        for (code, expected) in cases {
            let error = ApiError::from(BucketError::new(Answer::Refused(Refusal::new(code, "")), "No."));
            assert_eq!(format!("{} {}", error.status().as_u16(), error.code()), expected, "{code}");
        }
    }
}
