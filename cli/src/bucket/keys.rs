use std::{fmt, sync::Arc, time::Duration};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError, future},
};
use tokio::{sync::Mutex, time::timeout};

use crate::{error::CliError, sign_in::Session};

/// How long a renewal that is under way may take before the program ends.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(5);

/// The person's keys for the S3 client, which asks again when they end: a transfer may take longer than they last.
#[derive(Clone)]
pub(super) struct SessionKeys(Arc<Mutex<Session>>);

impl SessionKeys {
    pub(super) fn new(session: Session) -> Self {
        Self(Arc::new(Mutex::new(session)))
    }

    /// In a task of its own, which goes on when the request that wants the keys is given up: a renewal that stopped half-way
    /// would lose the sign-in under rotation.
    async fn current(&self) -> Result<Credentials, CliError> {
        let session = Arc::clone(&self.0);
        let renewal = tokio::spawn(async move { session.lock().await.keys(None).await });
        let (keys, _) = renewal.await.map_err(CliError::failed)??;
        let (secret, token) = (keys.secret_access_key.expose().to_owned(), keys.token.expose().to_owned());
        Ok(Credentials::new(&keys.access_key_id, secret, Some(token), keys.end(), "latchkey"))
    }

    /// Waits for a renewal that is under way.
    pub(super) async fn settle(&self) {
        let _ = timeout(RENEWAL_TIMEOUT, self.0.lock()).await;
    }
}

impl ProvideCredentials for SessionKeys {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { self.current().await.map_err(CredentialsError::provider_error) })
    }
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKeys(** redacted **)")
    }
}
