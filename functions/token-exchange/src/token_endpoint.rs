use std::time::SystemTime;

use http_api::{ApiError, before_deadline, json_response, log_answer, served, with_error_headers};
use identity_pool::IdentityCredentials;
use lambda_http::{Body, Request, Response, http::StatusCode};
use serde::Serialize;
use upstream::Failure;

use crate::{
    App,
    body::TokenBody,
    token_request::{TokenRequest, TokenRequestError},
};

/// Why a token exchange is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenEndpointError {
    #[error("bad request: {0}")]
    Request(#[from] TokenRequestError),
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// Serves `POST /token`.
///
/// Source: RFC 8693 §2.
pub(crate) async fn serve(app: &App, request: &Request, now: SystemTime) -> Response<Body> {
    match before_deadline(request, now, exchange(app, request, now)).await {
        Ok(credentials) => served(request, &TokenBody::new(&credentials, now)),
        Err(error) => refuse(&error, request),
    }
}

/// Logs `error` and answers it (RFC 6749 §5.2, RFC 8693 §2.2.2).
pub(crate) fn refuse(error: &TokenEndpointError, request: &Request) -> Response<Body> {
    #[derive(Serialize)]
    struct ErrorBody<'a> {
        error: &'a str,
        error_description: &'a str,
    }
    let (status, code, description) = (error.status(), error.code(), error.description());
    log_answer(request, status, error.reason_code(), Some(&error.to_string()));
    let response = json_response(status, &ErrorBody { error: code, error_description: &description });
    match error {
        TokenEndpointError::Api(error) => with_error_headers(response, error),
        TokenEndpointError::Request(_) => response,
    }
}

async fn exchange(app: &App, request: &Request, now: SystemTime) -> Result<IdentityCredentials, TokenEndpointError> {
    let TokenRequest { subject_token, identity_id } =
        TokenRequest::parse(request.headers(), request.body(), app.identity_pool.id())?;
    Ok(app.exchange(subject_token, identity_id.as_ref(), now).await?)
}

impl TokenEndpointError {
    /// A subject token that is refused makes the request invalid (RFC 8693 §2.2.2): nobody is to authenticate here,
    /// so 401 would be wrong.
    fn status(&self) -> StatusCode {
        match self {
            Self::Request(_) | Self::Api(ApiError::Token(_) | ApiError::TokenRefused) => StatusCode::BAD_REQUEST,
            Self::Api(error) => error.status(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Request(TokenRequestError::GrantType) => "unsupported_grant_type",
            Self::Request(TokenRequestError::Target) => "invalid_target",
            Self::Request(TokenRequestError::Scope) => "invalid_scope",
            Self::Api(ApiError::Failed { failure: Failure::Misconfigured(_), .. }) => "server_error",
            Self::Api(ApiError::Failed { .. }) => "temporarily_unavailable",
            Self::Request(_) | Self::Api(_) => "invalid_request",
        }
    }

    /// The code for the log and the metrics: OAuth has one word for what the other routes tell apart.
    fn reason_code(&self) -> &'static str {
        match self {
            Self::Request(_) => self.code(),
            Self::Api(error) => error.code(),
        }
    }

    fn description(&self) -> String {
        match self {
            Self::Request(error) => error.to_string(),
            Self::Api(error) => error.description(),
        }
    }
}
