use http_api::{ApiError, iso_8601, json_response};
use lambda_http::{Body, Response, http::StatusCode};
use objects::Link;
use serde::Serialize;

/// A link and the object that it leads to.
pub(crate) struct Linked {
    pub(crate) link: Link,
    pub(crate) bucket: String,
    pub(crate) key: String,
}

/// The body of a response with a link, and the headers that must be sent with it.
#[derive(Serialize)]
struct LinkBody<'a> {
    bucket: &'a str,
    key: &'a str,
    method: &'a str,
    url: &'a str,
    url_expires_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<UploadHeaders<'a>>,
}

/// The headers of an upload, as they are signed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct UploadHeaders<'a> {
    pub(crate) content_length: String,
    pub(crate) content_type: &'a str,
}

/// Makes the response with a link for this method.
///
/// # Errors
///
/// [`ApiError::Unwritable`].
pub(crate) fn answer(
    linked: &Linked,
    method: &str,
    headers: Option<UploadHeaders<'_>>,
) -> Result<Response<Body>, ApiError> {
    let Linked { link, bucket, key } = linked;
    let url_expires_at = iso_8601(link.expires_at);
    json_response(StatusCode::OK, &LinkBody { bucket, key, method, url: &link.url, url_expires_at, headers })
}
