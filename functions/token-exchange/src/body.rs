use std::time::SystemTime;

use cognito::IdentityCredentials;
use http_api::iso_8601;
use serde::Serialize;

/// The type of the issued tokens. It is a name of our own, because RFC 8693 §3 has none for AWS credentials.
pub(crate) const AWS_CREDENTIALS: &str = "urn:latchkey:params:oauth:token-type:aws-credentials";

/// The credentials, as both `credential_process` (`Version`, `SessionToken`) and the SDKs' container provider
/// (`Token`) read them.
///
/// Source: "Process credential provider" and "Container credential provider" in the AWS SDKs and Tools reference
/// guide.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CredentialsBody<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    token: &'a str,
    expiration: String,
    identity_id: &'a str,
}

impl<'a> CredentialsBody<'a> {
    pub(crate) fn new(credentials: &'a IdentityCredentials) -> Self {
        Self {
            version: 1,
            access_key_id: &credentials.access_key_id,
            secret_access_key: &credentials.secret_access_key,
            session_token: &credentials.session_token,
            token: &credentials.session_token,
            expiration: iso_8601(credentials.expires_at),
            identity_id: credentials.identity_id.as_str(),
        }
    }
}

/// The same credentials in the response of a token endpoint (RFC 8693 §2.2.1).
#[derive(Serialize)]
pub(crate) struct TokenBody<'a> {
    access_token: &'a str,
    issued_token_type: &'static str,
    token_type: &'static str,
    expires_in: u64,
    #[serde(flatten)]
    credentials: CredentialsBody<'a>,
}

impl<'a> TokenBody<'a> {
    pub(crate) fn new(credentials: &'a IdentityCredentials, now: SystemTime) -> Self {
        Self {
            access_token: &credentials.session_token,
            issued_token_type: AWS_CREDENTIALS,
            // It is not an OAuth access token, so it has no type (RFC 8693 §2.2.1).
            token_type: "N_A",
            expires_in: credentials.expires_at.duration_since(now).unwrap_or_default().as_secs(),
            credentials: CredentialsBody::new(credentials),
        }
    }
}
