//! Lambda's Runtime API on 127.0.0.1: runs a function's program as Lambda does, for tests.
//!
//! Source: "Using the Lambda runtime API for custom runtimes" in the AWS Lambda developer guide.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "test support: a failure here is a failed test")]
#![expect(clippy::disallowed_methods, reason = "it measures how long a function takes")]

mod api;
mod function;
mod log;
mod metrics;

pub use function::{Ended, Function, Invoked, assert_without};
pub use log::answered;
pub use metrics::{metric_lines, metrics};
