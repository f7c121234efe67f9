//! `/objects/{key+}` with AWS replaced at the wire: what goes out for what comes in.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a JSON member that is missing is null")]

mod answers;
mod faults;
mod program;
mod setup;
