use http_api::{ApiError, iso_8601, json_response};
use lambda_http::{Body, Response, http::StatusCode};
use objects::{Checksum, Link, Put};
use serde::{Serialize, Serializer};

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
    content_length: String,
    content_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_none_match: Option<&'static str>,
    #[serde(flatten)]
    checksum: Option<ChecksumHeader<'a>>,
}

/// The header with the checksum.
#[derive(Clone, Copy, Debug)]
struct ChecksumHeader<'a>(&'static str, &'a str);

impl Serialize for ChecksumHeader<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, self.1)])
    }
}

impl<'a> UploadHeaders<'a> {
    pub(crate) fn of(put: &'a Put) -> Self {
        let checksum = put.checksum.as_ref().map(Checksum::header);
        Self {
            content_length: put.size.to_string(),
            content_type: &put.content_type,
            if_none_match: put.is_new.then_some("*"),
            checksum: checksum.map(|(name, value)| ChecksumHeader(name, value)),
        }
    }
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
