use http_api::{ApiError, Call, empty_response};
use https::call;
use lambda_http::{Body, Response, http::StatusCode};
use objects::{App, Bucket, BucketError, Caller};

use super::{received::refused, unfinished::Unfinished};
use crate::asked::Asked;

/// Serves `DELETE /uploads/{upload}`: aborts an upload, and S3 drops its parts.
///
/// # Errors
///
/// An [`ApiError`]: the upload is not the caller's or is no more, S3 refuses, or something fails.
pub(crate) async fn abort(app: &App, request: Call<'_>) -> Result<Response<Body>, ApiError> {
    let (requester, query) = Asked::requester(app, request).await?;
    query.finish()?;
    let (bucket, upload) = (&app.bucket, &Unfinished::parse(request.path_parameter)?);
    let work = |caller| async move { abort_as(bucket, upload, &caller).await };
    bucket.as_caller(&requester, request.now, work).await?;
    Ok(empty_response(StatusCode::NO_CONTENT))
}

async fn abort_as(bucket: &Bucket, upload: &Unfinished, caller: &Caller) -> Result<(), BucketError> {
    upload.check_home(&caller.folders)?;
    let request = bucket
        .client()
        .abort_multipart_upload()
        .bucket(bucket.name())
        .key(&upload.key)
        .upload_id(&upload.id)
        .customize()
        .config_override(Bucket::credentials_of(caller));
    call("AbortMultipartUpload", request.send()).await.map_err(refused)?;
    Ok(())
}
