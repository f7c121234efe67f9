use std::time::Duration;

use aws_smithy_runtime_api::client::{
    behavior_version::BehaviorVersion, http::http_client_fn, orchestrator::HttpResponse, result::SdkError,
    stalled_stream_protection::StalledStreamProtectionConfig,
};
use aws_smithy_types::{error::metadata::ProvideErrorMetadata, timeout::TimeoutConfig};
use aws_types::{SdkConfig, region::Region};
use settings::Endpoint;
use telemetry::{count_throttled_call, timed};

use crate::{CallError, Failure, HttpsClient, connections::CONNECT_TIMEOUT, connector::READ_TIMEOUT, retries::retries};

/// How long one try of an operation may take, from its connection to the last byte of the answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(2500);
/// How long an operation may take, with all its tries.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);

impl HttpsClient {
    /// The configuration of every SDK client: this HTTPS client, the timeouts, and one retry. It has no credentials. It
    /// cannot hold a retry classifier, so add [`NoThrottleRetries`](crate::NoThrottleRetries) to the client's own.
    ///
    /// `endpoint` replaces the service's own endpoint in `region`.
    #[must_use]
    pub fn sdk_config(&self, region: &str, endpoint: Option<&Endpoint>) -> SdkConfig {
        let https = self.clone();
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(http_client_fn(move |settings, _| https.connector(settings.read_timeout())))
            .timeout_config(timeouts())
            .retry_config(retries())
            // The timeouts already limit a stalled answer.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(endpoint.map(|endpoint| endpoint.as_str().to_owned()));
        config.build()
    }
}

/// The timeouts of an SDK's operations. They limit one operation. A whole request is limited by the deadline of its
/// invocation.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

/// Makes a call of an SDK, and records it.
///
/// # Errors
///
/// A [`CallError`]: the service's refusal, or its failure.
pub fn call<T, E: ProvideErrorMetadata>(
    operation: &'static str,
    sent: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> impl Future<Output = Result<T, CallError>> {
    let sent = timed(operation, sent);
    async move {
        let result = sent.await.map_err(|error| CallError::from(&error));
        if matches!(result, Err(CallError::Failed(Failure::Throttled))) {
            count_throttled_call(operation);
        }
        result
    }
}
