//! Servers on 127.0.0.1 that answer as they are told: AWS replaced at the wire, for tests.
//!
//! They speak just enough HTTP/1.1 for the SDKs and the Lambda runtime, and misbehave on demand in ways that a proper
//! server would not.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "test support: a failure here is a failed test")]

mod authority;
mod aws;
mod cloud;
mod message;
mod server;

pub use authority::Authority;
pub use aws::Aws;
pub use cloud::Cloud;
pub use message::{Answer, Received};
pub use server::{Loopback, serve};
