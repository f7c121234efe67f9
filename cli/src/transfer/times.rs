use std::{
    collections::HashMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sdk_s3::primitives::DateTime;

/// The name of the metadata that has a file's time, as rclone has it: seconds since 1970, with their fraction.
///
/// Source: "Modification times" of Amazon S3 in rclone's documentation.
pub(super) const MTIME: &str = "mtime";

/// A file's time for the metadata of its object.
pub(super) fn written(time: SystemTime) -> Option<String> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{}.{:09}", since.as_secs(), since.subsec_nanos()))
}

/// The time in an object's metadata.
pub(super) fn mtime(metadata: Option<&HashMap<String, String>>) -> Option<&str> {
    metadata?.get(MTIME).map(String::as_str)
}

/// The time of a downloaded file: that of the file which was uploaded, or else of the object.
pub(super) fn time_of(mtime: Option<&str>, last_modified: Option<DateTime>) -> Option<SystemTime> {
    mtime.and_then(read).or_else(|| last_modified?.try_into().ok())
}

fn read(text: &str) -> Option<SystemTime> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let nanoseconds: u32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    UNIX_EPOCH.checked_add(Duration::new(seconds.parse().ok()?, nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_kept_to_the_nanosecond() {
        let time = UNIX_EPOCH + Duration::new(1_700_000_000, 5);
        assert_eq!(written(time).as_deref(), Some("1700000000.000000005"));
        assert_eq!(read("1700000000.000000005"), Some(time));
        assert_eq!(written(UNIX_EPOCH - Duration::from_secs(1)), None);
    }

    #[test]
    fn a_time_of_another_client_is_read_or_passed_over() {
        let at = |seconds, nanoseconds| Some(UNIX_EPOCH + Duration::new(seconds, nanoseconds));
        let cases = [
            ("0", at(0, 0)),
            ("12", at(12, 0)),
            ("12.5", at(12, 500_000_000)),
            ("12.1234567891", at(12, 123_456_789)),
            ("-1", None),
            ("", None),
            ("12.x", None),
            ("12.é", None),
            ("18446744073709551616", None),
            ("yesterday", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
        let uploaded = DateTime::from_secs(7);
        assert_eq!(time_of(Some("x"), Some(uploaded)), at(7, 0));
        assert_eq!(time_of(None, None), None);
    }
}
