use lambda_http::{
    Body, Response,
    http::{
        HeaderValue, StatusCode,
        header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE},
    },
};
use serde::Serialize;

use crate::{ApiError, Refused};

const JSON: &str = "application/json";

/// Where an API's metadata is (RFC 9728 §3.1).
pub const METADATA_PATH: &str = "/.well-known/oauth-protected-resource";

/// A JSON response that no cache keeps.
///
/// # Errors
///
/// [`ApiError::Unwritable`] when `body` cannot be written as JSON.
pub fn json_response(status: StatusCode, body: &impl Serialize) -> Result<Response<Body>, ApiError> {
    let text = serde_json::to_string(body).map_err(|_| ApiError::Unwritable)?;
    Ok(text_response(status, JSON, text))
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
    // For HTTP/1.0 caches (RFC 6749 §5.1).
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// Marks a response whose body holds no secret.
#[derive(Clone, Copy)]
pub(crate) struct NoSecrets;

/// The same response, for a body that holds no secret: neither a token nor keys nor links. It is not wiped from memory
/// after it was sent, which for a large body takes time.
#[must_use]
pub fn without_secrets(mut response: Response<Body>) -> Response<Body> {
    response.extensions_mut().insert(NoSecrets);
    response
}

/// The same response, for everybody: it may be cached for so many seconds, and pages of any origin may read it.
#[must_use]
pub fn public_for(max_age_seconds: u64, response: Response<Body>) -> Response<Body> {
    let mut response = without_secrets(response);
    let headers = response.headers_mut();
    headers.remove(PRAGMA);
    if let Ok(value) = HeaderValue::from_str(&format!("max-age={max_age_seconds}")) {
        headers.insert(CACHE_CONTROL, value);
    }
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// The response to a request that failed, in the form of its endpoint. A challenge names the document that tells a
/// client of this API where people sign in (RFC 9728 §5.1).
pub(crate) fn error_response(error: &Refused, request_id: &str, api_url: Option<&str>) -> Response<Body> {
    let mut response = text_response(error.status(), JSON, error.body(request_id).to_string());
    for (name, mut value) in error.headers() {
        if let Some(url) = api_url.filter(|_| name == WWW_AUTHENTICATE) {
            value = format!("{value}, resource_metadata=\"{url}{METADATA_PATH}\"");
        }
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use serde::{Serializer, ser::Error};

    use super::*;

    struct Unwritable;

    impl Serialize for Unwritable {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("no"))
        }
    }

    #[test]
    fn a_body_that_cannot_be_written_is_an_error_and_not_an_empty_response() {
        assert_eq!(json_response(StatusCode::OK, &Unwritable).err(), Some(ApiError::Unwritable));
    }
}
