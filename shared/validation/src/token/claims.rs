use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::Value;

use super::{LEEWAY_SECONDS, Subject, TokenError, TokenPolicy, json};
use crate::pool::Issuer;

/// The claims that are judged, still of any type (RFC 7519 §4.1). `null` counts as absent, except for `nbf`.
#[derive(Deserialize)]
pub(super) struct UnverifiedClaims {
    #[serde(default)]
    iss: Value,
    #[serde(default)]
    token_use: Value,
    #[serde(default)]
    aud: Value,
    #[serde(default)]
    sub: Value,
    #[serde(default)]
    exp: Value,
    #[serde(default)]
    iat: Value,
    #[serde(default, deserialize_with = "json::present")]
    nbf: Option<Value>,
}

impl UnverifiedClaims {
    /// Judges the claims in this order: whose token it is, which kind, for which client and person, and from when to
    /// when. The caller gets the first that fails.
    ///
    /// The caller must have checked the signature: no claim is judged before.
    ///
    /// Source: "Understanding the access token" and "Understanding the identity (ID) token" in the Amazon Cognito
    /// developer guide. An access token has `client_id` where an id token has `aud`.
    pub(super) fn verify(
        self,
        policy: &TokenPolicy,
        now: SystemTime,
    ) -> Result<(Issuer, Subject, SystemTime), TokenError> {
        let issuer = self.iss.as_str().and_then(|name| policy.issuer(name)).ok_or(TokenError::Issuer)?;
        // Before the audience: Cognito's access tokens have none, and sending one is the commonest mistake.
        if self.token_use.as_str() != Some("id") {
            return Err(TokenError::TokenUse);
        }
        if !self.aud.as_str().is_some_and(|client| policy.admits_client(client)) {
            return Err(TokenError::Audience);
        }
        let subject = match self.sub {
            Value::String(text) if !text.is_empty() => Subject::new(text),
            _ => return Err(TokenError::Subject),
        };
        let leeway = Duration::from_secs(LEEWAY_SECONDS);
        let latest_start = now + leeway;
        let expires_at = numeric_date(&self.exp).ok_or(TokenError::Expiry)?;
        if expires_at.checked_add(leeway).is_some_and(|end| end <= now) {
            return Err(TokenError::Expired);
        }
        if numeric_date(&self.iat).ok_or(TokenError::IssueTime)? > latest_start {
            return Err(TokenError::IssuedInFuture);
        }
        if let Some(not_before) = &self.nbf
            && numeric_date(not_before).is_none_or(|start| start > latest_start)
        {
            return Err(TokenError::NotYetValid);
        }
        Ok((issuer.clone(), subject, expires_at))
    }
}

/// Reads a `NumericDate`: seconds since the epoch, whole or not (RFC 7519 §2). `None` for a negative number, one beyond
/// what the clock can hold, and anything that is not a number.
fn numeric_date(value: &Value) -> Option<SystemTime> {
    let since_epoch = match value.as_u64() {
        Some(seconds) => Duration::from_secs(seconds),
        None => Duration::try_from_secs_f64(value.as_f64()?).ok()?,
    };
    UNIX_EPOCH.checked_add(since_epoch)
}
