//! The signature: RSASSA-PKCS1-v1_5 with SHA-256 over the first two parts, by the key that the header names.

use rsa::{
    BigUint, Pkcs1v15Sign, Pss, RsaPrivateKey,
    rand_core::OsRng,
    sha2::{Digest, Sha256, Sha384, Sha512},
    traits::{PrivateKeyParts, PublicKeyParts},
};
use serde_json::json;
use test_tokens::{SigningKey, changed, encode};
use validation::{
    KeySet,
    TokenError::{Form, Signature},
};

use crate::corpus::{CORPUS, check, check_tokens, claims, jwk, parts};

#[test]
fn a_signature_is_of_one_key_and_of_one_token() {
    let good = CORPUS.key.sign(&claims());
    let [header, payload, signature] = parts(&good);
    let with = |signature: &[u8]| format!("{header}.{payload}.{}", encode(signature));
    let bytes = CORPUS.key.signature(format!("{header}.{payload}").as_bytes());
    let another = CORPUS.with_claims(&json!({ "jti": "2" }));
    let [_, other_payload, other_signature] = parts(&another);
    let other_header = encode(json!({ "kid": "key-1", "alg": "RS256", "typ": "JWT" }).to_string());
    let by_stranger = |changes| SigningKey::new("key-1").sign(&changed(&claims(), &changes));
    let cases = [
        ("as it was made", with(&bytes), Ok(())),
        ("truncated by a byte", with(&bytes[..255]), Err(Signature)),
        ("without its first byte", with(&bytes[1..]), Err(Signature)),
        ("truncated by a character", good[..good.len() - 1].to_owned(), Err(Signature)),
        ("a byte more", with(&[&bytes[..], &[0]].concat()), Err(Signature)),
        ("a zero before", with(&[&[0], &bytes[..]].concat()), Err(Signature)),
        ("twice", with(&[&bytes[..], &bytes[..]].concat()), Err(Signature)),
        ("backwards", with(&bytes.iter().rev().copied().collect::<Vec<u8>>()), Err(Signature)),
        ("one byte", with(&[0]), Err(Signature)),
        ("all zero", with(&[0; 256]), Err(Signature)),
        ("one", with(&[&[0; 255][..], &[1]].concat()), Err(Signature)),
        ("all ones", with(&[255; 256]), Err(Signature)),
        ("of a whole token", with(&CORPUS.key.signature(another.as_bytes())), Err(Signature)),
        ("with another payload", format!("{header}.{other_payload}.{signature}"), Err(Signature)),
        ("with another header", format!("{other_header}.{payload}.{signature}"), Err(Signature)),
        (
            "with header and payload swapped",
            format!("{payload}.{header}.{signature}"),
            Err(validation::TokenError::Algorithm),
        ),
        ("of another token", format!("{header}.{payload}.{other_signature}"), Err(Signature)),
        ("of the payload alone", with(&CORPUS.key.signature(payload.as_bytes())), Err(Signature)),
        ("of what the parts encode", with(&CORPUS.key.signature(claims().to_string().as_bytes())), Err(Signature)),
        ("of another pool's key of the same id", by_stranger(json!({})), Err(Signature)),
        ("forged and expired", by_stranger(json!({ "exp": 1, "iss": "x" })), Err(Signature)),
        ("payload not looked at", format!("{header}.{}.{signature}", encode("not JSON")), Err(Signature)),
        ("in hexadecimal", format!("{header}.{payload}.{:x}", BigUint::from_bytes_be(&bytes)), Err(Signature)),
        ("in two parts", format!("{good}.{}", encode(&bytes[128..])), Err(Form)),
    ];
    check_tokens("signature", cases);
}

#[test]
fn every_bit_of_a_signature_counts() {
    let good = CORPUS.key.sign(&claims());
    let [header, payload, _] = parts(&good);
    let bytes = CORPUS.key.signature(format!("{header}.{payload}").as_bytes());
    let cases = [0, 1, 2, 3, 127, 128, 254, 255].into_iter().flat_map(|place| {
        let (good, bytes) = (&good, &bytes);
        [0, 4, 7].map(|bit| {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << bit;
            let [header, payload, _] = parts(good);
            (format!("bit {bit} of byte {place}"), format!("{header}.{payload}.{}", encode(flipped)), Err(Signature))
        })
    });
    check_tokens("flipped", cases);
}

#[test]
fn a_signature_has_the_length_of_the_key() {
    // One in 256 begins with a zero byte.
    let found = (0..20_000).find_map(|attempt| {
        let token = CORPUS.with_claims(&json!({ "jti": attempt }));
        let [header, payload, _] = parts(&token);
        let bytes = CORPUS.key.signature(format!("{header}.{payload}").as_bytes());
        (bytes[0] == 0).then(|| (format!("{header}.{payload}"), bytes))
    });
    let (signed, bytes) = found.unwrap();
    check_tokens(
        "leading zero",
        [
            ("kept", format!("{signed}.{}", encode(&bytes)), Ok(())),
            ("taken away", format!("{signed}.{}", encode(&bytes[1..])), Err(Signature)),
            ("moved to the end", format!("{signed}.{}", encode([&bytes[1..], &[0]].concat())), Err(Signature)),
            ("doubled", format!("{signed}.{}", encode([&[0], &bytes[..]].concat())), Err(Signature)),
        ],
    );
}

#[test]
fn the_right_key_in_another_scheme_does_not_sign() {
    let key = &CORPUS.pair;
    let header = json!({ "alg": "RS256", "kid": "key-b" });
    let signed = format!("{}.{}", encode(header.to_string()), encode(claims().to_string()));
    let (sha_256, sha_384, sha_512) =
        (Sha256::digest(&signed).to_vec(), Sha384::digest(&signed).to_vec(), Sha512::digest(&signed).to_vec());
    let raw = |encoded: &[u8]| BigUint::from_bytes_be(encoded).modpow(key.d(), key.n()).to_bytes_be();
    let padded = |byte: u8, kind: u8| {
        let info =
            [b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", &sha_256[..]].concat();
        [&[0, kind][..], &vec![byte; 253 - info.len()], &[0], &info].concat()
    };
    let sign = |scheme, digest: &[u8]| key.sign(scheme, digest).unwrap();
    let good = sign(Pkcs1v15Sign::new::<Sha256>(), &sha_256);
    let larger = (BigUint::from_bytes_be(&good) + key.n()).to_bytes_be();
    let smaller = (key.n() - BigUint::from_bytes_be(&good)).to_bytes_be();
    let pss = key.sign_with_rng(&mut OsRng, Pss::new::<Sha256>(), &sha_256).unwrap();
    let cases = [
        ("RS256", good, Ok(())),
        ("RS256, made by hand", raw(&padded(0xff, 1)), Ok(())),
        ("RS384", sign(Pkcs1v15Sign::new::<Sha384>(), &sha_384), Err(Signature)),
        ("RS512", sign(Pkcs1v15Sign::new::<Sha512>(), &sha_512), Err(Signature)),
        ("PS256", pss, Err(Signature)),
        ("no digest's name", sign(Pkcs1v15Sign::new_unprefixed(), &sha_256), Err(Signature)),
        ("no padding", raw(&sha_256), Err(Signature)),
        ("padding of zeros", raw(&padded(0, 1)), Err(Signature)),
        ("padding for encryption", raw(&padded(0xff, 2)), Err(Signature)),
        ("a digest of the digest", sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(&sha_256)), Err(Signature)),
        ("the modulus more", larger, Err(Signature)),
        ("its opposite", smaller, Err(Signature)),
        ("the modulus", key.n().to_bytes_be(), Err(Signature)),
        ("the digest itself", padded(0xff, 1), Err(Signature)),
    ];
    check_tokens(
        "scheme",
        cases.map(|(name, bytes, expected)| (name, format!("{signed}.{}", encode(bytes)), expected)),
    );
}

/// With an exponent of 3, a cube root forges a signature where what follows the digest is not checked
/// (CVE-2006-4339).
#[test]
fn a_cube_root_does_not_work_as_a_signature() {
    let pair = RsaPrivateKey::new_with_exp(&mut OsRng, 2048, &BigUint::from(3_u8)).unwrap();
    let keys = KeySet::parse(json!({ "keys": [jwk("key-1", &pair)] }).to_string().as_bytes()).unwrap();
    let token = CORPUS.key.sign(&claims());
    let [header, payload, _] = parts(&token);
    let digest = Sha256::digest(format!("{header}.{payload}"));
    let info = [b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", &digest[..]].concat();
    let start = [b"\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\x00", &info[..]].concat();
    let target = BigUint::from_bytes_be(&[&start[..], &vec![0xff; 256 - start.len()]].concat());
    let root = (0..684).rev().fold(BigUint::from(0_u8), |root, bit| {
        let next = &root + (BigUint::from(1_u8) << bit);
        if &next * &next * &next <= target { next } else { root }
    });
    assert!([&[0], &(&root * &root * &root).to_bytes_be()[..]].concat().starts_with(&start), "the forgery is good");
    let mut forged = vec![0; 256];
    let root = root.to_bytes_be();
    forged[256 - root.len()..].copy_from_slice(&root);
    let right = pair.sign(Pkcs1v15Sign::new::<Sha256>(), &digest).unwrap();
    let cases = [("a cube root", forged, Err(Signature)), ("a signature", right, Ok(()))];
    check("exponent 3", cases, |signature| {
        let token = format!("{header}.{payload}.{}", encode(signature));
        CORPUS.verify_with(&token, &keys).map(drop)
    });
}
