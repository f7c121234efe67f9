use http_api::{ApiError, Call, empty_response};
use https::call;
use lambda_http::{Body, Response, http::StatusCode};
use objects::{App, Bucket, BucketError, Caller};

use crate::{asked::Asked, object_key::ObjectKey};

const DENIED: &str = "You may not delete this object. A key that starts with ~/ is in your home.";

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
    bucket.as_caller(&requester, request.now, work).await?;
    Ok(empty_response(StatusCode::NO_CONTENT))
}

/// Deletes the object. As in S3, it is not an error when the object does not exist.
async fn delete_as(bucket: &Bucket, key: &ObjectKey, caller: &Caller) -> Result<(), BucketError> {
    let request = bucket
        .client()
        .delete_object()
        .bucket(bucket.name())
        .key(key.in_home(&caller.folders)?)
        .customize()
        .config_override(Bucket::credentials_of(caller));
    match call("DeleteObject", request.send()).await.map_err(|error| BucketError::new(error, DENIED)) {
        Ok(_) | Err(BucketError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}
