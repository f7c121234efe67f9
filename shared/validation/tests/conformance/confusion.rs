//! Confusion: tokens that tell the verifier which key or which algorithm to take, and are signed to match.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use ring::{hmac, rand::SystemRandom, signature};
use rsa::{
    BigUint, RsaPublicKey,
    pkcs1::EncodeRsaPublicKey,
    pkcs8::{EncodePublicKey, LineEnding},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use test_tokens::{SigningKey, changed, encode};
use validation::TokenError::{Algorithm, Signature, UnknownKey};

use crate::corpus::{CORPUS, check_tokens, claims};

#[test]
fn a_public_key_does_not_work_as_a_secret() {
    let (jwk, key) = (CORPUS.key.jwk(), public_key(&CORPUS.key));
    let secrets = [
        ("the modulus", jwk["n"].as_str().unwrap().as_bytes().to_vec()),
        ("the modulus in bytes", key.n().to_bytes_be()),
        ("the JWK", jwk.to_string().into_bytes()),
        ("the JWKS", CORPUS.key.jwks().into_bytes()),
        ("the PEM", key.to_public_key_pem(LineEnding::LF).unwrap().into_bytes()),
        ("the PEM without its last newline", key.to_public_key_pem(LineEnding::LF).unwrap().trim_end().into()),
        ("the DER", key.to_public_key_der().unwrap().into_vec()),
        ("the PEM of PKCS #1", key.to_pkcs1_pem(LineEnding::LF).unwrap().into_bytes()),
        ("the DER of PKCS #1", key.to_pkcs1_der().unwrap().into_vec()),
        ("nothing", Vec::new()),
    ];
    let cases = secrets.iter().flat_map(|(name, secret)| {
        [("HS256", Err(Algorithm)), ("RS256", Err(Signature))].map(|(alg, expected)| {
            (format!("{alg} with {name}"), hmac_token(&json!({ "alg": alg, "kid": "key-1" }), secret), expected)
        })
    });
    check_tokens("HMAC", cases);
    let symmetric = |alg: &str| hmac_token(&json!({ "alg": alg, "kid": "symmetric" }), b"secret");
    check_tokens(
        "HMAC with a key of the JWKS",
        [("HS256", symmetric("HS256"), Err(Algorithm)), ("RS256", symmetric("RS256"), Err(UnknownKey))],
    );
}

fn public_key(key: &SigningKey) -> RsaPublicKey {
    let jwk = key.jwk();
    let [n, e] = ["n", "e"].map(|name| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
        BigUint::from_bytes_be(&bytes)
    });
    RsaPublicKey::new(n, e).unwrap()
}

fn hmac_token(header: &Value, secret: &[u8]) -> String {
    let signed = format!("{}.{}", encode(header.to_string()), encode(claims().to_string()));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
    format!("{signed}.{}", encode(tag))
}

#[test]
fn an_elliptic_curve_signature_is_refused() {
    let random = SystemRandom::new();
    let algorithm = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = signature::EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = signature::EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
    let cases = [("ES256", Err(Algorithm)), ("RS256", Err(Signature))].map(|(alg, expected)| {
        let header = encode(json!({ "alg": alg, "kid": "key-1" }).to_string());
        let signed = format!("{header}.{}", encode(claims().to_string()));
        let signature = pair.sign(&random, signed.as_bytes()).unwrap();
        (alg, format!("{signed}.{}", encode(signature)), expected)
    });
    check_tokens("ECDSA", cases);
}

#[test]
fn a_key_in_the_token_is_never_used() {
    let certificate = BASE64_STANDARD.encode(certificate(&CORPUS.attacker));
    let members = [
        ("jwk", CORPUS.attacker.jwk()),
        ("jwk without an id", changed(&CORPUS.attacker.jwk(), &json!({ "kid": null }))),
        ("jwk a number", json!(5)),
        ("jku", json!("https://attacker.example/jwks.json")),
        ("jku with the keys", json!(format!("data:application/json,{}", CORPUS.attacker.jwks()))),
        ("x5u", json!("https://attacker.example/cert.pem")),
        ("x5c", json!([certificate])),
        ("x5c of nonsense", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
    ];
    let cases = members.iter().flat_map(|(name, value)| {
        let member = name.split(' ').next().unwrap();
        let header = changed(&CORPUS.key.header(), &json!({ member: value })).to_string();
        let forged = CORPUS.attacker.sign_parts(header.as_bytes(), claims().to_string().as_bytes());
        [
            (format!("{name} of the attacker"), forged, Err(Signature)),
            (format!("{name} beside a good signature"), CORPUS.with_raw_header(header), Ok(())),
        ]
    });
    check_tokens("a key in the token", cases);
}

/// A self-signed certificate of `key` in DER (RFC 5280 §4.1), as short as one can be.
fn certificate(key: &SigningKey) -> Vec<u8> {
    let algorithm = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"; // sha256WithRSAEncryption
    let name = b"\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x04pool"; // CN=pool
    let validity = der(0x30, &[&der(0x17, &[b"200101000000Z"]), &der(0x17, &[b"490101000000Z"])]);
    let public_key = public_key(key).to_public_key_der().unwrap();
    let signed = der(0x30, &[b"\x02\x01\x01", algorithm, name, &validity, name, public_key.as_bytes()]);
    let signature = der(0x03, &[&[0], &key.signature(&signed)]);
    der(0x30, &[&signed, algorithm, &signature])
}

/// A DER element: its tag, its length, its content.
fn der(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let header: &[u8] = if content.len() < 128 { &[tag, low] } else { &[tag, 0x82, high, low] };
    [header, &content].concat()
}
