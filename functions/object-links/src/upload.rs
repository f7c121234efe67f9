use std::time::SystemTime;

use bucket::{Bucket, BucketError, Caller, LINK_SECONDS_DEFAULT, Links, take_link_seconds};
use http_api::{ParameterError, Parameters};
use lambda_http::{Body, Request, Response};
use mime::Mime;

use crate::{
    link_body::{self, UploadHeaders},
    object_key::ObjectKey,
};

/// The most that one `PUT` may bring, in bytes: 5 GiB.
///
/// Source: "Uploading objects" in the Amazon S3 user guide.
const SIZE_MAX: u64 = 5 * 1024 * 1024 * 1024;
/// The longest body of a request, in bytes.
const BODY_BYTES_MAX: usize = 4096;

/// An upload as it is declared: S3 takes what is signed and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upload {
    size: u64,
    content_type: String,
    seconds: u64,
}

impl Upload {
    /// Parses the body of a request: JSON whatever its content type says, so that a page need not ask for leave (CORS)
    /// to send it.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the member that is missing, unknown or not acceptable.
    pub(crate) fn parse(request: &Request) -> Result<Self, ParameterError> {
        let body: &[u8] = request.body();
        if body.len() > BODY_BYTES_MAX {
            return Err(ParameterError::Invalid { name: "The body", problem: "is longer than 4096 bytes" });
        }
        let mut members = Parameters::from_json(str::from_utf8(body).map_err(|_| ParameterError::Json)?)?;
        let size = members.take_number("size", 0..=SIZE_MAX, "must be a whole number of bytes up to 5368709120")?;
        let upload = Self {
            size: size.ok_or(ParameterError::Missing("size"))?,
            content_type: checked_content_type(&members.take_required("content_type")?)?,
            seconds: take_link_seconds(&mut members)?.unwrap_or(LINK_SECONDS_DEFAULT),
        };
        members.finish()?;
        Ok(upload)
    }

    /// Answers with a link that takes this upload.
    ///
    /// # Errors
    ///
    /// A [`BucketError`] when the key does not lie in the caller's home or the link cannot be made.
    pub(crate) async fn link(
        &self,
        bucket: &Bucket,
        key: &ObjectKey,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<Response<Body>, BucketError> {
        let key = key.in_home(&caller.home)?;
        let link = Links::new(bucket, caller, self.seconds, now)?.put(&key, self.size, &self.content_type).await?;
        let headers = UploadHeaders { content_length: self.size.to_string(), content_type: &self.content_type };
        Ok(link_body::answer(&link, bucket.name(), &key, "PUT", Some(headers)))
    }
}

/// A media type (RFC 9110 §8.3.1), as it will stand in a header.
fn checked_content_type(text: &str) -> Result<String, ParameterError> {
    let is_type =
        text.len() <= 255 && text.parse::<Mime>().is_ok() && text.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    let problem = "must be a media type of at most 255 bytes, such as text/plain";
    if is_type { Ok(text.to_owned()) } else { Err(ParameterError::Invalid { name: "content_type", problem }) }
}

#[cfg(test)]
mod tests {
    use gateway::{event, request};

    use super::*;

    fn parse(body: &str) -> Result<Upload, String> {
        let request = request(&event("POST", "/objects/~/a", "", &[], Some(body)));
        Upload::parse(&request).map_err(|error| error.to_string())
    }

    #[test]
    fn an_upload_is_declared_by_size_and_type() {
        let upload =
            |size, content_type: &str, seconds| Ok(Upload { size, content_type: content_type.to_owned(), seconds });
        let whole = r#"{"size": 5368709120, "content_type": "text/plain; charset=utf-8", "url_seconds": 60}"#;
        assert_eq!(parse(r#"{"size": 0, "content_type": "image/png"}"#), upload(0, "image/png", 900));
        assert_eq!(parse(whole), upload(5_368_709_120, "text/plain; charset=utf-8", 60));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let size = "size must be a whole number of bytes up to 5368709120.";
        let content_type = "content_type must be a media type of at most 255 bytes, such as text/plain.";
        let cases = [
            ("", "The body is not a JSON object."),
            ("[]", "The body is not a JSON object."),
            (r#"{"content_type": "image/png"}"#, "size is missing."),
            (r#"{"size": 1}"#, "content_type is missing."),
            (r#"{"size": 5368709121, "content_type": "image/png"}"#, size),
            (r#"{"size": -1, "content_type": "image/png"}"#, size),
            (r#"{"size": 1.5, "content_type": "image/png"}"#, size),
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
