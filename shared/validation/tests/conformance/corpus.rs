//! What every table needs: a user pool, an attacker, and the runner.

use std::{
    collections::HashSet,
    fmt::Debug,
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rsa::{RsaPrivateKey, rand_core::OsRng, traits::PublicKeyParts};
use serde_json::{Value, json};
use test_tokens::{SigningKey, changed, encode, id_claims};
use validation::{IdToken, Issuer, KeySet, TokenError, TokenPolicy, UnverifiedToken, VerifiedToken};

pub(crate) const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab";
/// The same pool by its other name, which tokens may have too.
pub(crate) const OTHER_ISSUER: &str = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab";
pub(crate) const NOW: u64 = 1_795_514_400;

/// Made once: keys are slow to make.
pub(crate) static CORPUS: LazyLock<Corpus> = LazyLock::new(Corpus::new);

pub(crate) type Outcome = Result<(), TokenError>;

pub(crate) struct Corpus {
    /// The pool's key, `key-1`.
    pub(crate) key: SigningKey,
    /// The pool's other key, `key-b`, with its private half.
    pub(crate) pair: RsaPrivateKey,
    /// A key of somebody else who calls it `key-1`. The pool's JWKS has it too, as keys that are not for id tokens.
    pub(crate) attacker: SigningKey,
    keys: KeySet,
    policy: TokenPolicy,
}

impl Corpus {
    fn new() -> Self {
        let (key, attacker) = (SigningKey::new("key-1"), SigningKey::new("key-1"));
        let pair = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
        let jwks = json!({ "keys": [
            changed(&attacker.jwk(), &json!({ "kid": "encryption", "use": "enc" })),
            changed(&attacker.jwk(), &json!({ "kid": "rs512", "alg": "RS512" })),
            { "kty": "oct", "use": "sig", "kid": "symmetric", "alg": "HS256", "k": encode("secret") },
            key.jwk(),
            jwk("key-b", &pair),
        ] });
        let keys = KeySet::parse(jwks.to_string().as_bytes()).unwrap();
        let clients = vec!["client-a".to_owned(), "client-b".to_owned()];
        Self {
            key,
            pair,
            attacker,
            keys,
            policy: TokenPolicy::new(
                vec![Issuer::parse(ISSUER).unwrap(), Issuer::parse(OTHER_ISSUER).unwrap()],
                clients,
            ),
        }
    }

    pub(crate) fn verify(&self, token: &str) -> Result<VerifiedToken, TokenError> {
        self.verify_with(token, &self.keys)
    }

    pub(crate) fn verify_with(&self, token: &str, keys: &KeySet) -> Result<VerifiedToken, TokenError> {
        UnverifiedToken::parse(IdToken::new(token.to_owned()))?.verify(keys, &self.policy, now())
    }

    /// The team of a token, under a policy that reads it from the claim `custom:team`.
    pub(crate) fn team_of(&self, token: &str) -> Result<Option<String>, TokenError> {
        let policy = self.policy.clone().with_team_claim("custom:team".to_owned());
        let token = UnverifiedToken::parse(IdToken::new(token.to_owned()))?.verify(&self.keys, &policy, now())?;
        Ok(token.team().map(|team| team.as_str().to_owned()))
    }

    /// A token with good claims, except for `changes`.
    pub(crate) fn with_claims(&self, changes: &Value) -> String {
        self.key.sign(&changed(&claims(), changes))
    }

    /// A token with a good header, except for `changes`.
    pub(crate) fn with_header(&self, changes: &Value) -> String {
        self.with_raw_header(changed(&self.key.header(), changes).to_string())
    }

    pub(crate) fn with_raw_header(&self, header: impl AsRef<[u8]>) -> String {
        self.key.sign_parts(header.as_ref(), claims().to_string().as_bytes())
    }

    pub(crate) fn with_raw_payload(&self, payload: impl AsRef<[u8]>) -> String {
        self.key.sign_parts(self.key.header().to_string().as_bytes(), payload.as_ref())
    }

    /// A properly signed token whose first two parts need not be base64url.
    pub(crate) fn with_raw_parts(&self, header: &str, payload: &str) -> String {
        let signed = format!("{header}.{payload}");
        format!("{signed}.{}", encode(self.key.signature(signed.as_bytes())))
    }
}

pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

/// The claims of a good token, issued a minute ago.
pub(crate) fn claims() -> Value {
    id_claims(ISSUER, "client-a", "subject-1", NOW - 60)
}

/// `key` as an entry of a JWKS.
pub(crate) fn jwk(key_id: &str, key: &impl PublicKeyParts) -> Value {
    json!({
        "alg": "RS256", "kty": "RSA", "use": "sig", "kid": key_id,
        "n": encode(key.n().to_bytes_be()), "e": encode(key.e().to_bytes_be()),
    })
}

/// The three parts of a token.
pub(crate) fn parts(token: &str) -> [&str; 3] {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    [header, payload, signature]
}

/// The same bytes in base64url, with one bit set that is not part of any byte.
///
/// The length of `part` must not be a multiple of four: only then does its last character have unused bits.
pub(crate) fn with_stray_bit(part: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    assert_ne!(part.len() % 4, 0, "{part} has no unused bits");
    let (rest, last) = part.split_at(part.len() - 1);
    let place = ALPHABET.find(last).unwrap() + 1;
    format!("{rest}{}", &ALPHABET[place..=place])
}

/// Verifies the token of each case.
pub(crate) fn check_tokens<N: Into<String>>(table: &str, cases: impl IntoIterator<Item = (N, String, Outcome)>) {
    check(table, cases, |token| CORPUS.verify(&token).map(drop));
}

/// Judges each case, and names all that have another outcome than they must.
pub(crate) fn check<N: Into<String>, I, O: Debug + PartialEq>(
    table: &str,
    cases: impl IntoIterator<Item = (N, I, O)>,
    judge: impl Fn(I) -> O,
) {
    let mut names = HashSet::new();
    let mut failures = Vec::new();
    for (name, input, expected) in cases {
        let name = name.into();
        // Printed first, so that the last line names the case that panicked.
        eprintln!("case: {table}: {name}");
        let outcome = judge(input);
        if outcome != expected {
            failures.push(format!("{name}: {outcome:?} instead of {expected:?}"));
        }
        assert!(names.insert(name.clone()), "{table}: two cases are called {name}");
    }
    eprintln!("{table}: {} cases", names.len());
    assert!(failures.is_empty(), "{table}: {} of {} cases\n{}", failures.len(), names.len(), failures.join("\n"));
}
