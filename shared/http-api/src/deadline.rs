use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_http::{Request, RequestExt};
use upstream::Failure;

use crate::ApiError;

/// What remains for making the answer and sending it, when the rest of the function's time is used up.
const RESERVE: Duration = Duration::from_millis(500);

/// Runs `work` until shortly before Lambda would end the function, so that the caller gets an answer in any case.
///
/// # Errors
///
/// What `work` returns, or [`ApiError::Failed`] with [`Failure::Timeout`] when it does not end in time.
pub async fn before_deadline<T, E: From<ApiError>>(
    request: &Request,
    now: SystemTime,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let deadline_ms = request.lambda_context_ref().map_or(0, |context| context.deadline);
    // `cargo lambda watch` and some emulators tell no deadline.
    let Some(remaining) = remaining(deadline_ms, now) else { return work.await };
    let out_of_time =
        || ApiError::Failed { service: "the function's time", failure: Failure::Timeout, retry_after: None };
    tokio::time::timeout(remaining, work).await.unwrap_or_else(|_| Err(out_of_time().into()))
}

/// The time left before the reserve, when the deadline (milliseconds since the epoch) is told.
fn remaining(deadline_ms: u64, now: SystemTime) -> Option<Duration> {
    if deadline_ms == 0 {
        return None;
    }
    let left = (UNIX_EPOCH + Duration::from_millis(deadline_ms)).duration_since(now).unwrap_or_default();
    Some(left.saturating_sub(RESERVE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_kept() {
        let now = UNIX_EPOCH + Duration::from_secs(1000);
        let cases = [
            (0, None),
            (1_010_000, Some(Duration::from_millis(9500))),
            (1_000_500, Some(Duration::ZERO)),
            (999_000, Some(Duration::ZERO)),
        ];
        for (deadline_ms, expected) in cases {
            assert_eq!(remaining(deadline_ms, now), expected, "{deadline_ms}");
        }
    }
}
