use std::{fmt, time::SystemTime};

use super::IdToken;
use crate::pool::Issuer;

/// How far the clocks of Cognito and of Lambda may differ, in seconds.
pub const LEEWAY_SECONDS: u64 = 30;

/// Whose tokens are accepted: one issuer, and the app clients that they may be issued to.
#[derive(Clone, Debug)]
pub struct TokenPolicy {
    issuer: Issuer,
    client_ids: Vec<String>,
}

impl TokenPolicy {
    /// Accepts the tokens that `issuer` gives to one of `client_ids`. An empty list accepts none.
    #[must_use]
    pub fn new(issuer: Issuer, client_ids: Vec<String>) -> Self {
        Self { issuer, client_ids }
    }

    /// The one issuer.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    pub(super) fn admits_client(&self, client_id: &str) -> bool {
        self.client_ids.iter().any(|admitted| admitted == client_id)
    }
}

/// The `sub` of a verified token: who signed in. Private, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The claim's value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(** redacted **)")
    }
}

/// A token that passed every check. Only [`UnverifiedToken::verify`](super::UnverifiedToken::verify) makes one, so
/// holding it is the proof.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    pub(super) token: IdToken,
    pub(super) subject: Subject,
    pub(super) expires_at: SystemTime,
}

impl VerifiedToken {
    /// The token itself, for the identity pool, which verifies it again.
    #[must_use]
    pub fn token(&self) -> &IdToken {
        &self.token
    }

    /// Who signed in.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The token's `exp`, without leeway.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}
