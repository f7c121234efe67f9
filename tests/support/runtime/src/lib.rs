//! Lambda's Runtime API on 127.0.0.1: runs a function's program as Lambda does, for tests.
//!
//! Source: "Using the Lambda runtime API for custom runtimes" in the AWS Lambda developer guide.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "test support: a failure here is a failed test")]
#![expect(clippy::disallowed_methods, reason = "it measures how long a function takes")]

mod api;
mod built;
mod function;
mod log;
mod metrics;
mod program;

pub use api::REQUEST_ID;
pub use built::{bootstrap, built, resource, root};
pub use function::{Ended, Function, Invoked, SET_BY_LAMBDA, TIMEOUT, assert_without};
pub use log::answered;
pub use metrics::{metric_lines, metrics};
pub use program::{Exchange, assert_clean_log, assert_counted, assert_refuses_to_start, assert_told};
