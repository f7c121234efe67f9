use std::fmt;

/// Why a call of another service failed, through no fault of the caller. `Display` is for the log. It does not contain
/// the service's message, which may quote what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Too many calls.
    #[error("throttled")]
    Throttled,
    /// Our own pools, roles or bucket are not configured correctly.
    #[error(transparent)]
    Misconfigured(#[from] Misconfiguration),
    /// It failed, could not be reached, or sent an incomplete answer.
    #[error("unavailable ({code})")]
    Unavailable {
        /// The service's error code, or what happened to the connection.
        code: String,
    },
    /// It did not answer in time.
    #[error("no answer in time")]
    Timeout,
}

/// What the operator has to correct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misconfiguration {
    /// The service's error code.
    pub code: String,
    /// What it means here, and what to check.
    pub hint: &'static str,
}

impl std::error::Error for Misconfiguration {}

impl fmt::Display for Misconfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.hint)
    }
}
