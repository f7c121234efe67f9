use std::{fmt, time::SystemTime};

use aws_sdk_cognitoidentity::types::Credentials;
use validation::IdentityId;
use zeroize::Zeroizing;

/// Temporary AWS credentials of one person: secrets, wiped from memory when dropped and never shown by `Debug`.
#[derive(Clone)]
pub struct IdentityCredentials {
    /// The identity that they are for.
    pub identity_id: IdentityId,
    /// `ASIA…`
    pub access_key_id: Zeroizing<String>,
    /// The signing key.
    pub secret_access_key: Zeroizing<String>,
    /// The session token that goes with every request.
    pub session_token: Zeroizing<String>,
    /// When they expire, in whole seconds: an hour after they were issued.
    pub expires_at: SystemTime,
}

impl IdentityCredentials {
    /// Reads Cognito's answer. Returns `None` when it is incomplete.
    ///
    /// Source: `Credentials` in the Amazon Cognito federated identities API reference.
    pub(crate) fn new(identity_id: IdentityId, answer: Credentials) -> Option<Self> {
        let secret = |text: Option<String>| text.filter(|text| !text.is_empty()).map(Zeroizing::new);
        let expiration_seconds = u64::try_from(answer.expiration?.secs()).ok()?;
        Some(Self {
            identity_id,
            access_key_id: secret(answer.access_key_id)?,
            secret_access_key: secret(answer.secret_key)?,
            session_token: secret(answer.session_token)?,
            expires_at: SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::from_secs(expiration_seconds))?,
        })
    }
}

impl fmt::Debug for IdentityCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityCredentials(** redacted **)")
    }
}
