use std::{fmt, time::SystemTime};

use aws_credential_types::Credentials;
use cognito::IdentityCredentials;
use folders::Folders;

use crate::signer::SigningKey;

/// A person with their own credentials for S3. The credentials are wiped from memory when the last copy is dropped, and
/// never shown by `Debug`.
#[derive(Clone)]
pub struct Caller {
    pub(crate) credentials: Credentials,
    pub(crate) signing_key: SigningKey,
    /// The person's own folders in the bucket.
    pub folders: Folders,
    pub(crate) credentials_expire_at: SystemTime,
}

impl Caller {
    pub(crate) fn new(credentials: &IdentityCredentials, folders: Folders) -> Self {
        Self {
            credentials: Credentials::new(
                credentials.access_key_id.as_str(),
                credentials.secret_access_key.as_str(),
                Some(credentials.session_token.to_string()),
                Some(credentials.expires_at),
                "cognito-identity",
            ),
            signing_key: SigningKey::default(),
            folders,
            credentials_expire_at: credentials.expires_at,
        }
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Caller(** redacted **)")
    }
}
