//! A conformance corpus for the verification of id tokens: named cases, each with the exact refusal it must get.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use test_tokens::{SigningKey, changed, encode, id_claims};
use validation::{IdToken, Issuer, KeySet, TokenError, TokenPolicy, UnverifiedToken};

const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab";
const NOW: u64 = 1_795_514_400;

struct Corpus {
    key: SigningKey,
    keys: KeySet,
    policy: TokenPolicy,
}

impl Corpus {
    fn new() -> Self {
        let key = SigningKey::new("key-1");
        let keys = KeySet::parse(key.jwks().as_bytes()).unwrap();
        let clients = vec!["client-a".to_owned(), "client-b".to_owned()];
        Self { key, keys, policy: TokenPolicy::new(Issuer::parse(ISSUER).unwrap(), clients) }
    }

    fn verify(&self, token: &str) -> Result<(), TokenError> {
        UnverifiedToken::parse(IdToken::new(token.to_owned()))?.verify(&self.keys, &self.policy, now()).map(drop)
    }

    fn with_claims(&self, changes: &Value) -> Result<(), TokenError> {
        self.verify(&self.key.sign(&changed(&claims(), changes)))
    }

    fn with_header(&self, header: &Value) -> Result<(), TokenError> {
        self.verify(&self.key.sign_parts(header.to_string().as_bytes(), claims().to_string().as_bytes()))
    }
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

fn claims() -> Value {
    id_claims(ISSUER, "client-a", "subject-1", NOW - 60)
}

#[test]
fn a_good_token_is_verified() {
    let corpus = Corpus::new();
    let token = corpus.key.sign(&claims());
    let token = UnverifiedToken::parse(IdToken::new(token)).unwrap();
    assert_eq!(token.key_id(), "key-1");
    let verified = token.verify(&corpus.keys, &corpus.policy, now()).unwrap();
    assert_eq!(verified.subject().as_str(), "subject-1");
    assert_eq!(verified.expires_at(), UNIX_EPOCH + Duration::from_secs(NOW - 60 + 3600));
    assert!(!format!("{verified:?}").contains("subject-1"));
}

#[test]
fn the_form_is_three_base64url_parts() {
    let corpus = Corpus::new();
    let good = corpus.key.sign(&claims());
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let cases = [
        ("empty", String::new()),
        ("one part", header.to_owned()),
        ("two parts", format!("{header}.{payload}")),
        ("four parts", format!("{good}.{signature}")),
        ("five parts, as in JWE", format!("{good}.{signature}.{signature}")),
        ("dots alone", "..".to_owned()),
        ("no header", format!(".{payload}.{signature}")),
        ("no payload", format!("{header}..{signature}")),
        ("no signature", format!("{header}.{payload}.")),
        ("blank before", format!(" {good}")),
        ("blank after", format!("{good} ")),
        ("newline within", format!("{header}.\n{payload}.{signature}")),
        ("padding", format!("{header}=.{payload}.{signature}")),
        ("base64 with plus", format!("{header}.{payload}.+{signature}")),
        ("base64 with slash", format!("{header}.{payload}./{signature}")),
        ("not ASCII", format!("{header}.é{payload}.{signature}")),
        ("a NUL", format!("{header}.\0{payload}.{signature}")),
        ("header of an impossible length", format!("A.{payload}.{signature}")),
    ];
    for (name, token) in cases {
        assert_eq!(corpus.verify(&token), Err(TokenError::Form), "{name}");
    }
    assert_eq!(corpus.verify("nonsense"), Err(TokenError::Form));
}

#[test]
fn the_length_has_its_limit_on_both_sides() {
    let corpus = Corpus::new();
    let padded = |padding: usize| corpus.key.sign(&changed(&claims(), &json!({ "x": "x".repeat(padding) })));
    let overhead = padded(0).len();
    let fits = (16_384 - overhead) * 3 / 4;
    let sizes: Vec<usize> = (fits - 4..fits + 4).map(|padding| padded(padding).len()).collect();
    assert!(sizes.contains(&16_384) || sizes.contains(&16_383), "{sizes:?}");
    for padding in fits - 4..fits + 4 {
        let token = padded(padding);
        let expected = if token.len() <= 16_384 { Ok(()) } else { Err(TokenError::TooLong) };
        assert_eq!(corpus.verify(&token), expected, "{} bytes", token.len());
    }
}

#[test]
fn the_header_is_an_object_that_asks_for_rs256_and_names_a_key() {
    let corpus = Corpus::new();
    let raw = |header: &[u8]| corpus.verify(&corpus.key.sign_parts(header, claims().to_string().as_bytes()));
    let deep = |member: &str| {
        let (opened, closed) = ("[".repeat(5000), "]".repeat(5000));
        format!("{{\"alg\":\"RS256\",\"kid\":\"key-1\",\"{member}\":{opened}{closed}}}")
    };
    let cases: [(&str, &[u8]); 9] = [
        ("not JSON", b"alg"),
        ("a list", b"[]"),
        ("a string", b"\"RS256\""),
        ("null", b"null"),
        ("a BOM", b"\xef\xbb\xbf{\"alg\":\"RS256\",\"kid\":\"key-1\"}"),
        ("invalid UTF-8 where nobody looks", b"{\"alg\":\"RS256\",\"kid\":\"key-1\",\"x\":\"\xff\"}"),
        ("alg twice", b"{\"alg\":\"RS256\",\"alg\":\"RS256\",\"kid\":\"key-1\"}"),
        ("kid twice", b"{\"alg\":\"RS256\",\"kid\":\"key-1\",\"kid\":\"key-1\"}"),
        ("two objects", b"{\"alg\":\"RS256\",\"kid\":\"key-1\"}{}"),
    ];
    for (name, header) in cases {
        assert_eq!(raw(header), Err(TokenError::Header), "{name}");
    }
    assert_eq!(raw(deep("crit").as_bytes()), Err(TokenError::Header), "deep nesting where we look");
    assert_eq!(raw(deep("x").as_bytes()), Ok(()), "deep nesting where nobody looks");

    let header = |changes: Value| changed(&corpus.key.header(), &changes);
    for alg in ["none", "None", "NONE", "HS256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "RS256 ", ""] {
        assert_eq!(corpus.with_header(&header(json!({ "alg": alg }))), Err(TokenError::Algorithm), "{alg:?}");
    }
    for alg in [json!(256), json!(["RS256"]), json!({ "alg": "RS256" }), json!(true)] {
        assert_eq!(corpus.with_header(&header(json!({ "alg": alg }))), Err(TokenError::Algorithm), "{alg}");
    }
    assert_eq!(corpus.with_header(&json!({ "kid": "key-1" })), Err(TokenError::Algorithm), "no alg");
    assert_eq!(corpus.with_header(&json!({ "alg": null, "kid": "key-1" })), Err(TokenError::Algorithm), "alg null");

    for crit in [json!([]), json!(["b64"]), json!(["exp"]), json!("exp")] {
        assert_eq!(corpus.with_header(&header(json!({ "crit": crit }))), Err(TokenError::Critical), "{crit}");
    }
    assert_eq!(corpus.with_header(&header(json!({ "b64": false }))), Err(TokenError::Critical));
    assert_eq!(corpus.with_header(&json!({ "alg": "RS256", "kid": "key-1", "crit": null })), Err(TokenError::Critical));

    assert_eq!(corpus.with_header(&json!({ "alg": "RS256" })), Err(TokenError::KeyId), "no kid");
    for kid in [json!(null), json!(1), json!(["key-1"]), json!("")] {
        assert_eq!(corpus.with_header(&json!({ "alg": "RS256", "kid": kid })), Err(TokenError::KeyId), "{kid}");
    }
    for kid in ["key-2", "KEY-1", "key-1 ", "../key-1", "/dev/null", "key-1\0", "' OR 1=1", "http://127.0.0.1/key"] {
        assert_eq!(corpus.with_header(&header(json!({ "kid": kid }))), Err(TokenError::UnknownKey), "{kid:?}");
    }
    assert_eq!(corpus.with_header(&header(json!({ "typ": "JWT", "b64": true, "x": 1 }))), Ok(()), "harmless members");
}

#[test]
fn a_key_that_the_token_brings_is_never_looked_at() {
    let corpus = Corpus::new();
    let attacker = SigningKey::new("key-1");
    for (member, value) in [
        ("jwk", attacker.jwk()),
        ("jku", json!("https://attacker.example/jwks.json")),
        ("x5u", json!("https://attacker.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("jwk", json!(5)),
    ] {
        let header = changed(&corpus.key.header(), &json!({ member: value }));
        let (header, payload) = (header.to_string(), claims().to_string());
        let forged = attacker.sign_parts(header.as_bytes(), payload.as_bytes());
        assert_eq!(corpus.verify(&forged), Err(TokenError::Signature), "{member}");
        let signed = corpus.key.sign_parts(header.as_bytes(), payload.as_bytes());
        assert_eq!(corpus.verify(&signed), Ok(()), "{member} is passed over");
    }
}

#[test]
fn the_signature_holds_before_any_claim_counts() {
    let corpus = Corpus::new();
    let good = corpus.key.sign(&claims());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let bytes = corpus.key.signature(signed.as_bytes());
    let flipped = |index: usize| {
        let mut bytes = bytes.clone();
        bytes[index] ^= 1;
        encode(bytes)
    };
    let (header, payload) = signed.split_once('.').unwrap();
    let other_payload = encode(changed(&claims(), &json!({ "sub": "admin" })).to_string());
    let another = corpus.key.sign(&changed(&claims(), &json!({ "jti": "2" })));
    let expired = changed(&claims(), &json!({ "exp": 1, "iss": "x" }));
    let cases = [
        ("a first bit flipped", format!("{signed}.{}", flipped(0))),
        ("a last bit flipped", format!("{signed}.{}", flipped(255))),
        ("truncated", format!("{signed}.{}", encode(&bytes[..255]))),
        ("one byte", format!("{signed}.AA")),
        ("all zero", format!("{signed}.{}", encode([0; 256]))),
        ("all ones", format!("{signed}.{}", encode([255; 256]))),
        ("a leading zero", format!("{signed}.{}", encode([&[0], bytes.as_slice()].concat()))),
        ("a byte more", format!("{signed}.{}", encode([bytes.as_slice(), &[0]].concat()))),
        ("of another token", format!("{signed}.{}", another.rsplit_once('.').unwrap().1)),
        ("another payload", format!("{header}.{other_payload}.{signature}")),
        ("another pool's key of the same id", SigningKey::new("key-1").sign(&claims())),
        ("forged and expired", SigningKey::new("key-1").sign(&expired)),
        ("stray trailing bits", format!("{signed}.{}", stray_bits(signature))),
        ("payload not looked at", format!("{header}.{}.{signature}", encode("not JSON"))),
    ];
    for (name, token) in cases {
        assert_eq!(corpus.verify(&token), Err(TokenError::Signature), "{name}");
    }
    assert_eq!(corpus.verify(&format!("{header}.{payload}.{signature}")), Ok(()));
}

/// The same 256 bytes with a bit set that belongs to none: 342 characters hold 4 bits more than they need.
fn stray_bits(signature: &str) -> String {
    let (rest, last) = signature.split_at(signature.len() - 1);
    let stray = match last {
        "A" => "B",
        "Q" => "R",
        "g" => "h",
        _ => "x",
    };
    format!("{rest}{stray}")
}

#[test]
fn a_public_key_is_no_hmac_secret() {
    let corpus = Corpus::new();
    let header = encode(json!({ "alg": "HS256", "kid": "key-1" }).to_string());
    let signed = format!("{header}.{}", encode(claims().to_string()));
    for secret in [corpus.key.jwk()["n"].as_str().unwrap().to_owned(), corpus.key.jwks()] {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
        let tag = ring::hmac::sign(&key, signed.as_bytes());
        assert_eq!(corpus.verify(&format!("{signed}.{}", encode(tag.as_ref()))), Err(TokenError::Algorithm));
    }
}

#[test]
fn the_payload_is_an_object() {
    let corpus = Corpus::new();
    let header = corpus.key.header().to_string();
    let good = claims().to_string();
    let twice = good.replacen('{', "{\"exp\":9999999999,", 1);
    let cases: [(&str, &[u8]); 8] = [
        ("not JSON", b"sub"),
        ("a list", b"[]"),
        ("null", b"null"),
        ("an empty string", b"\"\""),
        ("a BOM", b"\xef\xbb\xbf{}"),
        ("invalid UTF-8", b"{\"x\":\"\xff\"}"),
        ("a number that is none", b"{\"exp\":1e999}"),
        ("exp twice", twice.as_bytes()),
    ];
    for (name, payload) in cases {
        let token = corpus.key.sign_parts(header.as_bytes(), payload);
        assert_eq!(corpus.verify(&token), Err(TokenError::Payload), "{name}");
    }
}

#[test]
fn each_claim_is_checked_on_both_sides_of_its_boundary() {
    use TokenError::{Audience, Expired, Expiry, IssueTime, IssuedInFuture, Issuer, NotYetValid, Subject, TokenUse};
    let corpus = Corpus::new();
    let slash = format!("{ISSUER}/");
    let cases = [
        ("issuer absent", json!({ "iss": null }), Err(Issuer)),
        (
            "issuer of another pool",
            json!({ "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Xx" }),
            Err(Issuer),
        ),
        ("issuer with a slash", json!({ "iss": slash }), Err(Issuer)),
        ("issuer in upper case", json!({ "iss": ISSUER.to_uppercase() }), Err(Issuer)),
        ("issuer with a blank", json!({ "iss": format!("{ISSUER} ") }), Err(Issuer)),
        ("issuer in a list", json!({ "iss": [ISSUER] }), Err(Issuer)),
        ("issuer a number", json!({ "iss": 1 }), Err(Issuer)),
        ("audience absent", json!({ "aud": null }), Err(Audience)),
        ("audience the second client", json!({ "aud": "client-b" }), Ok(())),
        ("audience another client", json!({ "aud": "client-c" }), Err(Audience)),
        ("audience a prefix", json!({ "aud": "client-" }), Err(Audience)),
        ("audience empty", json!({ "aud": "" }), Err(Audience)),
        ("audience in another case", json!({ "aud": "Client-A" }), Err(Audience)),
        ("audience in a list", json!({ "aud": ["client-a"] }), Err(Audience)),
        ("audience of both", json!({ "aud": "client-a,client-b" }), Err(Audience)),
        ("token_use absent", json!({ "token_use": null }), Err(TokenUse)),
        ("token_use access", json!({ "token_use": "access" }), Err(TokenUse)),
        ("token_use in another case", json!({ "token_use": "ID" }), Err(TokenUse)),
        ("token_use in a list", json!({ "token_use": ["id"] }), Err(TokenUse)),
        ("an access token", json!({ "token_use": "access", "aud": null, "client_id": "client-a" }), Err(Audience)),
        ("subject absent", json!({ "sub": null }), Err(Subject)),
        ("subject empty", json!({ "sub": "" }), Err(Subject)),
        ("subject a number", json!({ "sub": 1 }), Err(Subject)),
        ("expired within leeway", json!({ "exp": NOW - 29 }), Ok(())),
        ("expired at leeway", json!({ "exp": NOW - 30 }), Err(Expired)),
        ("expired beyond leeway", json!({ "exp": NOW - 31 }), Err(Expired)),
        ("expired by a fraction", json!({ "exp": 1_795_514_370.5 }), Ok(())),
        ("expired long ago", json!({ "exp": 0 }), Err(Expired)),
        ("expiry absent", json!({ "exp": null }), Err(Expiry)),
        ("expiry a string", json!({ "exp": (NOW + 60).to_string() }), Err(Expiry)),
        ("expiry a list", json!({ "exp": [NOW + 60] }), Err(Expiry)),
        ("expiry negative", json!({ "exp": -1 }), Err(Expiry)),
        ("expiry beyond the clock", json!({ "exp": 1e30 }), Err(Expiry)),
        ("expiry the largest number", json!({ "exp": u64::MAX }), Err(Expiry)),
        ("issue time absent", json!({ "iat": null }), Err(IssueTime)),
        ("issue time a string", json!({ "iat": NOW.to_string() }), Err(IssueTime)),
        ("issue time negative", json!({ "iat": -1 }), Err(IssueTime)),
        ("issued at leeway", json!({ "iat": NOW + 30 }), Ok(())),
        ("issued beyond leeway", json!({ "iat": NOW + 31 }), Err(IssuedInFuture)),
        ("valid from leeway on", json!({ "nbf": NOW + 30 }), Ok(())),
        ("valid only later", json!({ "nbf": NOW + 31 }), Err(NotYetValid)),
        ("valid from a string on", json!({ "nbf": NOW.to_string() }), Err(NotYetValid)),
        ("valid from a list on", json!({ "nbf": [] }), Err(NotYetValid)),
    ];
    for (name, changes, expected) in cases {
        assert_eq!(corpus.with_claims(&changes), expected, "{name}");
    }
}

#[test]
fn null_is_no_claim() {
    let corpus = Corpus::new();
    for (name, error) in [
        ("iss", TokenError::Issuer),
        ("aud", TokenError::Audience),
        ("token_use", TokenError::TokenUse),
        ("sub", TokenError::Subject),
        ("exp", TokenError::Expiry),
        ("iat", TokenError::IssueTime),
        ("nbf", TokenError::NotYetValid),
    ] {
        let mut claims = claims();
        claims[name] = Value::Null;
        assert_eq!(corpus.verify(&corpus.key.sign(&claims)), Err(error), "{name}");
    }
}
