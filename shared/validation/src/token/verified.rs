use std::{fmt, time::SystemTime};

use super::{IdToken, Membership, Team, TokenError, json};
use crate::pool::Issuer;

/// How far the clocks of Cognito and of Lambda may differ, in seconds.
pub const LEEWAY_SECONDS: u64 = 30;

/// Whose tokens are accepted: the names of one issuer, and the app clients that they may be issued to.
#[derive(Clone, Debug)]
pub struct TokenPolicy {
    issuers: Vec<Issuer>,
    client_ids: Vec<String>,
    pub(super) team_claim: Option<String>,
}

impl TokenPolicy {
    /// Accepts the tokens that one of `issuers` gives to one of `client_ids`. An empty list accepts none.
    ///
    /// The issuers must be names of the same user pool: people are told apart by their `sub` alone, and all tokens are
    /// verified with the same keys.
    #[must_use]
    pub fn new(issuers: Vec<Issuer>, client_ids: Vec<String>) -> Self {
        Self { issuers, client_ids, team_claim: None }
    }

    /// Reads the person's team from the claim `name` as well.
    #[must_use]
    pub fn with_team_claim(self, name: String) -> Self {
        Self { team_claim: Some(name), ..self }
    }

    /// The app clients.
    #[must_use]
    pub fn client_ids(&self) -> &[String] {
        &self.client_ids
    }

    /// The names of the issuer.
    #[must_use]
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }

    /// The issuer that is called `name`, if its tokens are accepted.
    pub(super) fn issuer(&self, name: &str) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.as_str() == name)
    }

    pub(super) fn admits_client(&self, client_id: &str) -> bool {
        self.client_ids.iter().any(|admitted| admitted == client_id)
    }
}

/// The `sub` of a verified token: who signed in. Private, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    pub(crate) fn new(text: String) -> Self {
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
    pub(super) issuer: Issuer,
    pub(super) subject: Subject,
    pub(super) team: Option<Team>,
    pub(super) expires_at: SystemTime,
}

impl VerifiedToken {
    /// The token itself, for the identity pool, which verifies it again.
    #[must_use]
    pub fn token(&self) -> &IdToken {
        &self.token
    }

    /// The `iss` of the token.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Who signed in.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The person's team, if the policy names its claim and the token has a usable one.
    #[must_use]
    pub fn team(&self) -> Option<&Team> {
        self.team.as_ref()
    }

    /// The person's groups and their roles. They are read now, because few requests ask for them.
    ///
    /// # Errors
    ///
    /// [`TokenError::Payload`] when one of these claims is repeated.
    pub fn membership(&self) -> Result<Membership, TokenError> {
        let payload = self.token.expose().split('.').nth(1).and_then(json::decode_part).ok_or(TokenError::Form)?;
        Membership::of_payload(&payload)
    }

    /// The token's `exp`, without leeway.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}
