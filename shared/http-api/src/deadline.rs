use std::time::{Duration, SystemTime, UNIX_EPOCH};

use https::Failure;
use lambda_http::{Body, Request, RequestExt, Response};

use crate::{Answer, ApiError, Refused};

/// The time that is kept for making and sending the response.
const RESERVE: Duration = Duration::from_millis(500);

/// Waits for `answer` until shortly before Lambda would stop the function, so that the caller always gets a response.
/// After that, the result is [`ApiError::Failed`] with [`Failure::Timeout`], in this `form`.
pub(crate) async fn before_deadline(
    request: &Request,
    now: SystemTime,
    form: fn(ApiError) -> Refused,
    answer: Answer<'_>,
) -> Result<Response<Body>, Refused> {
    let deadline_ms = request.lambda_context_ref().map_or(0, |context| context.deadline);
    // `cargo lambda watch` and some emulators send no deadline.
    let Some(remaining) = remaining(deadline_ms, now) else { return answer.await };
    let out_of_time = || ApiError::Failed { service: "this function", failure: Failure::Timeout, retry_after: None };
    tokio::time::timeout(remaining, answer).await.unwrap_or_else(|_| Err(form(out_of_time())))
}

/// The time left until the reserve starts, or `None` when the deadline (milliseconds since the epoch) is 0.
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
    fn the_reserve_is_kept_for_the_response() {
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
