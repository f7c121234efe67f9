//! Calls of S3 that may take long: copies, and the completion of uploads.

use std::time::Duration;

use aws_sdk_s3::config::{Builder, retry::RetryConfig, timeout::TimeoutConfig};
use objects::{Bucket, Caller};

/// Customizes an operation to be sent as `caller`, and to take up to `timeout`. One that is late may go on, so it is not
/// tried again.
pub(crate) fn config(caller: &Caller, timeout: Duration) -> Builder {
    let timeouts = TimeoutConfig::builder()
        .read_timeout(timeout)
        .operation_attempt_timeout(timeout)
        .operation_timeout(timeout)
        .build();
    Bucket::credentials_of(caller).timeout_config(timeouts).retry_config(RetryConfig::disabled())
}
