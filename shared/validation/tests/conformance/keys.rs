//! Which keys of a JWKS are taken, and which documents are one.

use rsa::{
    BigUint, Pkcs1v15Sign, RsaPrivateKey,
    rand_core::OsRng,
    sha2::{Digest, Sha256},
    traits::{PrivateKeyParts, PublicKeyParts},
};
use serde_json::{Value, json};
use test_tokens::{SigningKey, changed, encode};
use validation::{
    KeySet, TokenError,
    token::KeySetError::{self, NoUsableKey},
};

use crate::corpus::{CORPUS, check, claims, jwk, parts};

/// The ids of the keys that are taken.
fn key_ids(document: &[u8]) -> Result<String, KeySetError> {
    KeySet::parse(document).map(|keys| format!("{keys:?}"))
}

fn document(keys: &[Value]) -> Vec<u8> {
    json!({ "keys": keys }).to_string().into_bytes()
}

#[expect(clippy::unnecessary_wraps, reason = "it stands beside refusals in the tables")]
fn taken(key_ids: &[&str]) -> Result<String, KeySetError> {
    Ok(format!("{key_ids:?}"))
}

/// The pool's key under the id `odd`, with `changes`.
#[expect(clippy::needless_pass_by_value, reason = "callers make the changes in place")]
fn odd(changes: Value) -> Value {
    changed(&changed(&CORPUS.key.jwk(), &json!({ "kid": "odd" })), &changes)
}

/// The pool's key under the id `odd`, with one member that may be null.
fn odd_member(name: &str, value: Value) -> Value {
    let mut key = odd(json!({}));
    key[name] = value;
    key
}

/// An odd modulus of so many bits. Nothing can be signed for it, since its primes are not known.
fn modulus(bits: usize) -> String {
    let number = (BigUint::from(1_u8) << (bits - 1)) + BigUint::from(1_u8);
    encode(number.to_bytes_be())
}

#[test]
fn keys_that_cannot_verify_rs256_are_ignored() {
    let cases = [
        ("1024 bits", jwk("odd", &RsaPrivateKey::new(&mut OsRng, 1024).unwrap())),
        ("2047 bits", jwk("odd", &RsaPrivateKey::new(&mut OsRng, 2047).unwrap())),
        ("512 bits", odd(json!({ "n": modulus(512) }))),
        ("8193 bits", odd(json!({ "n": modulus(8193) }))),
        ("16384 bits", odd(json!({ "n": modulus(16_384) }))),
        ("modulus absent", odd(json!({ "n": null }))),
        ("modulus null", odd_member("n", json!(null))),
        ("modulus empty", odd(json!({ "n": "" }))),
        ("modulus a number", odd(json!({ "n": 65_537 }))),
        ("modulus a list", odd(json!({ "n": [CORPUS.key.jwk()["n"]] }))),
        ("modulus zero", odd(json!({ "n": encode([0; 256]) }))),
        ("modulus even", odd(json!({ "n": encode([254; 256]) }))),
        ("modulus no base64url", odd(json!({ "n": "a+b/" }))),
        ("modulus padded", odd(json!({ "n": format!("{}==", modulus(2048)) }))),
        ("modulus with a blank", odd(json!({ "n": format!(" {}", modulus(2048)) }))),
        ("modulus with a leading zero", odd(json!({ "n": encode([&[0], &[255; 256][..]].concat()) }))),
        ("modulus short, and leading zeros", odd(json!({ "n": encode([&[0; 255], &[255][..]].concat()) }))),
        ("exponent absent", odd(json!({ "e": null }))),
        ("exponent null", odd_member("e", json!(null))),
        ("exponent empty", odd(json!({ "e": "" }))),
        ("exponent a number", odd(json!({ "e": 65_537 }))),
        ("exponent 0", odd(json!({ "e": "AA" }))),
        ("exponent 1", odd(json!({ "e": "AQ" }))),
        ("exponent 2", odd(json!({ "e": "Ag" }))),
        ("exponent even", odd(json!({ "e": "AQAA" }))),
        ("exponent with a leading zero", odd(json!({ "e": "AAEAAQ" }))),
        ("exponent 1, and leading zeros", odd(json!({ "e": "AAAB" }))),
        ("exponent with a stray bit", odd(json!({ "e": "A1" }))),
        ("exponent of 5 bytes", odd(json!({ "e": encode([1; 5]) }))),
        ("exponent as long as the modulus", odd(json!({ "e": encode([1; 256]) }))),
        ("exponent no base64url", odd(json!({ "e": "AQ==" }))),
        ("for encryption", odd(json!({ "use": "enc" }))),
        ("for signing in upper case", odd(json!({ "use": "SIG" }))),
        ("for both, in a list", odd(json!({ "use": ["sig", "enc"] }))),
        ("use absent", odd(json!({ "use": null }))),
        ("use null", odd_member("use", json!(null))),
        ("for RS384", odd(json!({ "alg": "RS384" }))),
        ("for RS512", odd(json!({ "alg": "RS512" }))),
        ("for PS256", odd(json!({ "alg": "PS256" }))),
        ("for HS256", odd(json!({ "alg": "HS256" }))),
        ("for RSA-OAEP", odd(json!({ "alg": "RSA-OAEP" }))),
        ("for rs256", odd(json!({ "alg": "rs256" }))),
        ("for none", odd(json!({ "alg": "none" }))),
        ("for an unknown algorithm", odd(json!({ "alg": "XX" }))),
        ("for an algorithm that is a number", odd(json!({ "alg": 256 }))),
        ("type absent", odd(json!({ "kty": null }))),
        ("type in lower case", odd(json!({ "kty": "rsa" }))),
        ("type of another key", odd(json!({ "kty": "EC" }))),
        ("elliptic", json!({ "kty": "EC", "use": "sig", "kid": "odd", "crv": "P-256", "x": "AA", "y": "AA" })),
        ("Edwards", json!({ "kty": "OKP", "use": "sig", "kid": "odd", "crv": "Ed25519", "x": "AA" })),
        ("symmetric", json!({ "kty": "oct", "use": "sig", "kid": "odd", "alg": "HS256", "k": "c2VjcmV0" })),
        ("of an unknown type", json!({ "kty": "PQC", "use": "sig", "kid": "odd" })),
        ("id absent", odd(json!({ "kid": null }))),
        ("id null", odd_member("kid", json!(null))),
        ("id empty", odd(json!({ "kid": "" }))),
        ("id a number", odd(json!({ "kid": 1 }))),
        ("id a list", odd(json!({ "kid": ["odd"] }))),
        ("null", json!(null)),
        ("a number", json!(1)),
        ("a text", json!("key")),
        ("a list", json!([odd(json!({}))])),
        ("an empty object", json!({})),
    ];
    let good = CORPUS.key.jwk();
    let each = cases.iter().flat_map(|(name, key)| {
        [
            (format!("{name}, alone"), vec![key.clone()], Err(NoUsableKey)),
            (format!("{name}, before a good key"), vec![key.clone(), good.clone()], taken(&["key-1"])),
        ]
    });
    check("key passed over", each, |keys| key_ids(&document(&keys)));
}

#[test]
fn keys_that_can_verify_rs256_are_kept() {
    let cases = [
        ("as Cognito writes it", odd(json!({}))),
        ("alg absent", odd(json!({ "alg": null }))),
        ("alg null", odd_member("alg", json!(null))),
        ("an unknown member", odd(json!({ "x": [1] }))),
        ("an operation", odd(json!({ "key_ops": ["verify"] }))),
        ("exponent 3", odd(json!({ "e": "Aw" }))),
        ("exponent of 4 bytes", odd(json!({ "e": encode([255; 4]) }))),
        ("2048 bits", odd(json!({ "n": modulus(2048) }))),
        ("2049 bits", odd(json!({ "n": modulus(2049) }))),
        ("3072 bits", odd(json!({ "n": modulus(3072) }))),
        ("8191 bits", odd(json!({ "n": modulus(8191) }))),
        ("8192 bits", odd(json!({ "n": modulus(8192) }))),
    ];
    check("key taken", cases.map(|(name, key)| (name, vec![key], taken(&["odd"]))), |keys| key_ids(&document(&keys)));
    let long = "x".repeat(9000);
    let ids = [("a path", "../../x"), ("not ASCII", "é"), ("a blank", " "), ("long", &long)];
    let cases = ids.map(|(name, id)| (format!("id {name}"), vec![odd(json!({ "kid": id }))], taken(&[id])));
    check("key id", cases, |keys| key_ids(&document(&keys)));
}

#[test]
fn a_key_that_is_kept_verifies() {
    let exponent = BigUint::from(3_u8);
    let keys = [
        ("2048 bits", RsaPrivateKey::new(&mut OsRng, 2048).unwrap()),
        ("2056 bits", RsaPrivateKey::new(&mut OsRng, 2056).unwrap()),
        ("2048 bits, exponent 3", RsaPrivateKey::new_with_exp(&mut OsRng, 2048, &exponent).unwrap()),
        ("4096 bits", of_many_primes(4096)),
        ("8192 bits", of_many_primes(8192)),
    ];
    let token = CORPUS.key.sign(&claims());
    let [header, payload, _] = parts(&token);
    let digest = Sha256::digest(format!("{header}.{payload}"));
    check("key verifies", keys.map(|(name, key)| (name, key, Ok(()))), |key| {
        let keys = KeySet::parse(&document(&[jwk("key-1", &key)])).unwrap();
        let signature = key.sign(Pkcs1v15Sign::new::<Sha256>(), &digest).unwrap();
        CORPUS.verify_with(&format!("{header}.{payload}.{}", encode(signature)), &keys).map(drop)
    });
}

/// A key of exactly so many bits. Of primes of some 512 bits each, since two large ones take minutes to find.
fn of_many_primes(bits: usize) -> RsaPrivateKey {
    loop {
        let (mut primes, mut modulus) = (Vec::new(), BigUint::from(1_u8));
        while modulus.bits() < bits {
            let rest = bits - modulus.bits();
            let pair = RsaPrivateKey::new(&mut OsRng, if rest < 1536 { rest + 1 } else { 1024 }).unwrap();
            modulus *= pair.n();
            primes.extend_from_slice(pair.primes());
        }
        if modulus.bits() == bits {
            return RsaPrivateKey::from_primes(primes, BigUint::from(65_537_u32)).unwrap();
        }
    }
}

#[test]
fn of_two_keys_with_one_id_the_first_usable_one_is_kept() {
    let [first, second] = ["key-1", "key-1"].map(SigningKey::new);
    let weak = jwk("key-1", &RsaPrivateKey::new(&mut OsRng, 1024).unwrap());
    let keys = [weak, first.jwk(), second.jwk()];
    assert_eq!(key_ids(&document(&keys)), taken(&["key-1"]));
    let keys = KeySet::parse(&document(&keys)).unwrap();
    assert!(keys.contains("key-1") && !keys.contains("key-2") && !keys.contains(""));
    let cases = [("the first", first, Ok(())), ("the second", second, Err(TokenError::Signature))];
    check("one id", cases, |key| CORPUS.verify_with(&key.sign(&claims()), &keys).map(drop));
}
