use std::time::Duration;

use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason},
};
use aws_smithy_types::retry::{ErrorKind, RetryConfig};

/// One retry, after a short wait with jitter, for errors that may be gone then.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(2).with_initial_backoff(Duration::from_millis(50))
}

/// Prevents the retry of throttled calls: the service asks for fewer calls. Our own caller gets a `Retry-After`.
#[derive(Debug)]
pub struct NoThrottleRetries;

impl ClassifyRetry for NoThrottleRetries {
    fn classify_retry(&self, _: &InterceptorContext) -> RetryAction {
        RetryAction::NoActionIndicated
    }

    fn classify_retry_v2(&self, _: &InterceptorContext, previous: &RetryAction) -> RetryAction {
        match previous {
            RetryAction::RetryIndicated(RetryReason::RetryableError { kind: ErrorKind::ThrottlingError, .. }) => {
                RetryAction::RetryForbidden
            }
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "no retries when throttled"
    }

    fn priority(&self) -> RetryClassifierPriority {
        // After all others: it decides on their result.
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
