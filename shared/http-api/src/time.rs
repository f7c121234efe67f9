use std::time::SystemTime;

use aws_smithy_types::date_time::{DateTime, Format};

/// The time in UTC to the second, e.g. `2026-11-23T10:00:00Z` (RFC 3339 §5.6).
#[must_use]
pub fn iso_8601(time: SystemTime) -> String {
    // The format ends with the year 9999. No time here is that late.
    DateTime::from_secs(DateTime::from(time).secs()).fmt(Format::DateTime).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_time_is_written_in_utc_to_the_second() {
        assert_eq!(iso_8601(UNIX_EPOCH + Duration::from_secs(1_795_428_001)), "2026-11-23T10:00:01Z");
        assert_eq!(iso_8601(UNIX_EPOCH + Duration::from_millis(1_795_428_000_999)), "2026-11-23T10:00:00Z");
    }
}
