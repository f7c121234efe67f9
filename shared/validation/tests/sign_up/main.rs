//! The policy for sign-ups: named cases with the exact outcome of each, and what holds for all.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod properties;
mod rules;

use std::time::{Duration, SystemTime};

/// When the tests take place.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_514_401)
}
