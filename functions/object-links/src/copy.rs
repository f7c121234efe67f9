use std::time::Duration;

use http_api::{ApiError, Call, ParameterError, Parameters, json_response};
use https::{CallError, Failure, call};
use lambda_http::{Body, Request, Response, http::StatusCode};
use objects::{App, Bucket, BucketError, Caller};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    asked::Asked, condition::take_is_new, late_call, new_object::NewObject, object_key::ObjectKey,
    version::take_version,
};

/// The maximum size of a request's body, in bytes.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// How long a copy may take: most of what API Gateway waits. S3 copies several hundred megabytes a second.
const COPY_TIMEOUT: Duration = Duration::from_secs(28);

/// What stays as it is in `x-amz-copy-source`.
///
/// Source: "`CopyObject`" in the Amazon S3 API reference: the value is URL-encoded.
const NOT_IN_SOURCE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const DENIED: &str = "You may not read that object, or not write here. A key that starts with ~/ is in your home.";

const LATE: &str =
    "The copy takes longer than a request may, and may go on. Look for the new object before you try again.";

const TOO_LARGE: ParameterError = ParameterError::invalid(
    "copy_from",
    "is larger than the 5 GiB that S3 copies at once; copy it in parts, with your own keys and an AWS SDK",
);

const ITSELF: ParameterError =
    ParameterError::invalid("copy_from", "is the object itself; name another key, or an older version");

/// S3's messages for two of the cases that have the code `InvalidRequest`.
const SAYS_TOO_LARGE: &str = "larger than the maximum allowable size";
const SAYS_ITSELF: &str = "copy an object to itself";

/// What is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Source {
    key: ObjectKey,
    version: Option<String>,
    is_new: bool,
}

/// Serves `PUT`: copies an object into the caller's home, on the server. To copy an older version over the newest is to
/// restore it.
///
/// # Errors
///
/// An [`ApiError`]: the request is malformed, the key is outside the home, S3 refuses, or something fails.
pub(crate) async fn copy(app: &App, request: Call<'_>) -> Result<Response<Body>, ApiError> {
    let Asked { requester, key, query } = Asked::read(app, request).await?;
    query.finish()?;
    let (bucket, key, source) = (&app.bucket, &key, &Source::parse(request.request)?);
    let work = |caller| async move { copy_as(bucket, key, source, &caller).await };
    let copied = bucket.as_caller(&requester, request.now, work).await?;
    json_response(StatusCode::OK, &copied)
}

impl Source {
    /// Parses the body of a request.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the member that is missing, unknown or not acceptable.
    fn parse(request: &Request) -> Result<Self, ParameterError> {
        let mut members = Parameters::from_json_body(request, BODY_BYTES_MAX)?;
        let source = Self {
            key: ObjectKey::of_text("copy_from", &members.take_required("copy_from")?)?,
            version: take_version(&mut members, "version_id")?,
            is_new: take_is_new(&mut members)?,
        };
        members.finish()?;
        Ok(source)
    }

    /// The value of `x-amz-copy-source`.
    fn header(&self, bucket: &str, key: &str) -> String {
        let encoded = |text| utf8_percent_encode(text, NOT_IN_SOURCE);
        match &self.version {
            None => format!("{bucket}/{}", encoded(key)),
            Some(version) => format!("{bucket}/{}?versionId={}", encoded(key), encoded(version)),
        }
    }
}

async fn copy_as(bucket: &Bucket, key: &ObjectKey, source: &Source, caller: &Caller) -> Result<NewObject, BucketError> {
    let (key, from) = (key.in_home(&caller.folders)?, source.key.in_bucket(&caller.folders)?);
    let request = bucket
        .client()
        .copy_object()
        .bucket(bucket.name())
        .key(&key)
        .copy_source(source.header(bucket.name(), &from))
        .set_if_none_match(source.is_new.then(|| "*".to_owned()))
        .customize()
        .config_override(late_call::config(caller, COPY_TIMEOUT));
    let output = call("CopyObject", request.send()).await.map_err(refused)?;
    let etag = output.copy_object_result.and_then(|result| result.e_tag);
    NewObject::of(bucket, key, etag, output.version_id, "CopyObject")
}

/// What a failed copy means.
fn refused(error: CallError) -> BucketError {
    match &error {
        CallError::Failed(Failure::Timeout) => return BucketError::StillRunning(LATE),
        CallError::Refused(refusal) if refusal.says(SAYS_TOO_LARGE) => return TOO_LARGE.into(),
        CallError::Refused(refusal) if refusal.says(SAYS_ITSELF) => return ITSELF.into(),
        // The id is none of S3's.
        CallError::Refused(refusal) if refusal.code == "InvalidArgument" => return BucketError::no_object(),
        CallError::Refused(_) | CallError::Failed(_) => {}
    }
    BucketError::new(error, DENIED)
}

#[cfg(test)]
mod tests {
    use gateway::{event, request};

    use super::*;

    fn parse(body: &str) -> Result<Source, String> {
        let request = request(&event("PUT", "/objects/~/a", "", &[], Some(body)));
        Source::parse(&request).map_err(|error| error.to_string())
    }

    #[test]
    fn a_source_is_a_key_and_perhaps_a_version() {
        let source = |key, version: Option<&str>, is_new| {
            let key = ObjectKey::of_text("copy_from", key).unwrap();
            Ok(Source { key, version: version.map(str::to_owned), is_new })
        };
        let cases = [
            (r#"{"copy_from": "~/b"}"#, source("~/b", None, false)),
            (r#"{"copy_from": "public/b", "version_id": "null"}"#, source("public/b", Some("null"), false)),
            (r#"{"copy_from": "~team/b", "if_none_match": "*", "version_id": ""}"#, source("~team/b", None, true)),
            ("{}", Err("copy_from is missing.".to_owned())),
            (r#"{"copy_from": 1}"#, Err("copy_from must be a string.".to_owned())),
            (r#"{"copy_from": "a", "acl": "x"}"#, Err("acl is not a known parameter.".to_owned())),
            (
                r#"{"copy_from": "a", "version_id": "ä"}"#,
                Err("version_id must be the id of a version, as S3 gave it.".to_owned()),
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(parse(body), expected, "{body}");
        }
        let long = serde_json::json!({ "copy_from": "a".repeat(1025) }).to_string();
        assert_eq!(parse(&long), Err("copy_from is longer than 1024 bytes.".to_owned()));
    }

    #[test]
    fn a_source_is_written_as_s3_wants_it() {
        let header = |key: &str, version: Option<&str>| {
            let key_of = ObjectKey::of_text("copy_from", key).unwrap();
            Source { key: key_of, version: version.map(str::to_owned), is_new: false }.header("my-bucket", key)
        };
        assert_eq!(header("a/b-c_d.e~f", None), "my-bucket/a/b-c_d.e~f");
        assert_eq!(header("a b?c%d+é\n", None), "my-bucket/a%20b%3Fc%25d%2B%C3%A9%0A");
        assert_eq!(header("a", Some("x+y&z")), "my-bucket/a?versionId=x%2By%26z");
    }
}
