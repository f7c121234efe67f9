use lambda_runtime::Diagnostic;
use validation::sign_up::{Domain, Refusal};

/// A refused sign-up. Cognito shows its message to the person who signs up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignUpRefused {
    /// The policy refuses it.
    #[error(transparent)]
    Policy(#[from] Refusal),
    /// The event cannot be read, so the policy cannot be applied.
    #[error("the event is not a PreSignUp event")]
    UnreadableEvent,
}

impl SignUpRefused {
    /// The code of the rule that refused.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Policy(refusal) => refusal.code(),
            Self::UnreadableEvent => "unreadable_event",
        }
    }

    /// The domain of the address, if it has one.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        match self {
            Self::Policy(refusal) => refusal.domain().map(Domain::as_str),
            Self::UnreadableEvent => None,
        }
    }

    fn description(&self) -> &'static str {
        match self {
            Self::Policy(refusal) => refusal.description(),
            Self::UnreadableEvent => "The sign-up could not be checked.",
        }
    }
}

impl From<SignUpRefused> for Diagnostic {
    fn from(refusal: SignUpRefused) -> Self {
        Self {
            error_type: "SignUpRefused".to_owned(),
            error_message: format!("[{}] {}", refusal.code(), refusal.description()),
        }
    }
}
