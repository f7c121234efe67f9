use std::fmt;

/// Why another service did not do what we asked, through no fault of the caller. `Display` is for the log, and holds
/// nothing of the service's words: they may quote what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Too many calls.
    #[error("throttled")]
    Throttled,
    /// Our own pools, roles or bucket are set up wrongly.
    #[error(transparent)]
    Misconfigured(#[from] Misconfiguration),
    /// It failed, could not be reached, or sent half an answer.
    #[error("unavailable ({code})")]
    Unavailable {
        /// The service's error code, or what happened on the way.
        code: String,
    },
    /// It did not answer in time.
    #[error("no answer in time")]
    Timeout,
}

/// What the operator has to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misconfiguration {
    /// The service's error code.
    pub code: String,
    /// What it means here, and where to look.
    pub hint: &'static str,
}

impl std::error::Error for Misconfiguration {}

impl fmt::Display for Misconfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.hint)
    }
}
