use std::ops::RangeInclusive;

use http_api::{ApiError, Call, ParameterError, Parameters, json_response, without_secrets};
use lambda_http::{Body, Response, http::StatusCode};
use objects::{App, Bucket, BucketError, Caller, LINK_SECONDS_DEFAULT, Links, take_link_seconds};
use serde::Serialize;

use super::{
    part_links::{self, PartLink},
    received::{self, ReceivedPart, ReceivedParts},
    unfinished::Unfinished,
};
use crate::asked::Asked;

/// What somebody wants to know of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    after: Option<u64>,
    links: Option<RangeInclusive<u64>>,
    link_seconds: u64,
}

/// How far an upload is. There is no `Debug`: links are secrets.
#[derive(Serialize)]
struct Progress<'a> {
    bucket: &'a str,
    key: &'a str,
    size: u64,
    part_size: u64,
    part_count: u64,
    received: Vec<ReceivedPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<PartLink>>,
}

/// Serves `GET /uploads/{upload}`: what has arrived, and new links for parts.
///
/// # Errors
///
/// An [`ApiError`]: the request is malformed, the upload is not the caller's or is no more, S3 refuses, or something
/// fails.
pub(crate) async fn progress(app: &App, request: Call<'_>) -> Result<Response<Body>, ApiError> {
    let (requester, query) = Asked::requester(app, request).await?;
    let upload = &Unfinished::parse(request.path_parameter)?;
    let wanted = &Wanted::parse(query, upload)?;
    let bucket = &app.bucket;
    let work = |caller: Caller| async move {
        upload.check_home(&caller.folders)?;
        let parts = match wanted.links.clone() {
            None => None,
            Some(numbers) => {
                let links = Links::new(bucket, &caller, wanted.link_seconds, request.now).await?;
                Some(part_links::make(&links, upload, numbers)?)
            }
        };
        let received = received::list(bucket, upload, wanted.after, &caller).await?;
        Ok::<_, BucketError>(Progress::of(bucket, upload, received, parts))
    };
    let progress = bucket.as_caller(&requester, request.now, work).await?;
    let response = json_response(StatusCode::OK, &progress)?;
    Ok(if progress.parts.is_some() { response } else { without_secrets(response) })
}

impl Wanted {
    /// Parses the rest of the query.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the parameter that is unknown or not acceptable.
    fn parse(mut query: Parameters, upload: &Unfinished) -> Result<Self, ParameterError> {
        let links = query.take_filled("links")?;
        let link_seconds = take_link_seconds(&mut query)?;
        if links.is_none() && link_seconds.is_some() {
            return Err(ParameterError::invalid("url_seconds", "can be used only with links"));
        }
        let wanted = Self {
            after: query.take_number("after", 0..=upload.plan.part_count())?,
            links: links.map(|text| part_links::numbers(&text, upload.plan)).transpose()?,
            link_seconds: link_seconds.unwrap_or(LINK_SECONDS_DEFAULT),
        };
        query.finish()?;
        Ok(wanted)
    }
}

impl<'a> Progress<'a> {
    fn of(bucket: &'a Bucket, upload: &'a Unfinished, received: ReceivedParts, parts: Option<Vec<PartLink>>) -> Self {
        Self {
            bucket: bucket.name(),
            key: &upload.key,
            size: upload.plan.size(),
            part_size: upload.plan.part_size(),
            part_count: upload.plan.part_count(),
            received: received.parts,
            next_after: received.next_after,
            parts,
        }
    }
}
