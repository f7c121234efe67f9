use std::{fmt, process::ExitCode};

/// Why a command did not do what it was to do. `Display` is one line for the person: what happened, and the next step. It
/// never has a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CliError {
    /// Anything else.
    #[error("{0}")]
    Failed(String),
    /// What was asked for cannot be.
    #[error("{0}")]
    Usage(String),
    /// There is no sign-in, or it has ended.
    #[error("{0} Run `latchkey login`.")]
    NotSignedIn(&'static str),
    /// The API, Cognito or AWS refuses this to the person.
    #[error("{0}")]
    Refused(String),
    /// Another try may succeed.
    #[error("{0} Try again later.")]
    TryLater(String),
}

impl CliError {
    pub(crate) fn failed(error: impl fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// The exit status, as `latchkey --help` has it.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotSignedIn(_) => 3,
            Self::Refused(_) => 4,
            Self::TryLater(_) => 5,
        })
    }
}
