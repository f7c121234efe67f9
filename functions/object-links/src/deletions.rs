use std::collections::BTreeSet;

use aws_sdk_s3::types::{Delete, Error, ObjectIdentifier};
use http_api::{ApiError, Call, HttpError, ParameterError, Parameters, json_response};
use https::{Failure, Misconfiguration, call};
use lambda_http::{Body, Request, Response, http::StatusCode};
use objects::{App, Bucket, BucketError, Caller};
use serde::Serialize;

use crate::{
    asked::Asked,
    deletion::DENIED,
    object_key::{ObjectKey, is_in_xml},
};

/// The maximum number of keys.
///
/// Source: "`DeleteObjects`" in the Amazon S3 API reference.
const KEYS_MAX: usize = 1000;

/// The maximum size of a request's body, in bytes: that of a thousand of the longest keys, with some of it escaped.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What somebody is told whose key S3 could not read: it is sent as XML 1.0, which has no such character.
const NOT_IN_XML: &str = "The key has a control character. Delete this object by itself.";

/// What became of the objects.
#[derive(Serialize)]
struct Deletions {
    deleted: Vec<String>,
    failed: Vec<Failed>,
}

/// An object that was not deleted.
#[derive(Serialize)]
struct Failed {
    key: String,
    code: &'static str,
    message: String,
}

/// Serves `POST /deletions`: deletes objects in the caller's home, or in their team's folder, up to a thousand at once.
///
/// # Errors
///
/// An [`ApiError`]: the request is malformed, a key is outside of both, S3 refuses, or something fails. Then nothing is
/// deleted. What S3 refuses of single objects is in the answer.
pub(crate) async fn delete(app: &App, request: Call<'_>) -> Result<Response<Body>, ApiError> {
    let (requester, query) = Asked::requester(app, request).await?;
    query.finish()?;
    let (bucket, keys) = (&app.bucket, &parse(request.request)?);
    let work = |caller| async move { delete_as(bucket, keys, &caller).await };
    let done = bucket.as_caller(&requester, request.now, work).await?;
    json_response(StatusCode::OK, &done)
}

/// Parses the body, `{"keys": […]}`.
fn parse(request: &Request) -> Result<Vec<ObjectKey>, ParameterError> {
    let mut members = Parameters::from_json_body(request, BODY_BYTES_MAX)?;
    let keys = members.take_texts("keys")?.ok_or(ParameterError::Missing("keys"))?;
    members.finish()?;
    if !(1..=KEYS_MAX).contains(&keys.len()) {
        return Err(ParameterError::invalid("keys", "must be a list of 1 to 1000 keys"));
    }
    keys.iter().map(|key| ObjectKey::of_text("keys", key)).collect()
}

async fn delete_as(bucket: &Bucket, keys: &[ObjectKey], caller: &Caller) -> Result<Deletions, BucketError> {
    // Every key is looked at before the first is deleted. A key that is repeated is deleted once.
    let keys: BTreeSet<String> = keys.iter().map(|key| key.in_home(&caller.folders)).collect::<Result<_, _>>()?;
    let (sendable, odd): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| is_in_xml(key));
    let not_in_xml = |key| Failed { key, code: "invalid_request", message: NOT_IN_XML.to_owned() };
    let mut done = Deletions { deleted: Vec::new(), failed: odd.into_iter().map(not_in_xml).collect() };
    if sendable.is_empty() {
        return Ok(done);
    }
    let identifiers = sendable.into_iter().map(|key| ObjectIdentifier::builder().key(key).build());
    let delete = identifiers.collect::<Result<_, _>>().ok();
    let delete = Delete::builder().set_objects(delete).build().map_err(|_| unwritable())?;
    let request = bucket.client().delete_objects().bucket(bucket.name()).delete(delete);
    let request = request.customize().config_override(Bucket::credentials_of(caller));
    let output = call("DeleteObjects", request.send()).await.map_err(|error| BucketError::new(error, DENIED))?;
    done.deleted.extend(output.deleted.unwrap_or_default().into_iter().filter_map(|object| object.key));
    done.failed.extend(output.errors.unwrap_or_default().into_iter().map(failed));
    Ok(done)
}

fn unwritable() -> BucketError {
    BucketError::Failed(Misconfiguration { code: "ConstructionFailure".to_owned(), hint: "a key is missing" }.into())
}

/// Why S3 did not delete one object, as if it were the only one.
fn failed(error: Error) -> Failed {
    let failed = |failure| ApiError::Failed { service: "S3", failure, retry_after: None };
    let code = error.code.unwrap_or_default();
    let refusal = match code.as_str() {
        "AccessDenied" => ApiError::AccessDenied(DENIED),
        "SlowDown" => failed(Failure::Throttled),
        "InternalError" | "ServiceUnavailable" => failed(Failure::Unavailable { code }),
        _ => failed(Misconfiguration { code, hint: "an unexpected error of a deletion" }.into()),
    };
    Failed { key: error.key.unwrap_or_default(), code: refusal.code(), message: refusal.description() }
}

#[cfg(test)]
mod tests {
    use gateway::{event, request};
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_list_has_one_to_a_thousand_keys() {
        let count = |body: &Value| {
            let request = request(&event("POST", "/deletions", "", &[], Some(&body.to_string())));
            parse(&request).map(|keys| keys.len()).map_err(|error| error.to_string())
        };
        let keys = |count: usize| json!({ "keys": vec!["~/a"; count] });
        let refused = |message: &str| Err(message.to_owned());
        let list = "keys must be a list of 1 to 1000 keys.";
        let cases = [
            (keys(1), Ok(1)),
            (keys(1000), Ok(1000)),
            (keys(0), refused(list)),
            (keys(1001), refused(list)),
            (json!({}), refused("keys is missing.")),
            (json!({ "keys": null }), refused("keys is missing.")),
            (json!({ "keys": "~/a" }), refused("keys must be a list of strings.")),
            (json!({ "keys": ["~/a", 1] }), refused("keys must be a list of strings.")),
            (json!({ "keys": ["~/a"], "quiet": "true" }), refused("quiet is not a known parameter.")),
            (json!({ "keys": ["a".repeat(1025)] }), refused("keys is longer than 1024 bytes.")),
            (json!([]), refused("The body is not a JSON object.")),
        ];
        for (body, expected) in cases {
            assert_eq!(count(&body), expected, "{:.40}", body.to_string());
        }
        let padded = |len: usize| keys(1).to_string() + &" ".repeat(len - keys(1).to_string().len());
        let read = |body: &str| parse(&request(&event("POST", "/deletions", "", &[], Some(body)))).is_ok();
        assert!(read(&padded(BODY_BYTES_MAX)) && !read(&padded(BODY_BYTES_MAX + 1)));
    }
}
