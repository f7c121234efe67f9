use aws_sdk_s3::types::EncodingType;
use https::{CallError, Failure, Misconfiguration, call};
use objects::{Bucket, BucketError, Caller};

use crate::{
    list_query::{CURSOR, ListQuery},
    listing::{Listing, UnexpectedAnswer},
    page_xml::OnePass,
};

const DENIED: &str = "You may not list this prefix. A prefix that starts with ~/ is in your home.";

/// Lists one page of `bucket` as `caller`.
///
/// # Errors
///
/// A [`BucketError`]: S3's refusal, classified by who can correct it, or its failure.
pub(crate) async fn list(bucket: &Bucket, query: &ListQuery, caller: &Caller) -> Result<Listing, BucketError> {
    let prefix = query.prefix.in_bucket(&caller.folders)?;
    let start_after = query.start_after.as_ref().map(|place| place.in_bucket(&caller.folders)).transpose()?;
    let continuation_token = query.continuation_token(&prefix)?;
    let has_cursor = continuation_token.is_some();
    let request = bucket
        .client()
        .list_objects_v2()
        .bucket(bucket.name())
        .prefix(&prefix)
        .set_delimiter(query.delimiter.clone())
        .max_keys(query.max_keys.into())
        .set_start_after(start_after.filter(|_| !has_cursor))
        .set_continuation_token(continuation_token)
        .encoding_type(EncodingType::Url)
        .customize()
        .interceptor(OnePass)
        .config_override(Bucket::credentials_of(caller));
    let output = call("ListObjectsV2", request.send()).await.map_err(|error| refusal(error, has_cursor))?;
    let listing = Listing::from_output(output, bucket.name(), prefix, query.delimiter.clone());
    listing.map_err(|unexpected| BucketError::Failed(failure(unexpected)))
}

/// The failure that an unexpected answer means.
fn failure(unexpected: UnexpectedAnswer) -> Failure {
    match unexpected {
        UnexpectedAnswer::Incomplete => Failure::Unavailable { code: "incomplete answer".to_owned() },
        UnexpectedAnswer::Another => Misconfiguration {
            code: "another listing".to_owned(),
            hint: "S3 returned another bucket, prefix, delimiter or count than requested; check the endpoint of S3",
        }
        .into(),
    }
}

/// What a failed call means. The only argument from the caller that S3 can find invalid is the continuation token.
fn refusal(error: CallError, has_cursor: bool) -> BucketError {
    match error {
        CallError::Refused(error) if has_cursor && error.code == "InvalidArgument" => CURSOR.into(),
        error => BucketError::new(error, DENIED),
    }
}

#[cfg(test)]
mod tests {
    use https::ServiceError;

    use super::*;

    #[test]
    fn an_invalid_argument_is_the_cursor_when_there_is_one() {
        let refused =
            |has_cursor| refusal(CallError::Refused(ServiceError::new(400, "InvalidArgument", "")), has_cursor);
        assert_eq!(refused(true), BucketError::Parameter(CURSOR));
        assert!(matches!(refused(false), BucketError::Failed(Failure::Misconfigured(_))));
    }
}
