//! How other services are called: one HTTPS client for all, its limits in time, notes of how long each call took, and
//! names for its failures.

mod calls;
mod failure;
mod retries;
mod tls;
mod wire;

pub use aws_smithy_http_client::HttpClientError;
pub use calls::{Calls, call, timed};
pub use failure::{Answer, Failure, Misconfiguration, Refusal};
pub use retries::{NoThrottleRetries, retries};
pub use wire::{GetError, Wire, timeouts};
