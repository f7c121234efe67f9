use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, LazyLock},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use test_tokens::{SigningKey, changed, id_claims};

use crate::{Answer, Authority, Aws};

/// A pretended AWS with a user pool, an identity pool and a bucket: the settings that lead a function there, and id
/// tokens of the pool's people.
pub struct Cloud {
    /// How it answers.
    pub aws: Aws,
    /// What the user pool signs with.
    pub key: Arc<SigningKey>,
    /// When it started, in seconds since the epoch.
    pub started_seconds: u64,
}

/// Making a key takes a while, and the tests of a program may well share one.
static USUAL_KEY: LazyLock<Arc<SigningKey>> = LazyLock::new(|| Arc::new(SigningKey::new("key-1")));

impl Cloud {
    /// The user pool's issuer.
    pub const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab";
    /// An app client of the user pool.
    pub const CLIENT: &str = "client-a";
    /// The identity pool.
    pub const IDENTITY_POOL: &str = "eu-west-1:12345678-1234-1234-1234-123456789abc";
    /// The bucket.
    pub const BUCKET: &str = "my-bucket";
    /// The role of everyone whose groups give them none.
    pub const USUAL_ROLE: &str = "arn:aws:iam::111122223333:role/usual";
    /// The home of everyone: to this AWS all people are the same.
    pub const HOME: &str = "private/eu-west-1:11111111-2222-3333-4444-555555555555/";

    /// What `POST /uploads` returned to everyone for 5 bytes with the key `~/film.mp4`.
    pub const UPLOAD: &str = "_7Dbub22tp5Gv-i7DBh3C2FuLXVwbG9hZC1pZCA1IDgzODg2MDggZmFsc2Ug\
        MTc5NTUxNDQwMCBwcml2YXRlL2V1LXdlc3QtMToxMTExMTExMS0yMjIyLTMzMzMtNDQ0NC01NTU1NTU1NTU1NTUvZmlsbS5tcDQ\
        ";

    /// The key of invite codes, where sign-ups need one: of the tests alone.
    pub const INVITE_KEY: &str = "0123456789abcdef0123456789abcdef";

    /// Starts it, with credentials that last for an hour from now.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it starts a server")]
    pub fn new() -> Self {
        Self::at(Ipv4Addr::LOCALHOST.into())
    }

    /// Starts it at another address of this machine, for functions that cannot reach the loopback.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self::with_key(address, Arc::clone(&USUAL_KEY))
    }

    /// Starts one like it that signs with another key of the same id.
    #[must_use]
    pub fn another() -> Self {
        Self::with_key(Ipv4Addr::LOCALHOST.into(), Arc::new(SigningKey::new("key-1")))
    }

    /// Starts one that is called over TLS, with a certificate of `authority`.
    #[must_use]
    pub fn over_tls(authority: &Authority) -> Self {
        let key = Arc::clone(&USUAL_KEY);
        let started_seconds = now_seconds();
        Self { aws: Aws::start_tls(authority, &key.jwks(), started_seconds + 3600), key, started_seconds }
    }

    fn with_key(address: IpAddr, key: Arc<SigningKey>) -> Self {
        let started_seconds = now_seconds();
        Self { aws: Aws::start_at(address, &key.jwks(), started_seconds + 3600), key, started_seconds }
    }

    /// A page of the bucket with `count` objects in the home.
    #[must_use]
    pub fn page(count: usize) -> Answer {
        let object = |n: usize| {
            format!(
                "<Contents><Key>{}reports%2F2026%2Fobject-{n}.csv</Key><LastModified>2026-03-12T17:50:30.000Z</LastModified>\
                 <ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>{n}</Size>\
                 <StorageClass>STANDARD</StorageClass></Contents>",
                Self::HOME
            )
        };
        let objects: String = (0..count).map(object).collect::<Vec<_>>().concat();
        Aws::page(&format!("<KeyCount>{count}</KeyCount><IsTruncated>false</IsTruncated>{objects}"))
    }

    /// The environment of the functions, as the template sets it.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, String)> {
        let variables = [
            ("USER_POOL_ID", "eu-west-1_Ab"),
            ("USER_POOL_CLIENT_IDS", "client-a,client-b"),
            ("IDENTITY_POOL_ID", Self::IDENTITY_POOL),
            ("BUCKET_NAME", Self::BUCKET),
            ("HOME_PREFIX", "private/{identity_id}/"),
            ("CREDENTIALS_REUSE_SECONDS", "300"),
            ("PUBLIC_PREFIX", "public/"),
            ("AUTHENTICATED_ROLE_ARN", Self::USUAL_ROLE),
            ("GROUP_ROLES", "true"),
            ("CLI_CLIENT_ID", "client-b"),
            ("CLI_REDIRECT_URIS", "http://localhost:53682/callback,http://localhost:53683/callback"),
            ("SIGN_IN_SCOPES", "openid,email,profile"),
            ("SIGN_UP_BLOCKED_DOMAINS", "blocked.example"),
            ("SIGN_UP_BLOCK_DISPOSABLE", "true"),
            ("SIGN_UP_AUTO_CONFIRM_DOMAINS", "example.com"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL", self.aws.url()),
        ];
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// The same, for a function that writes as much as it can.
    #[must_use]
    pub fn talkative_variables(&self) -> Vec<(String, String)> {
        self.variables_with(&[
            ("AWS_LAMBDA_LOG_LEVEL", "TRACE"),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("RUST_LOG", "trace"),
        ])
    }

    /// The same, with these in their places or beside them.
    #[must_use]
    pub fn variables_with(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let kept = |(name, _): &(String, String)| !more.iter().any(|(other, _)| other == name);
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.variables().into_iter().filter(kept).chain(more).collect()
    }

    /// In every claim of [`Cloud::marked_token`], so that it would be known again wherever it turned up.
    pub const MARK: &str = "5ec2e7";

    /// An id token whose claims bear [`Cloud::MARK`], but for `changes`.
    #[must_use]
    pub fn marked_token(&self, changes: &Value) -> String {
        let claims = json!({
            "sub": "5ec2e7-subject", "email": "5ec2e7@private.example", "cognito:username": "5ec2e7-name",
            "jti": "5ec2e7-jti", "origin_jti": "5ec2e7-origin", "custom:note": "5ec2e7-note",
        });
        self.token(&changed(&claims, changes))
    }

    /// What must turn up nowhere but in the answer that it is for: parts of the marked token, the mark, what the
    /// exchange gives out, and what AWS says.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let token = self.marked_token(&json!({}));
        let parts = token.split('.').skip(1).map(|part| part.chars().take(24).collect());
        let fixed =
            [Self::MARK, "ASIAEXAMPLEKEYID", "example-secret-key", "example-session-token", "words of the service"];
        parts.chain(fixed.map(str::to_owned)).collect()
    }

    /// An id token with the usual claims, but for `changes`; a member that is `null` there is taken out.
    #[must_use]
    pub fn token(&self, changes: &Value) -> String {
        self.key.sign(&changed(&id_claims(Self::ISSUER, Self::CLIENT, "subject-1", self.started_seconds), changes))
    }
}

#[expect(clippy::disallowed_methods, reason = "the functions read the clock, so the tokens must be valid now")]
fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs()
}
