use std::time::SystemTime;

use https::HttpsClient;
use validation::{IdToken, TokenError, TokenPolicy, UnverifiedToken, VerifiedToken};

use crate::{KeysUnavailable, PoolKeys, UserPoolSettings};

/// Verifies id tokens of one user pool.
#[derive(Debug)]
pub struct Verifier {
    keys: PoolKeys,
    policy: TokenPolicy,
}

/// Why a token was not verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The token is refused.
    #[error("token refused: {0}")]
    Token(#[from] TokenError),
    /// The token could not be checked, because the signing keys are not available.
    #[error(transparent)]
    Keys(#[from] KeysUnavailable),
}

impl Verifier {
    /// A verifier for the pool in `settings`.
    #[must_use]
    pub fn new(https: HttpsClient, settings: UserPoolSettings) -> Self {
        Self { keys: PoolKeys::new(https, settings.jwks_url), policy: settings.policy }
    }

    /// Which tokens are accepted.
    #[must_use]
    pub fn policy(&self) -> &TokenPolicy {
        &self.policy
    }

    /// Fetches the signing keys before the first token arrives.
    pub async fn warm(&self, now: SystemTime) {
        self.keys.warm(now).await;
    }

    /// Verifies `token` as of `now`.
    ///
    /// # Errors
    ///
    /// A [`VerifyError`]: the first check that failed, or that the signing keys are not available.
    pub async fn verify(&self, token: IdToken, now: SystemTime) -> Result<VerifiedToken, VerifyError> {
        let token = UnverifiedToken::parse(token)?;
        let keys = self.keys.for_key(token.key_id(), now).await?;
        Ok(token.verify(&keys, &self.policy, now)?)
    }
}
