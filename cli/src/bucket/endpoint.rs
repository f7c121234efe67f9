use std::time::Duration;

use aws_sdk_s3::{
    Client,
    config::{
        Builder, ResponseChecksumValidation, StalledStreamProtectionConfig, retry::RetryConfig, timeout::TimeoutConfig,
    },
};

use super::{keys::SessionKeys, told::Told};
use crate::{
    error::CliError,
    sign_in::{Session, SharedSession},
};

/// How long a request may wait for its answer. It includes the time to send a part, over a line of any speed.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(10);
/// How long an answer may stand still.
const STALLED_TIMEOUT: Duration = Duration::from_secs(20);
/// How often a request is tried: over a day of transfers, some fail.
const TRIES: u32 = 5;

/// The S3 client for a person's machine, which is slower and less reliable than AWS's own network.
///
/// # Errors
///
/// [`CliError::Usage`] when `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` is not an address.
pub(super) fn client(session: Session, region: &str) -> Result<(Client, SharedSession), CliError> {
    let endpoint = session.network.endpoint("AWS_ENDPOINT_URL_S3")?;
    let is_verbose = session.network.is_verbose;
    let timeouts = TimeoutConfig::builder()
        .read_timeout(ANSWER_TIMEOUT)
        .disable_operation_attempt_timeout()
        .disable_operation_timeout()
        .build();
    let mut config = Builder::from(&session.network.sdk_config(region, endpoint.as_ref()))
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(TRIES))
        .stalled_stream_protection(StalledStreamProtectionConfig::enabled().grace_period(STALLED_TIMEOUT).build())
        // Parts of an object are asked for by range, and those have no checksum of their own.
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        // Only AWS has a DNS name for each bucket.
        .force_path_style(endpoint.is_some());
    let session = SharedSession::new(session);
    config = config.credentials_provider(SessionKeys(session.clone()));
    if is_verbose {
        config = config.interceptor(Told);
    }
    Ok((Client::from_conf(config.build()), session))
}
