use aws_sdk_s3::types::Part;
use https::{CallError, call};
use objects::{Bucket, BucketError, Caller};
use serde::Serialize;

use super::unfinished::Unfinished;
use crate::incomplete_answer::incomplete_answer;

pub(crate) const DENIED: &str = "You may not upload this object. A key that starts with ~/ is in your home.";

const GONE: &str = "There is no such upload. It was completed or aborted, or its time is over.";

/// A part that has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ReceivedPart {
    pub(crate) number: u64,
    pub(crate) size: u64,
    pub(crate) etag: String,
}

/// Parts that have arrived, in the order of their numbers: at most a thousand.
#[derive(Debug)]
pub(crate) struct ReceivedParts {
    pub(crate) parts: Vec<ReceivedPart>,
    /// The last of them, when there are more.
    pub(crate) next_after: Option<u64>,
}

/// Asks S3 which parts of `upload` have arrived, from the one after `after`.
///
/// # Errors
///
/// A [`BucketError`]: the upload is no more, or S3 refuses or fails.
///
/// Source: `ListParts` in the Amazon S3 API reference.
pub(crate) async fn list(
    bucket: &Bucket,
    upload: &Unfinished,
    after: Option<u64>,
    caller: &Caller,
) -> Result<ReceivedParts, BucketError> {
    let request = bucket
        .client()
        .list_parts()
        .bucket(bucket.name())
        .key(&upload.key)
        .upload_id(&upload.id)
        .set_part_number_marker(after.map(|number| number.to_string()))
        .customize()
        .config_override(Bucket::credentials_of(caller));
    let output = call("ListParts", request.send()).await.map_err(refused)?;
    let incomplete = || incomplete_answer("ListParts");
    let parts = output.parts.unwrap_or_default().into_iter().map(ReceivedPart::of);
    let parts = parts.collect::<Option<Vec<_>>>().ok_or_else(incomplete)?;
    let last = parts.last().map(|part| part.number);
    match output.is_truncated {
        Some(false) => Ok(ReceivedParts { parts, next_after: None }),
        // A page that does not go on would be asked for again and again.
        Some(true) if last > after => Ok(ReceivedParts { parts, next_after: last }),
        _ => Err(incomplete()),
    }
}

/// Asks S3 for all parts of `upload`.
///
/// # Errors
///
/// As [`list`].
pub(crate) async fn list_all(
    bucket: &Bucket,
    upload: &Unfinished,
    caller: &Caller,
) -> Result<Vec<ReceivedPart>, BucketError> {
    let (mut parts, mut after) = (Vec::new(), None);
    loop {
        let page = list(bucket, upload, after, caller).await?;
        parts.extend(page.parts);
        after = page.next_after;
        if after.is_none() {
            return Ok(parts);
        }
    }
}

/// What a failed call of S3 for an upload means.
pub(crate) fn refused(error: CallError) -> BucketError {
    match &error {
        CallError::Refused(refusal) if refusal.code == "NoSuchUpload" => BucketError::NotFound(GONE),
        _ => BucketError::new(error, DENIED),
    }
}

impl ReceivedPart {
    fn of(part: Part) -> Option<Self> {
        let number = u64::try_from(part.part_number?).ok()?;
        Some(Self { number, size: u64::try_from(part.size?).ok()?, etag: part.e_tag? })
    }
}
