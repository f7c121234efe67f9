use std::fmt;

use lambda_http::http::{HeaderName, StatusCode};
use serde_json::Value;

/// An error in the form of its endpoint's responses. `Display` is for the log.
///
/// Implement it with exhaustive matches: then a new variant of an error does not compile until each form handles it.
pub trait HttpError: fmt::Display + Send + Sync {
    /// The status of the response.
    fn status(&self) -> StatusCode;

    /// The code for the log and the metrics.
    fn code(&self) -> &'static str;

    /// The body of the response, for the invocation with this id.
    fn body(&self, request_id: &str) -> Value;

    /// The headers of the response, besides those of its body.
    fn headers(&self) -> Vec<(HeaderName, String)>;
}

/// Why a request was not served, in the form of its endpoint.
pub struct Refused(Box<dyn HttpError>);

impl<E: HttpError + 'static> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl std::ops::Deref for Refused {
    type Target = dyn HttpError;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}
