use std::time::SystemTime;

use aws_sdk_s3::config::RequestChecksumCalculation;
use http_api::{ApiError, Call, ParameterError, Parameters, json_response};
use https::call;
use lambda_http::{Body, Request, Response, http::StatusCode};
use objects::{App, Bucket, BucketError, Caller, LINK_SECONDS_DEFAULT, Links, take_link_seconds};
use serde::Serialize;

use super::{
    part_links::{self, PartLink},
    part_plan::PartPlan,
    received::refused,
    unfinished::Unfinished,
};
use crate::{
    asked::Asked,
    condition::take_is_new,
    incomplete_answer::incomplete_answer,
    object_key::{ObjectKey, is_in_xml},
    upload::checked_content_type,
};

/// The maximum size of a request's body, in bytes.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// S3 repeats the key in its answer, which is XML 1.0 and cannot be read then.
const NOT_IN_XML: ParameterError = ParameterError::invalid(
    "key",
    "has a control character, which S3 does not take here; upload it in one, with POST /objects",
);

/// What somebody wants to upload in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    key: ObjectKey,
    plan: PartPlan,
    content_type: String,
    is_new: bool,
    link_seconds: u64,
}

/// An upload that has just been started, with the links for its first parts. There is no `Debug`: links are secrets.
#[derive(Serialize)]
struct Started {
    upload: String,
    bucket: String,
    key: String,
    part_size: u64,
    part_count: u64,
    parts: Vec<PartLink>,
}

/// Serves `POST /uploads`: starts an upload into the caller's home.
///
/// # Errors
///
/// An [`ApiError`]: the request is malformed, the key is outside the home, S3 refuses, or something fails.
pub(crate) async fn start(app: &App, request: Call<'_>) -> Result<Response<Body>, ApiError> {
    let (requester, query) = Asked::requester(app, request).await?;
    query.finish()?;
    let (bucket, now) = (&app.bucket, request.now);
    let wanted = &Wanted::parse(request.request, bucket.upload_bytes_max())?;
    let work = |caller| async move { start_as(bucket, wanted, now, &caller).await };
    json_response(StatusCode::CREATED, &bucket.as_caller(&requester, now, work).await?)
}

impl Wanted {
    /// Parses the body of a request. The object may have `size_max` bytes.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the member that is missing, unknown or not acceptable.
    fn parse(request: &Request, size_max: u64) -> Result<Self, ParameterError> {
        let mut members = Parameters::from_json_body(request, BODY_BYTES_MAX)?;
        let key = ObjectKey::of_text("key", &members.take_required("key")?)?;
        let size = members.take_number("size", 0..=size_max)?.ok_or(ParameterError::Missing("size"))?;
        let wanted = Self {
            key,
            plan: PartPlan::new(size, members.take_number("part_size", 0..=u64::MAX)?)?,
            content_type: checked_content_type(&members.take_required("content_type")?)?,
            is_new: take_is_new(&mut members)?,
            link_seconds: take_link_seconds(&mut members)?.unwrap_or(LINK_SECONDS_DEFAULT),
        };
        members.finish()?;
        Ok(wanted)
    }
}

async fn start_as(bucket: &Bucket, wanted: &Wanted, now: SystemTime, caller: &Caller) -> Result<Started, BucketError> {
    let key = wanted.key.in_home_and_link(&caller.folders)?;
    if !is_in_xml(&key) {
        return Err(NOT_IN_XML.into());
    }
    let links = Links::new(bucket, caller, wanted.link_seconds, now).await?;
    // S3 looks only at the end. Nobody should upload for hours before they hear of it.
    if wanted.is_new && is_there(bucket, &key, caller).await {
        return Err(BucketError::PreconditionFailed);
    }
    let request = bucket
        .client()
        .create_multipart_upload()
        .bucket(bucket.name())
        .key(&key)
        .content_type(&wanted.content_type)
        .customize()
        // With a checksum of the upload, each part would need one too.
        .config_override(
            Bucket::credentials_of(caller).request_checksum_calculation(RequestChecksumCalculation::WhenRequired),
        );
    let output = call("CreateMultipartUpload", request.send()).await.map_err(refused)?;
    let id = output.upload_id.filter(|id| !id.is_empty() && !id.contains(' '));
    let id = id.ok_or_else(|| incomplete_answer("CreateMultipartUpload"))?;
    let upload = Unfinished { id, key, plan: wanted.plan, is_new: wanted.is_new, started_at: now };
    Ok(Started {
        upload: upload.seal(),
        bucket: bucket.name().to_owned(),
        part_size: upload.plan.part_size(),
        part_count: upload.plan.part_count(),
        parts: part_links::make(&links, &upload, part_links::first_numbers(upload.plan))?,
        key: upload.key,
    })
}

/// Whether there surely is an object with this `key`. If S3 does not say so, it decides at the end.
async fn is_there(bucket: &Bucket, key: &str, caller: &Caller) -> bool {
    let request = bucket.client().head_object().bucket(bucket.name()).key(key);
    let request = request.customize().config_override(Bucket::credentials_of(caller));
    call("HeadObject", request.send()).await.is_ok()
}
