use http_api::{ApiError, HttpError};
use https::Failure;
use lambda_http::http::{HeaderName, StatusCode};
use serde_json::{Value, json};

use crate::token_request::TokenRequestError;

/// Why a token exchange is refused, in OAuth's form (RFC 6749 §5.2, RFC 8693 §2.2.2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenEndpointError {
    #[error("bad request: {0}")]
    Request(#[from] TokenRequestError),
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl HttpError for TokenEndpointError {
    /// A refused subject token makes the request invalid (RFC 8693 §2.2.2). The client does not authenticate here, so
    /// 401 would be wrong.
    fn status(&self) -> StatusCode {
        match self {
            Self::Request(_)
            | Self::Api(
                ApiError::MissingToken
                | ApiError::AuthorizationForm
                | ApiError::Token(_)
                | ApiError::TokenRefused
                | ApiError::AccessDenied(_),
            ) => StatusCode::BAD_REQUEST,
            Self::Api(
                error @ (ApiError::Parameter(_)
                | ApiError::SeveralTokens
                | ApiError::NoSuchPath
                | ApiError::NotFound(_)
                | ApiError::MethodNotAllowed { .. }
                | ApiError::PreconditionFailed(_)
                | ApiError::Incomplete(_)
                | ApiError::StillRunning(_)
                | ApiError::Unwritable
                | ApiError::Failed { .. }),
            ) => error.status(),
        }
    }

    /// The code for the log and the metrics: it is more precise than OAuth's code.
    fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => request_code(error),
            Self::Api(error) => error.code(),
        }
    }

    /// `{"error", "error_description"}`.
    fn body(&self, _: &str) -> Value {
        match self {
            Self::Request(error) => json!({ "error": request_code(error), "error_description": error.to_string() }),
            Self::Api(error) => json!({ "error": oauth_code(error), "error_description": error.description() }),
        }
    }

    fn headers(&self) -> Vec<(HeaderName, String)> {
        match self {
            Self::Request(_) => Vec::new(),
            Self::Api(error) => error.header().into_iter().collect(),
        }
    }
}

fn request_code(error: &TokenRequestError) -> &'static str {
    match error {
        TokenRequestError::GrantType => "unsupported_grant_type",
        TokenRequestError::Target => "invalid_target",
        TokenRequestError::Scope => "invalid_scope",
        TokenRequestError::Parameter(_)
        | TokenRequestError::ContentType
        | TokenRequestError::TooLarge
        | TokenRequestError::NotUtf8
        | TokenRequestError::ActorToken => "invalid_request",
    }
}

/// The OAuth code of an error of the frame.
fn oauth_code(error: &ApiError) -> &'static str {
    match error {
        ApiError::Parameter(_)
        | ApiError::MissingToken
        | ApiError::SeveralTokens
        | ApiError::AuthorizationForm
        | ApiError::Token(_)
        | ApiError::TokenRefused
        | ApiError::NoSuchPath
        | ApiError::NotFound(_)
        | ApiError::MethodNotAllowed { .. }
        | ApiError::PreconditionFailed(_) => "invalid_request",
        // The role is what the keys are for (RFC 8693 §2.2.2).
        ApiError::AccessDenied(_) => "invalid_target",
        ApiError::Unwritable | ApiError::Failed { failure: Failure::Misconfigured(_), .. } => "server_error",
        ApiError::Incomplete(_)
        | ApiError::StillRunning(_)
        | ApiError::Failed { failure: Failure::Throttled | Failure::Unavailable { .. } | Failure::Timeout, .. } => {
            "temporarily_unavailable"
        }
    }
}
