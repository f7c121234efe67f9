//! How other services are called: one HTTPS client for all, its limits in time, notes of how long each call took, and
//! names for its failures.

mod calls;
mod connections;
mod connector;
mod failure;
mod retries;
mod tls;
mod trust;
mod wire;

pub use calls::{Calls, call, timed};
pub use failure::{Answer, Failure, Misconfiguration, Refusal};
pub use retries::{NoThrottleRetries, retries};
pub use trust::Trust;
pub use wire::{GetError, TlsError, Wire, timeouts};
