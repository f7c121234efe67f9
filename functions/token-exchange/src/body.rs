use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::date_time::{DateTime, Format};
use identity_pool::IdentityCredentials;
use serde::Serialize;

/// The type of the tokens that are issued here: a name of our own, since RFC 8693 §3 has none for AWS credentials.
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

/// The same credentials in the answer of a token endpoint (RFC 8693 §2.2.1).
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
            // Not an OAuth access token, so of no type (RFC 8693 §2.2.1).
            token_type: "N_A",
            expires_in: credentials.expires_at.duration_since(now).unwrap_or_default().as_secs(),
            credentials: CredentialsBody::new(credentials),
        }
    }
}

/// The time in UTC to the second, e.g. `2026-11-23T10:00:00Z` (RFC 3339 §5.6).
fn iso_8601(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    // Cognito's times are an hour ahead, not beyond the year 9999, where the format ends.
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| DateTime::from_secs(seconds).fmt(Format::DateTime).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_to_the_second() {
        assert_eq!(iso_8601(UNIX_EPOCH + Duration::from_secs(1_795_428_001)), "2026-11-23T10:00:01Z");
        assert_eq!(iso_8601(UNIX_EPOCH + Duration::from_millis(1_795_428_000_999)), "2026-11-23T10:00:00Z");
    }
}
