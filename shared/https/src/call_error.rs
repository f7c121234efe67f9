use std::fmt;

use aws_smithy_runtime_api::{
    client::{orchestrator::HttpResponse, result::SdkError},
    http::StatusCode,
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::{Failure, Misconfiguration};

/// Why a call failed, classified by who can correct it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The service refused the request. What that means depends on the operation.
    #[error("refused ({})", .0.code)]
    Refused(ServiceError),
    /// The service failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// The error that a service returned.
///
/// Its message can be searched, because some codes mean several things. It is never shown: it may quote what was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceError {
    /// The HTTP status.
    pub status: u16,
    /// The error code.
    pub code: String,
    message: String,
}

impl ServiceError {
    /// An error with this status, code and message.
    #[must_use]
    pub fn new(status: u16, code: &str, message: &str) -> Self {
        Self { status, code: code.to_owned(), message: message.to_owned() }
    }

    /// Whether the message contains `text`.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        self.message.contains(text)
    }
}

impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceError").field("status", &self.status).field("code", &self.code).finish_non_exhaustive()
    }
}

/// Error codes of throttling. The services use several, with status 400, 429 or 503.
const THROTTLING_CODES: [&str; 8] = [
    "TooManyRequestsException",
    "LimitExceededException",
    "ThrottlingException",
    "Throttling",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
];

impl<E: ProvideErrorMetadata> From<&SdkError<E, HttpResponse>> for CallError {
    fn from(error: &SdkError<E, HttpResponse>) -> Self {
        let unavailable = |code: &str| Self::Failed(Failure::Unavailable { code: code.to_owned() });
        match error {
            SdkError::TimeoutError(_) => Self::Failed(Failure::Timeout),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::Failed(Failure::Timeout),
            SdkError::DispatchFailure(_) => unavailable("no connection"),
            SdkError::ResponseError(answer) if answer.raw().status().is_success() => unavailable("unreadable answer"),
            SdkError::ResponseError(answer) => of_service(answer.raw().status(), None, None),
            SdkError::ServiceError(answer) => {
                of_service(answer.raw().status(), answer.err().code(), answer.err().message())
            }
            // The request could not be built: the SDK's endpoint rules refuse a setting.
            _ => Self::Failed(Failure::Misconfigured(Misconfiguration {
                code: "ConstructionFailure".to_owned(),
                hint: "the request could not be built; check the region, the bucket and the endpoint settings",
            })),
        }
    }
}

fn of_service(status: StatusCode, code: Option<&str>, message: Option<&str>) -> CallError {
    match code {
        Some(code) if THROTTLING_CODES.contains(&code) => CallError::Failed(Failure::Throttled),
        _ if status.as_u16() == 429 => CallError::Failed(Failure::Throttled),
        // S3 answers some long operations with 200 before they fail.
        Some(code @ ("InternalError" | "ServiceUnavailable")) => {
            CallError::Failed(Failure::Unavailable { code: code.to_owned() })
        }
        Some(code) if !status.is_server_error() => {
            CallError::Refused(ServiceError::new(status.as_u16(), code, message.unwrap_or_default()))
        }
        // Without a code, the response is not from the service itself, or it is incomplete.
        _ => CallError::Failed(Failure::Unavailable { code: code.unwrap_or("no error code").to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_service_is_classified_by_code_and_status() {
        let unavailable = |code: &str| CallError::Failed(Failure::Unavailable { code: code.to_owned() });
        let refused = |status, code: &str| CallError::Refused(ServiceError::new(status, code, "message"));
        let cases = [
            (400, Some("TooManyRequestsException"), CallError::Failed(Failure::Throttled)),
            (503, Some("SlowDown"), CallError::Failed(Failure::Throttled)),
            (429, None, CallError::Failed(Failure::Throttled)),
            (400, Some("NotAuthorizedException"), refused(400, "NotAuthorizedException")),
            (403, Some("AccessDenied"), refused(403, "AccessDenied")),
            (500, Some("InternalErrorException"), unavailable("InternalErrorException")),
            (200, Some("InternalError"), unavailable("InternalError")),
            (200, Some("AccessDenied"), refused(200, "AccessDenied")),
            (503, None, unavailable("no error code")),
            (400, None, unavailable("no error code")),
        ];
        for (status, code, expected) in cases {
            assert_eq!(
                of_service(StatusCode::try_from(status).unwrap(), code, Some("message")),
                expected,
                "{status} {code:?}"
            );
        }
    }

    #[test]
    fn the_message_of_a_service_is_searched_and_not_shown() {
        let refusal = ServiceError::new(400, "NotAuthorizedException", "no such token: eyJ");
        assert!(refusal.says("no such token") && !refusal.says("disabled"));
        assert_eq!(format!("{refusal:?}"), "ServiceError { status: 400, code: \"NotAuthorizedException\", .. }");
    }
}
