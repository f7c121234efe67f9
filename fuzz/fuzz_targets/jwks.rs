//! Any bytes as a JWKS: each key that is kept is an RSA signing key, and verifies only what it signed.
#![no_main]

use fuzz::{encode, forge, refusal};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use validation::{KeySet, TokenError};

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // As the rest of a valid key: the last one of repeated members counts. A modulus is too long to be found by chance.
    let key = format!(r#"{{"kty":"RSA","use":"sig","alg":"RS256","kid":"a","e":"AQAB","n":"{}""#, encode([255; 256]));
    check(&[br#"{"keys":["#, key.as_bytes(), bytes, b"}]}"].concat());
});

fn check(document: &[u8]) {
    let Ok(keys) = KeySet::parse(document) else { return };
    let document: Value = serde_json::from_slice(document).expect("a JWKS is JSON");
    let entries = document["keys"].as_array().expect("a JWKS has a list of keys");
    let mut kept = 0;
    for key_id in entries.iter().filter_map(|entry| entry["kid"].as_str()).filter(|key_id| keys.contains(key_id)) {
        kept += 1;
        let is_signing_key = |entry: &&Value| {
            entry["kid"] == key_id
                && entry["kty"] == "RSA"
                && entry["use"] == "sig"
                && (entry["alg"].is_null() || entry["alg"] == "RS256")
                && entry["n"].as_str().is_some_and(|n| n.len() >= 342)
                && entry["e"].as_str().is_some_and(|e| !["", "AA", "AQ"].contains(&e))
        };
        assert!(entries.iter().any(|entry| is_signing_key(&entry)), "{key_id:?} is not a signing key");
        let header = json!({ "alg": "RS256", "kid": key_id }).to_string();
        let refused = refusal(&forge(header.as_bytes(), b"{}"), &keys);
        assert!(matches!(refused, TokenError::Signature | TokenError::TooLong), "{key_id:?}: {refused}");
    }
    assert!(kept > 0, "the set was accepted without a key");
}
