use https::Failure;
use objects::BucketError;

/// S3's answer to `operation` lacks what its documentation promises. S3 may say that it failed after it has answered 200,
/// and the SDK also reads the beginning of an answer.
pub(crate) fn incomplete_answer(operation: &str) -> BucketError {
    BucketError::Failed(Failure::Unavailable { code: format!("incomplete answer to {operation}") })
}
