//! The log and the metrics: what is written, in which form, and which calls each request made.
//!
//! Architecture invariants:
//!
//! - Everything that is logged goes through this crate: every event has the same log target, [`LOG_TARGET`], and the
//!   filter passes only that target and the Lambda runtime's errors. The SDKs, the HTTP client and the runtime handle
//!   tokens, keys and whole payloads, and write them at their verbose levels. No setting enables that. No other crate
//!   of the workspace depends on `tracing`, so there is no list of crates to keep up to date.
//! - The name and the dimensions of a metric are constants, never a caller's text: each new combination is a metric
//!   that costs money. Nothing is counted before [`start`].

mod calls;
mod log;
mod metrics;

use settings::Variables;

pub use self::{
    calls::{Calls, note_try, timed},
    log::LOG_TARGET,
    metrics::{count_exchange, count_refusal, count_sign_up, count_throttled_call},
};

#[doc(hidden)]
pub use tracing as __tracing;

/// The telemetry of a process, once it is started.
#[derive(Clone, Copy)]
pub struct Telemetry(metrics::Metrics);

/// Telemetry was already started in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("telemetry was started twice")]
pub struct StartedTwice;

/// Starts the log and the metrics, once in a process, and counts the cold start.
///
/// # Errors
///
/// [`StartedTwice`] when they were started before.
pub fn start(variables: &Variables) -> Result<Telemetry, StartedTwice> {
    log::start(variables);
    metrics::Metrics::start(variables).map(Telemetry)
}

impl Telemetry {
    /// Writes what was counted since the last call. Call this once at the end of each invocation: what is counted later
    /// may never be written, because the process is frozen between invocations and may end without notice.
    pub fn write_metrics(self) {
        self.0.write();
    }
}
