use lambda_http::{
    Body, Request, RequestExt, Response,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use serde::Serialize;
use tracing::field::display;
use upstream::Calls;

use crate::{ApiError, route::route};

/// Writes the one log line of a request: as an error when an operator should look, as a warning when a service failed
/// for a while, and for information else. `reason` is for the operator. Counts what was not served by its code.
pub fn log_answer(request: &Request, status: StatusCode, code: &'static str, reason: Option<&str>) {
    let (request_id, route, status) = (request_id(request), route(request), status.as_u16());
    let upstream = Calls::so_far().map(display);
    match status {
        502 => tracing::error!(request_id, route, status, code, reason, upstream, "answered"),
        429 | 503 | 504 => tracing::warn!(request_id, route, status, code, reason, upstream, "answered"),
        _ => tracing::info!(request_id, route, status, code, reason, upstream, "answered"),
    }
    if status >= 400 {
        counts::refusal(code);
    }
}

/// Logs that `request` was served, and answers it with `body`.
#[must_use]
pub fn served(request: &Request, body: &impl Serialize) -> Response<Body> {
    served_with(request, json_response(StatusCode::OK, body))
}

/// Logs that `request` was served, and answers it so.
#[must_use]
pub fn served_with(request: &Request, response: Response<Body>) -> Response<Body> {
    log_answer(request, response.status(), "ok", None);
    response
}

/// Logs that `request` was not served, and answers it: `{"code", "message", "request_id"}`.
#[must_use]
pub fn refused(request: &Request, error: &ApiError) -> Response<Body> {
    log_answer(request, error.status(), error.code(), Some(&error.to_string()));
    error_response(error, request_id(request))
}

/// Lambda's id of the invocation, or nothing when there is none.
fn request_id(request: &Request) -> &str {
    request.lambda_context_ref().map_or("", |context| context.request_id.as_str())
}

/// A JSON response that no cache keeps.
#[must_use]
pub fn json_response(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    // Our bodies are structs of strings and numbers: writing one as JSON cannot fail.
    let body = serde_json::to_string(body).unwrap_or_default();
    text_response(status, "application/json", body)
}

/// A response of this `Content-Type` that no cache keeps.
#[must_use]
pub fn text_response(status: StatusCode, content_type: &'static str, text: String) -> Response<Body> {
    let mut response = empty_response(status);
    *response.body_mut() = Body::Text(text);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A response without a body that no cache keeps.
#[must_use]
pub fn empty_response(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // What the oldest caches understand (RFC 6749 §5.1).
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// Adds the headers that go with `error`, whatever the form of the body.
#[must_use]
pub fn with_error_headers(mut response: Response<Body>, error: &ApiError) -> Response<Body> {
    let mut insert = |name: HeaderName, value: Option<String>| {
        if let Some(value) = value.and_then(|text| HeaderValue::from_str(&text).ok()) {
            response.headers_mut().insert(name, value);
        }
    };
    insert(RETRY_AFTER, error.retry_after_seconds().map(|seconds| seconds.to_string()));
    if let ApiError::MethodNotAllowed { allow } = error {
        insert(ALLOW, Some((*allow).to_owned()));
    }
    response
}

fn error_response(error: &ApiError, request_id: &str) -> Response<Body> {
    #[derive(Serialize)]
    struct ErrorBody<'a> {
        code: &'a str,
        message: &'a str,
        request_id: &'a str,
    }
    let message = error.description();
    let body = ErrorBody { code: error.code(), message: &message, request_id };
    let mut response = with_error_headers(json_response(error.status(), &body), error);
    if let Some(challenge) = challenge(error, &message).and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The value of `WWW-Authenticate`. Without a token there is no error to speak of (RFC 6750 §3.1).
fn challenge(error: &ApiError, message: &str) -> Option<String> {
    let code = match error {
        ApiError::MissingToken => return Some("Bearer realm=\"latchkey\"".to_owned()),
        ApiError::SeveralTokens => "invalid_request",
        ApiError::AuthorizationForm | ApiError::Token(_) | ApiError::TokenRefused => "invalid_token",
        _ => return None,
    };
    Some(format!("Bearer realm=\"latchkey\", error=\"{code}\", error_description=\"{message}\""))
}
