use std::time::SystemTime;

use super::{
    Folders, Keys, SignIn,
    authorization_server::{self, Tokens},
    vault::{Lock, Vault},
};
use crate::{api, error::CliError, metadata, network::Network};

/// A profile's sign-in and the network: what the commands work with.
pub(crate) struct Session {
    pub(crate) vault: Vault,
    pub(crate) network: Network,
    /// The API's address, if the person gave one.
    pub(crate) url: Option<String>,
}

const NOBODY: CliError = CliError::NotSignedIn("You are not signed in.");

impl Session {
    /// The API's address: the one that was given, or else that of the sign-in.
    ///
    /// # Errors
    ///
    /// [`CliError::Usage`] when there is neither.
    pub(crate) fn address(&self) -> Result<String, CliError> {
        if let Some(url) = &self.url {
            return Ok(metadata::address(url));
        }
        let known = self.vault.read()?.map(|sign_in| sign_in.api);
        known.ok_or_else(|| CliError::Usage("Say where: latchkey login --url https://api.example.com".to_owned()))
    }

    /// What is kept, if it is of the API that was asked for.
    ///
    /// # Errors
    ///
    /// [`CliError::NotSignedIn`] when nothing is.
    pub(crate) fn kept(&self) -> Result<SignIn, CliError> {
        let sign_in = self.vault.read()?.ok_or(NOBODY)?;
        match self.url.as_deref().map(metadata::address) {
            Some(address) if address != sign_in.api => {
                Err(CliError::NotSignedIn("This profile is not signed in there."))
            }
            _ => Ok(sign_in),
        }
    }

    /// Keeps a new sign-in.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it cannot be kept.
    pub(crate) async fn begin(&mut self, sign_in: &SignIn) -> Result<(), CliError> {
        let lock = self.vault.lock().await?;
        self.vault.write(&lock, sign_in)
    }

    /// The sign-in with an id token that is good for a while.
    ///
    /// # Errors
    ///
    /// [`CliError::NotSignedIn`] when the sign-in has ended; another when Cognito does not answer.
    pub(crate) async fn with_token(&mut self) -> Result<SignIn, CliError> {
        let sign_in = self.kept()?;
        if sign_in.has_token(now()) {
            return Ok(sign_in);
        }
        self.renewed().await.map(|(_, sign_in)| sign_in)
    }

    /// The keys of `role`, those that are kept or new ones, and the region that they are for.
    ///
    /// # Errors
    ///
    /// As [`Session::with_token`], and what the API answers.
    pub(crate) async fn keys(&mut self, role: Option<&str>) -> Result<(Keys, String), CliError> {
        let name = role.unwrap_or_default();
        let kept = self.kept()?;
        if let Some(keys) = kept.keys_of(name, now()) {
            return Ok((keys.clone(), kept.app.region));
        }
        let (lock, mut sign_in) = self.renewed().await?;
        // Another process may have just got them.
        if let Some(keys) = sign_in.keys_of(name, now()) {
            return Ok((keys.clone(), sign_in.app.region));
        }
        let exchanged = api::credentials(&self.network, &sign_in, role).await?;
        sign_in.identity_id = exchanged.identity_id.or(sign_in.identity_id);
        sign_in.keys.insert(name.to_owned(), exchanged.keys.clone());
        self.vault.write(&lock, &sign_in)?;
        Ok((exchanged.keys, sign_in.app.region))
    }

    /// The person's places in the bucket, and the bucket's region.
    ///
    /// # Errors
    ///
    /// As [`Session::keys`].
    pub(crate) async fn folders(&mut self) -> Result<(Folders, String), CliError> {
        let kept = self.kept()?;
        if let Some(folders) = kept.folders {
            return Ok((folders, kept.app.region));
        }
        let (lock, mut sign_in) = self.renewed().await?;
        let folders = api::folders(&self.network, &sign_in).await?;
        sign_in.folders = Some(folders.clone());
        self.vault.write(&lock, &sign_in)?;
        Ok((folders, sign_in.app.region))
    }

    /// The sign-in with a good id token, which no other process changes as long as the lock is held.
    async fn renewed(&mut self) -> Result<(Lock, SignIn), CliError> {
        let lock = self.vault.lock().await?;
        let mut sign_in = self.kept()?;
        if !sign_in.has_token(now()) {
            let refresh_token =
                sign_in.refresh_token.as_ref().ok_or(CliError::NotSignedIn("Your sign-in has ended."))?;
            let Tokens { id_token, refresh_token } =
                authorization_server::refresh(&self.network, &sign_in.app, refresh_token).await?;
            sign_in.id_token = id_token;
            sign_in.refresh_token = refresh_token.or(sign_in.refresh_token);
            // Another team, perhaps.
            sign_in.folders = None;
            // At once: with rotation, the old refresh token is worth nothing soon.
            self.vault.write(&lock, &sign_in)?;
        }
        Ok((lock, sign_in))
    }
}

#[expect(clippy::disallowed_methods, reason = "a command runs once, so it may ask for the time where it needs it")]
fn now() -> SystemTime {
    SystemTime::now()
}
