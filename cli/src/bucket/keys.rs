use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError, future},
};

use crate::{error::CliError, sign_in::SharedSession};

/// The person's keys for the S3 client, which asks again when they end: a transfer may take longer than they last.
#[derive(Debug)]
pub(super) struct SessionKeys(pub(super) SharedSession);

impl SessionKeys {
    async fn current(&self) -> Result<Credentials, CliError> {
        let (keys, _) = self.0.keys(None).await?;
        let (secret, token) = (keys.secret_access_key.expose().to_owned(), keys.token.expose().to_owned());
        Ok(Credentials::new(&keys.access_key_id, secret, Some(token), keys.end(), "latchkey"))
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
