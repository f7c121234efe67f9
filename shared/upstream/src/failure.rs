use std::fmt;

use aws_smithy_runtime_api::{
    client::{orchestrator::HttpResponse, result::SdkError},
    http::StatusCode,
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why another service did not do what we asked, through no fault of the caller. `Display` is for the log, and holds
/// nothing of the service's words: they may quote what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Too many calls.
    #[error("throttled")]
    Throttled,
    /// Our own pools, roles or bucket are set up wrongly.
    #[error(transparent)]
    Misconfigured(#[from] Misconfiguration),
    /// It failed, could not be reached, or sent half an answer.
    #[error("unavailable ({code})")]
    Unavailable {
        /// The service's error code, or what happened on the way.
        code: String,
    },
    /// It did not answer in time.
    #[error("no answer in time")]
    Timeout,
}

/// What the operator has to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misconfiguration {
    /// The service's error code.
    pub code: String,
    /// What it means here, and where to look.
    pub hint: &'static str,
}

impl std::error::Error for Misconfiguration {}

impl fmt::Display for Misconfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.hint)
    }
}

/// What a service said, told apart by who can mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The service understood and refused: the operation knows what that means.
    Refused(Refusal),
    /// It failed us.
    Failed(Failure),
}

/// A service's refusal.
///
/// Its words can be looked at, since some codes mean several things, but not shown: they may quote what was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The error code.
    pub code: String,
    words: String,
}

impl Refusal {
    /// A refusal with this code and these words.
    #[must_use]
    pub fn new(code: &str, words: &str) -> Self {
        Self { code: code.to_owned(), words: words.to_owned() }
    }

    /// Whether the words hold `text`.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        self.words.contains(text)
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal").field("code", &self.code).finish_non_exhaustive()
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

impl<E: ProvideErrorMetadata> From<&SdkError<E, HttpResponse>> for Answer {
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

fn of_service(status: StatusCode, code: Option<&str>, words: Option<&str>) -> Answer {
    match code {
        Some(code) if THROTTLING_CODES.contains(&code) => Answer::Failed(Failure::Throttled),
        _ if status.as_u16() == 429 => Answer::Failed(Failure::Throttled),
        Some(code) if !status.is_server_error() => Answer::Refused(Refusal::new(code, words.unwrap_or_default())),
        // Without a code it is not the service that answered, or not whole.
        _ => Answer::Failed(Failure::Unavailable { code: code.unwrap_or("no error code").to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_services_answer_is_told_apart_by_code_and_status() {
        let unavailable = |code: &str| Answer::Failed(Failure::Unavailable { code: code.to_owned() });
        let refused = |code: &str| Answer::Refused(Refusal::new(code, "words"));
        let cases = [
            (400, Some("TooManyRequestsException"), Answer::Failed(Failure::Throttled)),
            (503, Some("SlowDown"), Answer::Failed(Failure::Throttled)),
            (429, None, Answer::Failed(Failure::Throttled)),
            (400, Some("NotAuthorizedException"), refused("NotAuthorizedException")),
            (403, Some("AccessDenied"), refused("AccessDenied")),
            (500, Some("InternalErrorException"), unavailable("InternalErrorException")),
            (503, None, unavailable("no error code")),
            (400, None, unavailable("no error code")),
        ];
        for (status, code, expected) in cases {
            assert_eq!(
                of_service(StatusCode::try_from(status).unwrap(), code, Some("words")),
                expected,
                "{status} {code:?}"
            );
        }
    }

    #[test]
    fn a_services_words_are_looked_at_and_not_shown() {
        let refusal = Refusal::new("NotAuthorizedException", "no such token: eyJ");
        assert!(refusal.says("no such token") && !refusal.says("disabled"));
        assert_eq!(format!("{refusal:?}"), "Refusal { code: \"NotAuthorizedException\", .. }");
    }
}
