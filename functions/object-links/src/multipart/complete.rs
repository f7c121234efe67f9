use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use aws_sdk_s3::{
    config::RequestChecksumCalculation,
    types::{CompletedMultipartUpload, CompletedPart},
};
use http_api::{ApiError, Call, json_response};
use https::{CallError, Failure, call};
use lambda_http::{Body, Response, http::StatusCode};
use objects::{App, Bucket, BucketError, Caller};

use super::{
    part_plan::PartPlan,
    received::{self, ReceivedPart, refused},
    unfinished::Unfinished,
};
use crate::{asked::Asked, late_call, new_object::NewObject};

/// How long S3 may take to put the parts together. With what is asked before, it is what API Gateway waits.
const COMPLETION_TIMEOUT: Duration = Duration::from_secs(20);

/// By how much the clock of S3 may be behind ours.
const CLOCK_SKEW_MAX: Duration = Duration::from_mins(1);

const LATE: &str =
    "S3 takes longer to complete this upload than a request may, and may go on. Complete it again later.";

const CHANGED: &str = "A part was uploaded again at this moment. Complete the upload again.";

/// Serves `POST /uploads/{upload}`: makes the object of the parts that S3 says have arrived. To do it twice does no harm.
///
/// # Errors
///
/// An [`ApiError`]: the upload is not the caller's or is no more, a part is missing, S3 refuses, or something fails.
pub(crate) async fn complete(app: &App, request: Call<'_>) -> Result<Response<Body>, ApiError> {
    let (requester, query) = Asked::requester(app, request).await?;
    query.finish()?;
    let (bucket, upload) = (&app.bucket, &Unfinished::parse(request.path_parameter)?);
    let work = |caller| async move { complete_as(bucket, upload, &caller).await };
    json_response(StatusCode::OK, &bucket.as_caller(&requester, request.now, work).await?)
}

async fn complete_as(bucket: &Bucket, upload: &Unfinished, caller: &Caller) -> Result<NewObject, BucketError> {
    upload.check_home(&caller.folders)?;
    let received = match received::list_all(bucket, upload, caller).await {
        Err(gone @ BucketError::NotFound(_)) => return completed_before(bucket, upload, caller).await.ok_or(gone),
        received => received?,
    };
    let parts = completed_parts(upload.plan, received)?;
    let request = bucket
        .client()
        .complete_multipart_upload()
        .bucket(bucket.name())
        .key(&upload.key)
        .upload_id(&upload.id)
        .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
        // S3 compares it with the sum of the parts.
        .set_mpu_object_size(i64::try_from(upload.plan.size()).ok())
        .set_if_none_match(upload.is_new.then(|| "*".to_owned()))
        .customize()
        .config_override(
            late_call::config(caller, COMPLETION_TIMEOUT)
                .request_checksum_calculation(RequestChecksumCalculation::WhenRequired),
        );
    let output = match call("CompleteMultipartUpload", request.send()).await.map_err(completion_refused) {
        // Somebody else may have completed it at the same time: then it is no more, and the object is there.
        Err(error @ (BucketError::NotFound(_) | BucketError::PreconditionFailed)) => {
            let listed = received::list(bucket, upload, None, caller).await;
            let before = match listed {
                Err(BucketError::NotFound(_)) => completed_before(bucket, upload, caller).await,
                _ => None,
            };
            return before.ok_or(error);
        }
        output => output?,
    };
    NewObject::of(bucket, upload.key.clone(), output.e_tag, output.version_id, "CompleteMultipartUpload")
}

/// What S3 is to make the object of: each part of the plan, with its size.
fn completed_parts(plan: PartPlan, received: Vec<ReceivedPart>) -> Result<Vec<CompletedPart>, BucketError> {
    let mut received: BTreeMap<u64, ReceivedPart> = received.into_iter().map(|part| (part.number, part)).collect();
    let part = |number| {
        let size = plan.size_of(number);
        let incomplete = |what: String| BucketError::Incomplete(format!("Part {number} {what}. Upload it again."));
        match received.remove(&number) {
            None => Err(incomplete("has not arrived".to_owned())),
            Some(part) if part.size != size => Err(incomplete(format!("has {} bytes and not {size}", part.size))),
            Some(part) => {
                let number = i32::try_from(number).ok();
                Ok(CompletedPart::builder().set_part_number(number).e_tag(part.etag).build())
            }
        }
    };
    (1..=plan.part_count()).map(part).collect()
}

/// What a failed completion means.
fn completion_refused(error: CallError) -> BucketError {
    match &error {
        CallError::Failed(Failure::Timeout) => BucketError::StillRunning(LATE),
        CallError::Refused(refusal) if refusal.code == "InvalidPart" => BucketError::Incomplete(CHANGED.to_owned()),
        _ => refused(error),
    }
}

/// The object, when this upload was completed before: S3 knows it no more, and the object has its size and its number of
/// parts, and is not from before its start.
///
/// Source: "Last-Modified" in "System-defined object metadata" of the Amazon S3 user guide: for a multipart upload, it is
/// the date of its start. "Checking object integrity": the `ETag` ends with the number of parts.
async fn completed_before(bucket: &Bucket, upload: &Unfinished, caller: &Caller) -> Option<NewObject> {
    let request = bucket.client().head_object().bucket(bucket.name()).key(&upload.key);
    let request = request.customize().config_override(Bucket::credentials_of(caller));
    let output = call("HeadObject", request.send()).await.ok()?;
    let size = u64::try_from(output.content_length?).ok()?;
    let part_count = output.e_tag()?.trim_matches('"').rsplit_once('-')?.1.parse().ok();
    let modified_at = SystemTime::try_from(output.last_modified?).ok()?;
    let is_it = size == upload.plan.size()
        && part_count == Some(upload.plan.part_count())
        && modified_at + CLOCK_SKEW_MAX >= upload.started_at;
    let object = NewObject::of(bucket, upload.key.clone(), output.e_tag, output.version_id, "HeadObject");
    object.ok().filter(|_| is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_complete_with_each_part_of_its_size() {
        let mib = 1024 * 1024;
        let plan = PartPlan::new(17 * mib, None).unwrap();
        let parts = |sizes: &[(u64, u64)]| {
            let parts = sizes.iter().map(|(number, size)| ReceivedPart {
                number: *number,
                size: *size,
                etag: format!("\"{number}\""),
            });
            let completed = completed_parts(plan, parts.collect())?;
            Ok(completed.iter().map(|part| (part.part_number().unwrap(), part.e_tag().unwrap().to_owned())).collect())
        };
        let incomplete = |message: &str| Err(BucketError::Incomplete(message.to_owned()));
        let whole = [(1, 8 * mib), (2, 8 * mib), (3, mib)];
        let [first, second, third] = whole;
        let expected: Vec<_> = [1, 2, 3].map(|number| (number, format!("\"{number}\""))).to_vec();
        assert_eq!(parts(&whole), Ok(expected.clone()));
        assert_eq!(parts(&[third, first, second, (4, 1)]), Ok(expected), "a part too many is left out");
        assert_eq!(parts(&[]), incomplete("Part 1 has not arrived. Upload it again."));
        assert_eq!(parts(&[first, third]), incomplete("Part 2 has not arrived. Upload it again."));
        let lie = incomplete("Part 3 has 1048577 bytes and not 1048576. Upload it again.");
        assert_eq!(parts(&[first, second, (3, mib + 1)]), lie);
    }
}
