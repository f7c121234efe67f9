use std::time::Duration;

use cognito::{ExchangeError, VerifyError};
use https::Failure;
use lambda_http::http::{
    HeaderName, StatusCode,
    header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::{Value, json};
use validation::TokenError;

use crate::{HttpError, ParameterError};

/// Why a request was not served. `Display` is for the log. The caller sees only what the [`HttpError`] of the endpoint
/// makes of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The parameters are wrong.
    #[error("bad parameters: {0}")]
    Parameter(#[from] ParameterError),
    /// The request has no token.
    #[error("no token")]
    MissingToken,
    /// The request has more than one token.
    #[error("several tokens")]
    SeveralTokens,
    /// `Authorization` is not a token.
    #[error("no bearer token in Authorization")]
    AuthorizationForm,
    /// The token is not valid.
    #[error("token refused: {0}")]
    Token(#[from] TokenError),
    /// The token is valid, but Cognito refuses it.
    #[error("token refused by Cognito")]
    TokenRefused,
    /// The person may not do this. The text is for the caller.
    #[error("access denied")]
    AccessDenied(&'static str),
    /// No such path.
    #[error("no such path")]
    NoSuchPath,
    /// What the request is about does not exist. The text is for the caller.
    #[error("not found")]
    NotFound(&'static str),
    /// The path does not accept this method.
    #[error("method not allowed")]
    MethodNotAllowed {
        /// The methods that it accepts, for `Allow`.
        allow: String,
    },
    /// A condition of the request is not met. The text is for the caller.
    #[error("precondition failed")]
    PreconditionFailed(&'static str),
    /// Something has to arrive first. The text is for the caller.
    #[error("incomplete")]
    Incomplete(String),
    /// What was asked for takes longer than a request may, and may go on. The text is for the caller.
    #[error("still running")]
    StillRunning(&'static str),
    /// The response could not be written.
    #[error("the response could not be written")]
    Unwritable,
    /// A service that we depend on failed.
    #[error("{service}: {failure}")]
    Failed {
        /// Which one, for the log.
        service: &'static str,
        /// What happened.
        failure: Failure,
        /// When another try may succeed, if known.
        retry_after: Option<Duration>,
    },
}

impl From<VerifyError> for ApiError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Token(error) => Self::Token(error),
            VerifyError::Keys(error) => {
                Self::Failed { service: "JWKS", failure: error.failure, retry_after: Some(error.retry_after) }
            }
        }
    }
}

/// What somebody is told whom Cognito gives no role. The usual cause is an identity pool that denies a role to people
/// whose groups are equal.
const NO_ROLE: &str = "Cognito gives you no role, or not this one. Ask the operator, or choose another with role_arn.";

impl From<ExchangeError> for ApiError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::TokenRefused => Self::TokenRefused,
            ExchangeError::RoleRefused => Self::AccessDenied(NO_ROLE),
            ExchangeError::Failed(failure) => Self::Failed { service: "Cognito Identity", failure, retry_after: None },
        }
    }
}

impl HttpError for ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Parameter(_) | Self::SeveralTokens => StatusCode::BAD_REQUEST,
            Self::MissingToken | Self::AuthorizationForm | Self::Token(_) | Self::TokenRefused => {
                StatusCode::UNAUTHORIZED
            }
            Self::AccessDenied(_) => StatusCode::FORBIDDEN,
            Self::NoSuchPath | Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::PreconditionFailed(_) => StatusCode::PRECONDITION_FAILED,
            Self::Incomplete(_) => StatusCode::CONFLICT,
            Self::StillRunning(_) => StatusCode::GATEWAY_TIMEOUT,
            Self::Unwritable => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Failed { failure, .. } => match failure {
                Failure::Throttled => StatusCode::TOO_MANY_REQUESTS,
                Failure::Misconfigured(_) => StatusCode::BAD_GATEWAY,
                Failure::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
                Failure::Timeout => StatusCode::GATEWAY_TIMEOUT,
            },
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Parameter(_) | Self::SeveralTokens => "invalid_request",
            Self::MissingToken => "missing_token",
            Self::AuthorizationForm | Self::Token(_) | Self::TokenRefused => "invalid_token",
            Self::AccessDenied(_) => "access_denied",
            Self::NoSuchPath | Self::NotFound(_) => "not_found",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::PreconditionFailed(_) => "precondition_failed",
            Self::Incomplete(_) => "incomplete",
            Self::StillRunning(_) => "timeout",
            Self::Unwritable => "internal_error",
            Self::Failed { failure, .. } => match failure {
                Failure::Throttled => "throttled",
                Failure::Misconfigured(_) => "misconfigured",
                Failure::Unavailable { .. } => "unavailable",
                Failure::Timeout => "timeout",
            },
        }
    }

    /// `{"code", "message", "request_id"}`.
    fn body(&self, request_id: &str) -> Value {
        json!({ "code": self.code(), "message": self.description(), "request_id": request_id })
    }

    fn headers(&self) -> Vec<(HeaderName, String)> {
        let challenge = self.challenge().map(|challenge| (WWW_AUTHENTICATE, challenge));
        self.header().into_iter().chain(challenge).collect()
    }
}

impl ApiError {
    /// The message for the caller: what is wrong, and how to correct it.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::Parameter(error) => error.to_string(),
            Self::MissingToken => "Send the id token in the Authorization header.".to_owned(),
            Self::SeveralTokens => "Send one Authorization header with one id token.".to_owned(),
            Self::AuthorizationForm => {
                "The Authorization header must be the id token, or Bearer and the id token.".to_owned()
            }
            Self::Token(error) => error.description().to_owned(),
            Self::TokenRefused => "Cognito refused the token. Sign in again.".to_owned(),
            Self::AccessDenied(what)
            | Self::NotFound(what)
            | Self::PreconditionFailed(what)
            | Self::StillRunning(what) => (*what).to_owned(),
            Self::Incomplete(what) => what.clone(),
            Self::NoSuchPath => "There is no such path.".to_owned(),
            Self::MethodNotAllowed { allow } => format!("This path accepts only {allow}."),
            Self::Unwritable => {
                "The response could not be written. The operator can find the request in the log.".to_owned()
            }
            Self::Failed { failure, .. } => match failure {
                Failure::Throttled => "Too many requests. Try again later.",
                Failure::Misconfigured(_) => {
                    "The service is not configured correctly. The operator can find the cause in the log."
                }
                Failure::Unavailable { .. } => "A service that this one depends on is not available. Try again later.",
                Failure::Timeout => "A service that this one depends on did not respond in time. Try again later.",
            }
            .to_owned(),
        }
    }

    /// The header of the response, for every form of the body: `Retry-After` in whole seconds when another try may
    /// succeed, or `Allow` (RFC 9110 §10.2.3 and §10.2.1).
    #[must_use]
    pub fn header(&self) -> Option<(HeaderName, String)> {
        match self {
            Self::MethodNotAllowed { allow } => Some((ALLOW, allow.clone())),
            Self::Failed {
                failure: Failure::Throttled | Failure::Unavailable { .. } | Failure::Timeout,
                retry_after,
                ..
            } => {
                let seconds = retry_after.map_or(1, |wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1);
                Some((RETRY_AFTER, seconds.to_string()))
            }
            Self::Failed { failure: Failure::Misconfigured(_), .. }
            | Self::Parameter(_)
            | Self::MissingToken
            | Self::SeveralTokens
            | Self::AuthorizationForm
            | Self::Token(_)
            | Self::TokenRefused
            | Self::AccessDenied(_)
            | Self::NoSuchPath
            | Self::NotFound(_)
            | Self::PreconditionFailed(_)
            | Self::Incomplete(_)
            | Self::StillRunning(_)
            | Self::Unwritable => None,
        }
    }

    /// The value of `WWW-Authenticate`. Without a token it has no error code (RFC 6750 §3.1).
    fn challenge(&self) -> Option<String> {
        let code = match self {
            Self::MissingToken => return Some("Bearer realm=\"latchkey\"".to_owned()),
            Self::SeveralTokens => "invalid_request",
            Self::AuthorizationForm | Self::Token(_) | Self::TokenRefused => "invalid_token",
            _ => return None,
        };
        let message = self.description();
        Some(format!("Bearer realm=\"latchkey\", error=\"{code}\", error_description=\"{message}\""))
    }
}
