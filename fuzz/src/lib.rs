//! A user pool whose private key does not exist. So every token is forged, and it is an error when one is accepted.

use std::{
    sync::LazyLock,
    time::{Duration, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;
use validation::{IdToken, Issuer, KeySet, TokenError, TokenPolicy, UnverifiedToken};

/// The pool's keys. The modulus was not made from two secret primes.
pub static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let key =
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "key-1", "e": "AQAB", "n": encode([255; 256]) });
    KeySet::parse(json!({ "keys": [key] }).to_string().as_bytes()).expect("the key has the right form")
});

static POLICY: LazyLock<TokenPolicy> = LazyLock::new(|| {
    let issuer = Issuer::parse("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab").expect("an issuer");
    TokenPolicy::new(vec![issuer], vec!["client-a".to_owned()])
});

/// base64url without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with a signature of the right length, which is not valid.
pub fn forge(header: &[u8], payload: &[u8]) -> String {
    format!("{}.{}.{}", encode(header), encode(payload), encode([0x55; 256]))
}

/// The error that `token` must get: for its form, its header or its signature. No claim is judged before the signature.
pub fn refusal(token: &str, keys: &KeySet) -> TokenError {
    use TokenError::{Algorithm, Critical, Form, Header, KeyId, Signature, TooLong, UnknownKey};
    let now = UNIX_EPOCH + Duration::from_secs(1_795_514_400);
    let verified =
        UnverifiedToken::parse(IdToken::new(token.to_owned())).and_then(|token| token.verify(keys, &POLICY, now));
    let refused = verified.expect_err("nobody could sign this token");
    assert!(
        matches!(refused, TooLong | Form | Header | Algorithm | Critical | KeyId | UnknownKey | Signature),
        "a claim was judged: {refused}"
    );
    refused
}
