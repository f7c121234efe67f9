use http_api::{ApiError, Call, ParameterError, Parameters, media_type};
use lambda_http::{Body, Request, Response};
use objects::{App, Caller, LINK_SECONDS_DEFAULT, Links, Put, take_link_seconds};

use crate::{
    asked::Asked,
    checksum::take_checksum,
    condition::take_is_new,
    link_body::{self, Linked, UploadHeaders},
};

/// The maximum size of a request's body, in bytes.
const BODY_BYTES_MAX: usize = 4096;

/// What S3 takes in one `PUT`, in bytes: 5 GiB.
///
/// Source: "Uploading objects" in the Amazon S3 user guide.
const PUT_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;

const TOO_LARGE: ParameterError = ParameterError::invalid(
    "size",
    "is more than the 5 GiB that S3 takes at once; upload it in parts, with POST /uploads",
);

/// The maximum length of an upload's media type, in bytes.
const CONTENT_TYPE_BYTES_MAX: usize = 255;

/// Serves `POST`: returns a link for one upload into the caller's home.
///
/// # Errors
///
/// An [`ApiError`]: the request is malformed, the key is outside the caller's home, or something fails.
pub(crate) async fn link(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let Asked { requester, key, query } = Asked::read(app, call).await?;
    query.finish()?;
    let upload = Upload::parse(call.request, app.bucket.upload_bytes_max())?;
    let (bucket, key, upload) = (&app.bucket, &key, &upload);
    let work = |caller: Caller| async move {
        let key = key.in_home_and_link(&caller.folders)?;
        let links = Links::new(bucket, &caller, upload.seconds, call.now).await?;
        let link = links.put(&key, &upload.put)?;
        Ok(Linked { link, bucket: bucket.name().to_owned(), key })
    };
    let linked = bucket.as_caller(&requester, call.now, work).await?;
    link_body::answer(&linked, "PUT", Some(UploadHeaders::of(&upload.put)))
}

/// An upload, as the caller declares it. S3 accepts only what is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Upload {
    put: Put,
    seconds: u64,
}

impl Upload {
    /// Parses the body of a request. The upload may have `size_max` bytes.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the member that is missing, unknown or not acceptable.
    fn parse(request: &Request, size_max: u64) -> Result<Self, ParameterError> {
        let mut members = Parameters::from_json_body(request, BODY_BYTES_MAX)?;
        let size = members.take_number("size", 0..=size_max)?.ok_or(ParameterError::Missing("size"))?;
        if size > PUT_BYTES_MAX {
            return Err(TOO_LARGE);
        }
        let put = Put {
            size,
            content_type: checked_content_type(&members.take_required("content_type")?)?,
            is_new: take_is_new(&mut members)?,
            checksum: take_checksum(&mut members)?,
        };
        let upload = Self { put, seconds: take_link_seconds(&mut members)?.unwrap_or(LINK_SECONDS_DEFAULT) };
        members.finish()?;
        Ok(upload)
    }
}

/// A media type (RFC 9110 §8.3.1) that is valid as the value of a header.
pub(crate) fn checked_content_type(text: &str) -> Result<String, ParameterError> {
    let is_type = text.len() <= CONTENT_TYPE_BYTES_MAX
        && media_type::parse(text).is_some()
        && text.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    if is_type {
        return Ok(text.to_owned());
    }
    let problem = format!("must be a media type of at most {CONTENT_TYPE_BYTES_MAX} bytes, such as text/plain");
    Err(ParameterError::Invalid { name: "content_type", problem: problem.into() })
}

#[cfg(test)]
mod tests {
    use gateway::{event, request};

    use super::*;

    const SIZE_MAX: u64 = 5_368_709_122;

    fn parse(body: &str) -> Result<Upload, String> {
        let request = request(&event("POST", "/objects/~/a", "", &[], Some(body)));
        Upload::parse(&request, SIZE_MAX).map_err(|error| error.to_string())
    }

    #[test]
    fn an_upload_is_declared_by_size_and_type() {
        let upload = |size, content_type: &str, seconds| {
            let content_type = content_type.to_owned();
            Ok(Upload { put: Put { size, content_type, is_new: false, checksum: None }, seconds })
        };
        let whole = r#"{"size": 5368709120, "content_type": "text/plain; charset=utf-8", "url_seconds": 60}"#;
        assert_eq!(parse(r#"{"size": 0, "content_type": "image/png"}"#), upload(0, "image/png", 900));
        for content_type in ["text/plain ; charset=utf-8", "x/y;;charset=utf-8", "x/y; a=\"b\\\"c\""] {
            let declared = serde_json::json!({ "size": 0, "content_type": content_type }).to_string();
            assert_eq!(parse(&declared), upload(0, content_type, 900));
        }
        assert_eq!(parse(whole), upload(5_368_709_120, "text/plain; charset=utf-8", 60));
    }

    #[test]
    fn the_first_error_is_named() {
        let size = "size must be a whole number from 0 to 5368709122.";
        let large = "size is more than the 5 GiB that S3 takes at once; upload it in parts, with POST /uploads.";
        let content_type = "content_type must be a media type of at most 255 bytes, such as text/plain.";
        let cases = [
            ("", "The body is not a JSON object."),
            ("[]", "The body is not a JSON object."),
            (r#"{"content_type": "image/png"}"#, "size is missing."),
            (r#"{"size": 1}"#, "content_type is missing."),
            (r#"{"size": 5368709121, "content_type": "image/png"}"#, large),
            (r#"{"size": 5368709122, "content_type": "image/png"}"#, large),
            (r#"{"size": 5368709123, "content_type": "image/png"}"#, size),
            (r#"{"size": -1, "content_type": "image/png"}"#, size),
            (r#"{"size": 1.5, "content_type": "image/png"}"#, size),
            (r#"{"size": "1", "content_type": "image/png"}"#, size),
            (r#"{"size": 1, "content_type": "png"}"#, content_type),
            (r#"{"size": 1, "content_type": "image/png\r\nx: y"}"#, content_type),
            (r#"{"size": 1, "content_type": 5}"#, "content_type must be a string."),
            (r#"{"size": 1, "size": 2, "content_type": "image/png"}"#, "size must not be repeated."),
            (r#"{"size": 1, "content_type": "image/png", "acl": "public-read"}"#, "acl is not a known parameter."),
            (
                r#"{"size": 1, "content_type": "image/png", "url_seconds": 59}"#,
                "url_seconds must be a whole number from 60 to 3600.",
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(parse(body), Err(expected.to_owned()), "{body}");
        }
        let padded = |len: usize| format!("{:len$}", r#"{"size": 1, "content_type": "image/png"}"#);
        assert!(parse(&padded(BODY_BYTES_MAX)).is_ok());
        assert_eq!(parse(&padded(BODY_BYTES_MAX + 1)), Err("The body is longer than 4096 bytes.".to_owned()));
    }
}
