use std::{fmt, time::SystemTime};

use aws_credential_types::Credentials;
use cognito::IdentityCredentials;
use validation::{HomePrefix, pool::UnusableSubject, token::Subject};

/// A person with their own credentials for S3. The credentials are wiped from memory when the last copy is dropped, and
/// never shown by `Debug`.
#[derive(Clone)]
pub struct Caller {
    pub(crate) credentials: Credentials,
    /// The prefix of the person's own objects.
    pub home: String,
    pub(crate) credentials_expire_at: SystemTime,
}

impl Caller {
    /// # Errors
    ///
    /// [`UnusableSubject`]: the person cannot have a home.
    pub(crate) fn new(
        credentials: &IdentityCredentials,
        subject: &Subject,
        home_prefix: &HomePrefix,
    ) -> Result<Self, UnusableSubject> {
        let home = home_prefix.of(&credentials.identity_id, subject)?;
        Ok(Self {
            credentials: Credentials::new(
                credentials.access_key_id.as_str(),
                credentials.secret_access_key.as_str(),
                Some(credentials.session_token.to_string()),
                Some(credentials.expires_at),
                "cognito-identity",
            ),
            home,
            credentials_expire_at: credentials.expires_at,
        })
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Caller(** redacted **)")
    }
}
