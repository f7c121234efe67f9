use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::{DateTime, Format};
use http::{HeaderMap, header::DATE};

use super::check::Checks;
use crate::error::CliError;

/// By how much this machine's clock may be wrong without a word.
const WARNING: Duration = Duration::from_mins(1);
/// By how much AWS lets the time of a signature differ from its own.
///
/// Source: "Signature Version 4 and troubleshooting" in the AWS IAM user guide.
const ERROR: Duration = Duration::from_mins(5);

/// Compares this machine's time with that of an answer.
pub(super) fn check(checks: &mut Checks, headers: &HeaderMap, now: SystemTime) {
    let date = headers.get(DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
    let Some(there) = date.and_then(|date| SystemTime::try_from(date).ok()) else {
        checks.warning("clock", "The API does not say what time it is.", "Compare this machine's clock by yourself.");
        return;
    };
    let (difference, direction) = match now.duration_since(there) {
        Ok(ahead) => (ahead, "ahead"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let seconds = difference.as_secs();
    let message = format!("This machine's clock is {seconds} seconds {direction}.");
    if difference > ERROR {
        let error = CliError::Failed(format!("{message} AWS refuses what is signed with it."));
        checks.failed("clock", error, Some("Set it."));
    } else if difference > WARNING {
        checks.warning("clock", message, "Set it: after five minutes, AWS refuses what is signed with it.");
    } else {
        checks.ok("clock", "This machine's clock is right.");
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_clock_may_be_wrong_by_so_much() {
        let there = SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_337_830);
        let minute = Duration::from_mins(1);
        let second = Duration::from_secs(1);
        let cases = [
            (there, "ok       clock      This machine's clock is right."),
            (there + minute, "ok       clock      This machine's clock is right."),
            (there - minute, "ok       clock      This machine's clock is right."),
            (there + minute + second, "warning  clock      This machine's clock is 61 seconds ahead."),
            (there - minute - second, "warning  clock      This machine's clock is 61 seconds behind."),
            (there + minute * 5, "warning  clock      This machine's clock is 300 seconds ahead."),
            (there + minute * 5 + second, "failed   clock      This machine's clock is 301 seconds ahead."),
            (there - minute * 5 - second, "failed   clock      This machine's clock is 301 seconds behind."),
        ];
        let headers = HeaderMap::from_iter([(DATE, HeaderValue::from_static("Thu, 12 Mar 2026 17:50:30 GMT"))]);
        for (now, expected) in cases {
            let mut checks = Checks::default();
            check(&mut checks, &headers, now);
            assert!(checks.shown().starts_with(expected), "{}", checks.shown());
        }
        let mut checks = Checks::default();
        check(&mut checks, &HeaderMap::new(), there);
        assert!(checks.shown().starts_with("warning  clock      The API does not say"), "{}", checks.shown());
    }
}
