use bucket::Link;
use http_api::{iso_8601, json_response};
use lambda_http::{Body, Response, http::StatusCode};
use serde::Serialize;

/// A link to follow by hand, and what has to go with it.
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

/// The headers of an upload, as they were signed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct UploadHeaders<'a> {
    pub(crate) content_length: String,
    pub(crate) content_type: &'a str,
}

/// Answers with `link`, which is for this method and object.
pub(crate) fn answer(
    link: &Link,
    bucket: &str,
    key: &str,
    method: &str,
    headers: Option<UploadHeaders<'_>>,
) -> Response<Body> {
    let url_expires_at = iso_8601(link.expires_at);
    json_response(StatusCode::OK, &LinkBody { bucket, key, method, url: &link.url, url_expires_at, headers })
}
