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

/// Why a request was not served. `Display` is for the log; the caller sees what the [`HttpError`] of the endpoint makes
/// of it, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The parameters are wrong.
    #[error("bad parameters: {0}")]
    Parameter(#[from] ParameterError),
    /// No token came.
    #[error("no token")]
    MissingToken,
    /// More than one token came.
    #[error("several tokens")]
    SeveralTokens,
    /// `Authorization` holds something else than a token.
    #[error("Authorization holds no bearer token")]
    AuthorizationForm,
    /// The token does not verify.
    #[error("token refused: {0}")]
    Token(#[from] TokenError),
    /// The token verifies, but Cognito refuses it.
    #[error("token refused by Cognito")]
    TokenRefused,
    /// This person may not do this; in words for the caller, what that is.
    #[error("access denied")]
    AccessDenied(&'static str),
    /// No such path.
    #[error("no such path")]
    NoSuchPath,
    /// There is nothing that could be worked on; in words for the caller, what that is.
    #[error("not found")]
    NotFound(&'static str),
    /// The path does not take this method.
    #[error("method not allowed")]
    MethodNotAllowed {
        /// The methods that it takes, for `Allow`.
        allow: String,
    },
    /// A condition of the request does not hold; in words for the caller, which.
    #[error("precondition failed")]
    PreconditionFailed(&'static str),
    /// The answer could not be written.
    #[error("the answer could not be written")]
    Unwritable,
    /// A service that we need did not do its part.
    #[error("{service}: {failure}")]
    Failed {
        /// Which one, for the log.
        service: &'static str,
        /// What happened.
        failure: Failure,
        /// When another try may succeed, where that is known.
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

impl From<ExchangeError> for ApiError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::TokenRefused => Self::TokenRefused,
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
    /// What to tell the caller: what is wrong and how to mend it.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::Parameter(error) => error.to_string(),
            Self::MissingToken => "Send the id token in the Authorization header.".to_owned(),
            Self::SeveralTokens => "Send one Authorization header with one id token.".to_owned(),
            Self::AuthorizationForm => {
                "The Authorization header must hold the id token alone, or Bearer and the id token.".to_owned()
            }
            Self::Token(error) => error.description().to_owned(),
            Self::TokenRefused => "Cognito refused the token. Sign in again.".to_owned(),
            Self::AccessDenied(what) | Self::NotFound(what) | Self::PreconditionFailed(what) => (*what).to_owned(),
            Self::NoSuchPath => "There is no such path.".to_owned(),
            Self::MethodNotAllowed { allow } => format!("This path takes {allow} only."),
            Self::Unwritable => {
                "The answer could not be written. The operator finds the request in the log.".to_owned()
            }
            Self::Failed { failure, .. } => match failure {
                Failure::Throttled => "Too many requests at this moment. Try again later.",
                Failure::Misconfigured(_) => "The service is set up wrongly. Its operator finds the cause in the log.",
                Failure::Unavailable { .. } => "A service that this one needs is not available. Try again later.",
                Failure::Timeout => "A service that this one needs did not answer in time. Try again later.",
            }
            .to_owned(),
        }
    }

    /// The header that goes with the error whatever the form of the body: `Retry-After` in whole seconds where another
    /// try may succeed, and `Allow` (RFC 9110 §10.2.3 and §10.2.1).
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
            | Self::Unwritable => None,
        }
    }

    /// The value of `WWW-Authenticate`. Without a token there is no error to speak of (RFC 6750 §3.1).
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
