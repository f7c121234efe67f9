use std::time::Duration;

use identity_pool::ExchangeError;
use lambda_http::http::StatusCode;
use pool_keys::VerifyError;
use upstream::Failure;
use validation::TokenError;

use crate::ParameterError;

/// Why a request was not served. `Display` is for the log; the caller sees [`ApiError::status`], [`ApiError::code`]
/// and [`ApiError::description`], nothing else.
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
    NotFound,
    /// The path does not take this method.
    #[error("method not allowed")]
    MethodNotAllowed {
        /// The methods that it takes, for `Allow`.
        allow: &'static str,
    },
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

impl ApiError {
    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Parameter(_) | Self::SeveralTokens => StatusCode::BAD_REQUEST,
            Self::MissingToken | Self::AuthorizationForm | Self::Token(_) | Self::TokenRefused => {
                StatusCode::UNAUTHORIZED
            }
            Self::AccessDenied(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Failed { failure, .. } => match failure {
                Failure::Throttled => StatusCode::TOO_MANY_REQUESTS,
                Failure::Misconfigured(_) => StatusCode::BAD_GATEWAY,
                Failure::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
                Failure::Timeout => StatusCode::GATEWAY_TIMEOUT,
            },
        }
    }

    /// The code that a program reads.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameter(_) | Self::SeveralTokens => "invalid_request",
            Self::MissingToken => "missing_token",
            Self::AuthorizationForm | Self::Token(_) | Self::TokenRefused => "invalid_token",
            Self::AccessDenied(_) => "access_denied",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::Failed { failure, .. } => match failure {
                Failure::Throttled => "throttled",
                Failure::Misconfigured(_) => "misconfigured",
                Failure::Unavailable { .. } => "unavailable",
                Failure::Timeout => "timeout",
            },
        }
    }

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
            Self::AccessDenied(what) => (*what).to_owned(),
            Self::NotFound => "There is no such path.".to_owned(),
            Self::MethodNotAllowed { allow } => format!("This path takes {allow} only."),
            Self::Failed { failure, .. } => match failure {
                Failure::Throttled => "Too many requests at this moment. Try again later.",
                Failure::Misconfigured(_) => "The service is set up wrongly. Its operator finds the cause in the log.",
                Failure::Unavailable { .. } => "A service that this one needs is not available. Try again later.",
                Failure::Timeout => "A service that this one needs did not answer in time. Try again later.",
            }
            .to_owned(),
        }
    }

    /// Whole seconds after which another try may succeed, where one may.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u64> {
        let Self::Failed { failure, retry_after, .. } = self else { return None };
        match failure {
            Failure::Misconfigured(_) => None,
            Failure::Throttled | Failure::Unavailable { .. } | Failure::Timeout => {
                Some(retry_after.map_or(1, |wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1))
            }
        }
    }
}
