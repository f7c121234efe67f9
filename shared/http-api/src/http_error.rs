use std::fmt;

use lambda_http::http::{HeaderName, StatusCode};
use serde_json::Value;

/// An error as the response of an endpoint has it. `Display` is for the log.
///
/// Implement it with exhaustive matches: a new variant of an error must not compile until each form has a place for it.
pub trait HttpError: fmt::Display + Send + Sync {
    /// The status of the response.
    fn status(&self) -> StatusCode;

    /// The code for the log and the metrics.
    fn code(&self) -> &'static str;

    /// The body of the response, for the invocation of this id.
    fn body(&self, request_id: &str) -> Value;

    /// The headers that go with it.
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
