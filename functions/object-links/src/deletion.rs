use bucket::{Bucket, BucketError, Caller};
use http_api::empty_response;
use lambda_http::{Body, Response, http::StatusCode};
use upstream::call;

use crate::object_key::ObjectKey;

const DENIED: &str = "You may not delete this object. A key that starts with ~/ lies in your home.";

/// Deletes an object of the caller's home. One that is not there is deleted as well, as S3 has it.
///
/// # Errors
///
/// A [`BucketError`]: the key lies elsewhere, S3 refuses, or it fails.
pub(crate) async fn delete(bucket: &Bucket, key: &ObjectKey, caller: &Caller) -> Result<Response<Body>, BucketError> {
    let request = bucket
        .client()
        .delete_object()
        .bucket(bucket.name())
        .key(key.in_home(&caller.home)?)
        .customize()
        .config_override(Bucket::credentials_of(caller));
    call("DeleteObject", request.send()).await.map_err(|answer| BucketError::new(answer, DENIED))?;
    Ok(empty_response(StatusCode::NO_CONTENT))
}
