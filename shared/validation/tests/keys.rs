//! Which keys of a JWKS are taken.

use serde_json::{Value, json};
use test_tokens::{SigningKey, changed, encode};
use validation::{KeySet, token::KeySetError};

fn parse(keys: &[Value]) -> Result<KeySet, KeySetError> {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
}

#[test]
fn keys_that_cannot_verify_rs256_are_passed_over() {
    let good = SigningKey::new("good").jwk();
    let bad = |changes: Value| changed(&changed(&good, &json!({ "kid": "bad" })), &changes);
    let weak = SigningKey::with_bits("bad", 1024).jwk();
    let cases = [
        ("weak", weak),
        ("exponent 1", bad(json!({ "e": "AQ" }))),
        ("even exponent", bad(json!({ "e": "AQAA" }))),
        ("exponent with a leading zero", bad(json!({ "e": "AAEAAQ" }))),
        ("no exponent", bad(json!({ "e": null }))),
        ("no modulus", bad(json!({ "n": null }))),
        ("modulus no base64url", bad(json!({ "n": "a+b/" }))),
        ("modulus with a leading zero", bad(json!({ "n": encode([0; 257]) }))),
        ("even modulus", bad(json!({ "n": encode([254; 256]) }))),
        ("for encryption", bad(json!({ "use": "enc" }))),
        ("for nothing", bad(json!({ "use": null }))),
        ("for another algorithm", bad(json!({ "alg": "RS512" }))),
        ("for an unknown algorithm", bad(json!({ "alg": "XX" }))),
        ("elliptic", json!({ "kty": "EC", "use": "sig", "kid": "bad", "crv": "P-256", "x": "AA", "y": "AA" })),
        ("symmetric", json!({ "kty": "oct", "use": "sig", "kid": "bad", "alg": "HS256", "k": "c2VjcmV0" })),
        ("no id", bad(json!({ "kid": null }))),
        ("an empty id", bad(json!({ "kid": "" }))),
        ("an id that is a number", bad(json!({ "kid": 1 }))),
        ("no object", json!("key")),
    ];
    for (name, key) in cases {
        let keys = parse(&[key.clone(), good.clone()]).unwrap();
        assert!(keys.contains("good") && !keys.contains("bad") && !keys.contains(""), "{name}");
        assert_eq!(parse(&[key]).unwrap_err(), KeySetError::NoUsableKey, "{name}");
    }
    assert!(parse(&[changed(&good, &json!({ "alg": null }))]).is_ok(), "alg may be absent");
}

#[test]
fn of_two_keys_with_one_id_the_first_is_taken() {
    let (first, second) = (SigningKey::new("key"), SigningKey::new("key"));
    let keys = parse(&[first.jwk(), second.jwk()]).unwrap();
    assert_eq!(format!("{keys:?}"), "[\"key\"]");
}

#[test]
fn a_document_has_its_limits() {
    let key = SigningKey::new("key").jwk();
    assert!(parse(&vec![key.clone(); 64]).is_ok());
    assert_eq!(parse(&vec![key.clone(); 65]).unwrap_err(), KeySetError::TooManyKeys);
    let padded = |length: usize| {
        let document = json!({ "keys": [key], "x": "" }).to_string();
        document.replace("\"x\":\"\"", &format!("\"x\":\"{}\"", "x".repeat(length - document.len())))
    };
    assert!(KeySet::parse(padded(262_144).as_bytes()).is_ok());
    assert_eq!(KeySet::parse(padded(262_145).as_bytes()).unwrap_err(), KeySetError::TooLarge);
    for document in ["", "<html>", "[]", "{}", "{\"keys\": {}}", "null"] {
        assert_eq!(KeySet::parse(document.as_bytes()).unwrap_err(), KeySetError::Form, "{document:?}");
    }
}
