use aws_sdk_s3::types::EncodingType;
use https::{CallError, call};
use objects::{Bucket, BucketError, Caller};

use crate::{
    cursor::Kind,
    list_query::ListQuery,
    listing::Listing,
    one_pass::OnePass,
    page_query::{CURSOR, PageQuery},
    version_listing::VersionListing,
    version_marker::VersionMarker,
};

const OBJECTS_DENIED: &str = "You may not list this prefix. A prefix that starts with ~/ is in your home.";
const VERSIONS_DENIED: &str =
    "You may not list the versions below this prefix. A prefix that starts with ~/ is in your home.";

/// Lists one page of the objects in `bucket` as `caller`.
///
/// # Errors
///
/// A [`BucketError`]: S3's refusal, classified by who can correct it, or its failure.
pub(crate) async fn objects(bucket: &Bucket, query: &ListQuery, caller: &Caller) -> Result<Listing, BucketError> {
    let asked = query.page.asked(bucket.name(), &caller.folders)?;
    let start_after = query.start_after.as_ref().map(|place| place.in_bucket(&caller.folders)).transpose()?;
    let continuation_token = query.page.marker(Kind::Objects, &asked)?;
    let has_cursor = continuation_token.is_some();
    let request = bucket
        .client()
        .list_objects_v2()
        .bucket(&asked.bucket)
        .prefix(&asked.prefix)
        .set_delimiter(asked.delimiter.clone())
        .max_keys(query.page.max_keys.into())
        .set_start_after(start_after.filter(|_| !has_cursor))
        .set_continuation_token(continuation_token.map(str::to_owned))
        .encoding_type(EncodingType::Url)
        .customize()
        .interceptor(OnePass::OBJECTS)
        .config_override(Bucket::credentials_of(caller));
    let output = call("ListObjectsV2", request.send()).await;
    Ok(Listing::from_output(output.map_err(|error| refusal(error, has_cursor, OBJECTS_DENIED))?, asked)?)
}

/// Lists one page of the versions in `bucket` as `caller`.
///
/// # Errors
///
/// As [`objects()`].
pub(crate) async fn versions(
    bucket: &Bucket,
    query: &PageQuery,
    caller: &Caller,
) -> Result<VersionListing, BucketError> {
    let asked = query.asked(bucket.name(), &caller.folders)?;
    let marker = query.marker(Kind::Versions, &asked)?;
    let marker = marker.map(|text| VersionMarker::parse(text).ok_or(CURSOR)).transpose()?;
    let has_cursor = marker.is_some();
    let (key_marker, version_id_marker) = marker.map(|marker| (marker.key, marker.version_id)).unzip();
    let request = bucket
        .client()
        .list_object_versions()
        .bucket(&asked.bucket)
        .prefix(&asked.prefix)
        .set_delimiter(asked.delimiter.clone())
        .max_keys(query.max_keys.into())
        .set_key_marker(key_marker)
        .set_version_id_marker(version_id_marker.flatten())
        .encoding_type(EncodingType::Url)
        .customize()
        .interceptor(OnePass::VERSIONS)
        .config_override(Bucket::credentials_of(caller));
    let output = call("ListObjectVersions", request.send()).await;
    Ok(VersionListing::from_output(output.map_err(|error| refusal(error, has_cursor, VERSIONS_DENIED))?, asked)?)
}

/// What a failed call means. The only argument from the caller that S3 can find invalid is what was in the cursor.
fn refusal(error: CallError, has_cursor: bool, denied: &'static str) -> BucketError {
    match error {
        CallError::Refused(error) if has_cursor && error.code == "InvalidArgument" => CURSOR.into(),
        error => BucketError::new(error, denied),
    }
}

#[cfg(test)]
mod tests {
    use https::{Failure, ServiceError};

    use super::*;

    #[test]
    fn an_invalid_argument_is_the_cursor_when_there_is_one() {
        let refused =
            |has_cursor| refusal(CallError::Refused(ServiceError::new(400, "InvalidArgument", "")), has_cursor, "No.");
        assert_eq!(refused(true), BucketError::Parameter(CURSOR));
        assert!(matches!(refused(false), BucketError::Failed(Failure::Misconfigured(_))));
    }
}
