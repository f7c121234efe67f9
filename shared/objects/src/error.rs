use http_api::{ApiError, ParameterError};
use https::{CallError, Failure, Misconfiguration};

/// Why S3 did not do what a caller asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketError {
    /// S3 takes the credentials for expired or invalid.
    Credentials,
    /// IAM does not let this caller do this; in words for the caller, what that is.
    AccessDenied(&'static str),
    /// There is no such object.
    NotFound,
    /// S3 does not take this method for the object.
    MethodNotAllowed,
    /// A condition that goes with the request or with the bucket does not hold.
    PreconditionFailed,
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
            BucketError::NotFound => Self::NotFound("There is no such object."),
            // What S3 always takes of an object.
            BucketError::MethodNotAllowed => Self::MethodNotAllowed { allow: "GET, HEAD".to_owned() },
            BucketError::PreconditionFailed => Self::PreconditionFailed("The object is not as the request expects it."),
            BucketError::Parameter(error) => Self::Parameter(error),
            BucketError::Failed(failure) => failed(failure),
        }
    }
}

impl BucketError {
    /// What a failed call of S3 means. `denied` is what the caller is told that they may not do.
    ///
    /// Source: "Error responses" in the Amazon S3 API reference.
    #[must_use]
    pub fn new(error: CallError, denied: &'static str) -> Self {
        let error = match error {
            CallError::Failed(failure) => return Self::Failed(failure),
            CallError::Refused(error) => error,
        };
        let hint = match error.code.as_str() {
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
            _ if error.status == 404 => return Self::NotFound,
            _ if error.status == 405 => return Self::MethodNotAllowed,
            _ if error.status == 412 => return Self::PreconditionFailed,
            _ => "an error that is not known here; look it up in the Amazon S3 API reference",
        };
        Self::Failed(Misconfiguration { code: error.code, hint }.into())
    }
}

#[cfg(test)]
mod tests {
    use http_api::HttpError;
    use https::ServiceError;

    use super::*;

    #[test]
    fn each_refusal_is_told_apart_by_who_can_mend_it() {
        let cases = [
            (400, "ExpiredToken", "503 unavailable"),
            (400, "InvalidToken", "503 unavailable"),
            (403, "InvalidAccessKeyId", "503 unavailable"),
            (403, "AccessDenied", "403 access_denied"),
            (400, "RequestTimeout", "504 timeout"),
            (404, "NoSuchKey", "404 not_found"),
            (404, "NoSuchVersion", "404 not_found"),
            (405, "MethodNotAllowed", "405 method_not_allowed"),
            (412, "PreconditionFailed", "412 precondition_failed"),
            (400, "InvalidArgument", "502 misconfigured"),
            (404, "NoSuchBucket", "502 misconfigured"),
            (301, "PermanentRedirect", "502 misconfigured"),
            (403, "SignatureDoesNotMatch", "502 misconfigured"),
        ];
        for (status, code, expected) in cases {
            let error =
                ApiError::from(BucketError::new(CallError::Refused(ServiceError::new(status, code, "")), "No."));
            assert_eq!(format!("{} {}", error.status().as_u16(), error.code()), expected, "{code}");
        }
    }
}
