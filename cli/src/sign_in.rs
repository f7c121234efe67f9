//! A person's sign-in: how it is made, kept, renewed and ended.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

pub(crate) use self::{
    key_store::KeyPlace,
    secret::Secret,
    session::Session,
    shared_session::SharedSession,
    vault::{ProfileName, Vault},
};

pub(crate) mod authorization_server;
pub(crate) mod callback;
mod key_store;
mod secret;
mod session;
mod shared_session;
mod vault;

/// How long before its end an id token is renewed.
const TOKEN_RESERVE: Duration = Duration::from_mins(1);
/// How long before their end keys are renewed, as the AWS SDKs do it.
const KEYS_RESERVE: Duration = Duration::from_mins(5);

/// A sign-in, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SignIn {
    /// The API's address.
    pub(crate) api: String,
    pub(crate) app: App,
    pub(crate) id_token: Secret,
    /// Absent when the app client gives none: then the sign-in ends with the id token.
    pub(crate) refresh_token: Option<Secret>,
    /// What the first exchange said. Later ones send it, and spare a call of Cognito.
    pub(crate) identity_id: Option<String>,
    /// The person's places in the bucket, as the API said with this id token. Absent until they are needed.
    #[serde(default)]
    pub(crate) folders: Option<Folders>,
    /// The keys of each role, and under the empty name those of the usual one.
    #[serde(default)]
    pub(crate) keys: BTreeMap<String, Keys>,
}

/// The app client that the person signed in at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct App {
    pub(crate) client_id: String,
    pub(crate) token_endpoint: String,
    pub(crate) revocation_endpoint: Option<String>,
    pub(crate) region: String,
}

/// The bucket and the person's folders in it. Each ends with a slash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Folders {
    pub(crate) bucket: String,
    pub(crate) home: String,
    pub(crate) team: Option<String>,
}

/// Temporary AWS credentials, as `GET /credentials` answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Keys {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Secret,
    pub(crate) token: Secret,
    /// RFC 3339, in UTC.
    pub(crate) expiration: String,
}

/// The claims that we read of an id token. It came from the token endpoint itself, over TLS, so its signature is not
/// checked (`OpenID` Connect Core §3.1.3.7); the API checks it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Claims {
    pub(crate) exp: u64,
    pub(crate) nonce: Option<String>,
    #[serde(rename = "cognito:username")]
    pub(crate) user_name: Option<String>,
    pub(crate) email: Option<String>,
}

impl Claims {
    pub(crate) fn of(id_token: &str) -> Option<Self> {
        let payload = BASE64_URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1)?).ok()?;
        serde_json::from_slice(&payload).ok()
    }
}

impl SignIn {
    /// Whether the id token is good for a while.
    pub(crate) fn has_token(&self, now: SystemTime) -> bool {
        let end = Claims::of(self.id_token.expose()).map(|claims| UNIX_EPOCH + Duration::from_secs(claims.exp));
        end.is_some_and(|end| now + TOKEN_RESERVE < end)
    }

    /// The keys of `role`, if they are kept and good for a while.
    pub(crate) fn keys_of(&self, role: &str, now: SystemTime) -> Option<&Keys> {
        self.keys.get(role).filter(|keys| keys.end().is_some_and(|end| now + KEYS_RESERVE < end))
    }
}

impl Keys {
    /// When they end.
    pub(crate) fn end(&self) -> Option<SystemTime> {
        let end = aws_smithy_types::DateTime::from_str(&self.expiration, aws_smithy_types::date_time::Format::DateTime);
        end.ok().and_then(|end| end.try_into().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in(exp: u64, expiration: &str) -> SignIn {
        let payload = BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{exp},"nonce":"n"}}"#));
        let keys = Keys {
            access_key_id: "ASIA".to_owned(),
            secret_access_key: Secret::new("s".to_owned()),
            token: Secret::new("t".to_owned()),
            expiration: expiration.to_owned(),
        };
        SignIn {
            api: "https://api.example.com".to_owned(),
            app: App {
                client_id: "c".to_owned(),
                token_endpoint: "https://p/oauth2/token".to_owned(),
                revocation_endpoint: None,
                region: "eu-west-1".to_owned(),
            },
            id_token: Secret::new(format!("e30.{payload}.x")),
            refresh_token: None,
            identity_id: None,
            folders: None,
            keys: [(String::new(), keys)].into(),
        }
    }

    #[test]
    fn a_token_and_keys_are_good_until_shortly_before_their_end() {
        // 2026-03-12T17:50:30Z
        let now = UNIX_EPOCH + Duration::from_secs(1_773_337_830);
        for (exp, is_good) in [(1_773_337_891, true), (1_773_337_890, false), (0, false)] {
            assert_eq!(sign_in(exp, "").has_token(now), is_good, "{exp}");
        }
        for (end, is_good) in [
            ("2026-03-12T17:55:31Z", true),
            ("2026-03-12T17:55:30Z", false),
            ("2026-03-12T17:00:00Z", false),
            ("never", false),
        ] {
            assert_eq!(sign_in(0, end).keys_of("", now).is_some(), is_good, "{end}");
        }
        assert!(sign_in(0, "2026-03-12T18:00:00Z").keys_of("arn", now).is_none(), "of another role");
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", sign_in(1, "2026-03-12T17:55:31Z"));
        assert!(!shown.contains("e30") && !shown.contains("\"s\"") && !shown.contains("\"t\""), "{shown}");
    }
}
