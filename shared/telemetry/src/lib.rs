//! The log and the metrics: what is written, in which form, and what each request called.
//!
//! Architecture invariants:
//!
//! - Only what goes through this crate is written: every event has the one log target [`LOG_TARGET`], and the filter
//!   passes that target and the Lambda runtime's errors. The SDKs, the HTTP client and the runtime know tokens, keys
//!   and whole payloads, and write them at their verbose levels; no setting lets them. No other crate of the workspace
//!   depends on `tracing`, so a crate that logs cannot be forgotten in a list.
//! - The name and the dimensions of a metric are fixed texts of ours, never a caller's: each new combination is a
//!   metric that costs money. Until [`start`] nothing is counted.

mod calls;
mod log;
mod metrics;

use std::convert::Infallible;

use settings::Variables;

pub use self::{
    calls::{Calls, note_try, timed},
    log::LOG_TARGET,
    metrics::{count_exchange, count_refusal, count_sign_up, count_throttled_call},
};

#[doc(hidden)]
pub use tracing as __tracing;

/// What the telemetry of a process is written with.
#[derive(Clone, Copy)]
pub struct Telemetry(metrics::Metrics);

/// Telemetry was started already in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("telemetry was started twice")]
pub struct StartedTwice;

/// Starts the log and the metrics, once in a process, which is the first thing counted.
///
/// # Errors
///
/// [`StartedTwice`].
pub fn start(variables: &Variables) -> Result<Telemetry, StartedTwice> {
    log::start(variables);
    metrics::Metrics::start(variables).map(Telemetry)
}

impl Telemetry {
    /// Writes what was counted since the last time. Call it once for each invocation, at its end: what is counted
    /// later may never be written, since the process stands still between invocations and may end without notice.
    pub fn write_metrics(self) {
        self.0.write();
    }
}

/// The value of a variable whose mistakes must not stop the function.
fn text(variables: &Variables, name: &'static str) -> Option<String> {
    variables.optional(name, |text| Ok::<_, Infallible>(text.to_owned())).ok().flatten()
}
