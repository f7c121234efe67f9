use http_api::{ApiError, Call, empty_response};
use https::call;
use lambda_http::{
    Body, Response,
    http::{HeaderName, HeaderValue, StatusCode},
};
use objects::{App, Bucket, BucketError, Caller};

use crate::{asked::Asked, object_key::ObjectKey};

/// S3's own header for it.
const VERSION_ID: HeaderName = HeaderName::from_static("x-amz-version-id");

pub(crate) const DENIED: &str = "You may not delete this object. A key that starts with ~/ is in your home.";

/// Serves `DELETE`: deletes an object in the caller's home, or in their team's folder.
///
/// # Errors
///
/// An [`ApiError`]: the request is malformed, the key is outside the home, S3 refuses, or something fails.
pub(crate) async fn delete(app: &App, request: Call<'_>) -> Result<Response<Body>, ApiError> {
    let Asked { requester, key, query } = Asked::read(app, request).await?;
    query.finish()?;
    let (bucket, key) = (&app.bucket, &key);
    let work = |caller| async move { delete_as(bucket, key, &caller).await };
    let marker = bucket.as_caller(&requester, request.now, work).await?;
    let mut response = empty_response(StatusCode::NO_CONTENT);
    if let Some(marker) = marker.and_then(|id| HeaderValue::from_str(&id).ok()) {
        response.headers_mut().insert(VERSION_ID, marker);
    }
    Ok(response)
}

/// Deletes the object. As in S3, it is not an error when the object does not exist. Where versions are kept, returns the
/// id of the marker that hides it: to delete that version is to undo the deletion.
async fn delete_as(bucket: &Bucket, key: &ObjectKey, caller: &Caller) -> Result<Option<String>, BucketError> {
    let request = bucket
        .client()
        .delete_object()
        .bucket(bucket.name())
        .key(key.in_home(&caller.folders)?)
        .customize()
        .config_override(Bucket::credentials_of(caller));
    match call("DeleteObject", request.send()).await.map_err(|error| BucketError::new(error, DENIED)) {
        Ok(output) => Ok(output.version_id),
        Err(BucketError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
