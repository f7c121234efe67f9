use http_api::{ApiError, ParameterError};
use https::{CallError, Failure, Misconfiguration};

/// Why S3 did not do what the caller asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketError {
    /// S3 refuses the credentials as expired or invalid.
    Credentials,
    /// IAM does not allow this to the caller. The text is for the caller.
    AccessDenied(&'static str),
    /// What the call is about does not exist. The text is for the caller.
    NotFound(&'static str),
    /// S3 does not accept this method for the object.
    MethodNotAllowed,
    /// A condition of the request or of the bucket is not met.
    PreconditionFailed,
    /// Parts of an upload are missing. The text is for the caller.
    Incomplete(String),
    /// S3 has not answered in time, and may go on. The text is for the caller.
    StillRunning(&'static str),
    /// A parameter does not fit the caller's home or the page before.
    Parameter(ParameterError),
    /// S3 failed.
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
            // New credentials are refused too: they may not have reached all of AWS yet.
            BucketError::Credentials => failed(Failure::Unavailable { code: "credentials refused".to_owned() }),
            BucketError::AccessDenied(what) => Self::AccessDenied(what),
            BucketError::NotFound(what) => Self::NotFound(what),
            BucketError::Incomplete(what) => Self::Incomplete(what),
            // S3 accepts these for every object.
            BucketError::MethodNotAllowed => Self::MethodNotAllowed { allow: "GET, HEAD".to_owned() },
            BucketError::PreconditionFailed => {
                Self::PreconditionFailed("The object does not meet a condition of the request.")
            }
            BucketError::StillRunning(what) => Self::StillRunning(what),
            BucketError::Parameter(error) => Self::Parameter(error),
            BucketError::Failed(failure) => failed(failure),
        }
    }
}

impl BucketError {
    /// There is no such object, or no such version of it.
    #[must_use]
    pub fn no_object() -> Self {
        Self::NotFound("There is no such object.")
    }

    /// What a failed call of S3 means. `denied` is the caller's message when IAM denies the access.
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
            // Somebody else is writing the same object at this moment.
            "ConditionalRequestConflict" => return Self::Failed(Failure::Unavailable { code: error.code }),
            "NoSuchBucket" => "there is no such bucket: check BUCKET_NAME",
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException" => "the bucket is in another region than the function",
            "RequestTimeTooSkewed" => "the clocks of the function and of S3 differ",
            _ if error.status == 404 => return Self::no_object(),
            _ if error.status == 405 => return Self::MethodNotAllowed,
            _ if error.status == 412 => return Self::PreconditionFailed,
            _ => "an unexpected error; look it up in the Amazon S3 API reference",
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
    fn each_refusal_is_classified_by_who_can_correct_it() {
        let cases = [
            (400, "ExpiredToken", "503 unavailable"),
            (400, "InvalidToken", "503 unavailable"),
            (403, "InvalidAccessKeyId", "503 unavailable"),
            (403, "AccessDenied", "403 access_denied"),
            (400, "RequestTimeout", "504 timeout"),
            (409, "ConditionalRequestConflict", "503 unavailable"),
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
