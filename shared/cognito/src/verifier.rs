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

/// Why a token did not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The token is refused.
    #[error("token refused: {0}")]
    Token(#[from] TokenError),
    /// Nothing can be said about it now.
    #[error(transparent)]
    Keys(#[from] KeysUnavailable),
}

impl Verifier {
    /// A verifier of the pool that `settings` names.
    #[must_use]
    pub fn new(https: HttpsClient, settings: UserPoolSettings) -> Self {
        Self { keys: PoolKeys::new(https, settings.jwks_url), policy: settings.policy }
    }

    /// Fetches the signing keys ahead of the first token.
    pub async fn warm(&self, now: SystemTime) {
        self.keys.warm(now).await;
    }

    /// Verifies `token` as of `now`.
    ///
    /// # Errors
    ///
    /// A [`VerifyError`]: the first check that failed, or that the signing keys cannot be had.
    pub async fn verify(&self, token: IdToken, now: SystemTime) -> Result<VerifiedToken, VerifyError> {
        let token = UnverifiedToken::parse(token)?;
        let keys = self.keys.for_key(token.key_id(), now).await?;
        Ok(token.verify(&keys, &self.policy, now)?)
    }
}
