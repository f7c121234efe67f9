//! Which documents are a JWK Set.

use serde_json::{Value, json};
use validation::{
    KeySet,
    token::KeySetError::{self, Form, NoUsableKey, TooLarge, TooManyKeys},
};

use crate::corpus::{CORPUS, check};

/// How many keys are taken.
fn count(document: &[u8]) -> Result<usize, KeySetError> {
    KeySet::parse(document).map(|keys| format!("{keys:?}").matches("key-").count())
}

#[test]
fn a_document_is_an_object_with_a_list_of_keys() {
    let key = CORPUS.key.jwk();
    let good = CORPUS.key.jwks();
    let with = |member: &str| good.replacen('{', &format!("{{{member},"), 1).into_bytes();
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let bytes = |text: &str| text.as_bytes().to_vec();
    let cases = [
        ("as Cognito writes it", bytes(&good), Ok(1)),
        ("empty", bytes(""), Err(Form)),
        ("blank", bytes(" \n"), Err(Form)),
        ("HTML", bytes("<html>"), Err(Form)),
        ("a sentence", bytes("User pool does not exist."), Err(Form)),
        ("an error of Cognito", bytes("{\"message\":\"User pool does not exist.\"}"), Err(Form)),
        ("an empty list", bytes("[]"), Err(Form)),
        ("an empty object", bytes("{}"), Err(Form)),
        ("null", bytes("null"), Err(Form)),
        ("a number", bytes("1"), Err(Form)),
        ("a text", json!(good).to_string().into_bytes(), Err(Form)),
        ("a key without a set", key.to_string().into_bytes(), Err(Form)),
        ("a list of keys", json!([key]).to_string().into_bytes(), Err(Form)),
        ("a list of lists of keys", json!([[key]]).to_string().into_bytes(), Err(Form)),
        ("a list of sets", format!("[{good}]").into_bytes(), Err(Form)),
        ("keys an object", bytes("{\"keys\":{}}"), Err(Form)),
        ("keys a key", json!({ "keys": key }).to_string().into_bytes(), Err(Form)),
        ("keys null", bytes("{\"keys\":null}"), Err(Form)),
        ("keys a text", bytes("{\"keys\":\"\"}"), Err(Form)),
        ("keys in upper case", bytes(&good.replace("keys", "KEYS")), Err(Form)),
        ("keys twice", with("\"keys\":[]"), Err(Form)),
        ("no key", bytes("{\"keys\":[]}"), Err(NoUsableKey)),
        ("no key that is one", bytes("{\"keys\":[null,1,{}]}"), Err(NoUsableKey)),
        ("another member", with("\"x\":{\"keys\":[]}"), Ok(1)),
        ("cut short", bytes(&good[..good.len() - 1]), Err(Form)),
        ("two documents", good.repeat(2).into_bytes(), Err(Form)),
        ("something after", format!("{good};").into_bytes(), Err(Form)),
        ("blanks around", format!("\r\n {good}\t\n").into_bytes(), Ok(1)),
        ("a BOM", format!("\u{feff}{good}").into_bytes(), Err(Form)),
        ("UTF-16", good.encode_utf16().flat_map(u16::to_be_bytes).collect(), Err(Form)),
        ("invalid UTF-8 in a key", [b"{\"keys\":[\"\xff\",", &good.as_bytes()[9..]].concat(), Err(Form)),
        (
            "invalid UTF-8 in a member that is not read",
            [b"{\"x\":\"\xff\",", &good.as_bytes()[1..]].concat(),
            Err(Form),
        ),
        ("not a number", with("\"x\":NaN"), Err(Form)),
        ("deep nesting in a key", format!("{{\"keys\":[{deep}]}}").into_bytes(), Err(Form)),
        ("deep nesting in a member that is not read", with(&format!("\"x\":{deep}")), Ok(1)),
    ];
    check("document", cases, |document| count(&document));
}

#[test]
fn a_document_has_its_limits() {
    let key = |number: usize| {
        let mut key = CORPUS.key.jwk();
        key["kid"] = json!(format!("key-{number}"));
        key
    };
    let keys = |count: usize| json!({ "keys": (0..count).map(key).collect::<Vec<Value>>() }).to_string().into_bytes();
    let one_of = |count: usize| {
        let mut keys = vec![json!(null); count - 1];
        keys.push(key(0));
        json!({ "keys": keys }).to_string().into_bytes()
    };
    let padded = |length: usize| {
        let mut document = keys(1);
        document.resize(length, b' ');
        document
    };
    let cases = [
        ("64 keys", keys(64), Ok(64)),
        ("65 keys", keys(65), Err(TooManyKeys)),
        ("64 entries with one key", one_of(64), Ok(1)),
        ("65 entries with one key", one_of(65), Err(TooManyKeys)),
        ("256 KiB", padded(262_144), Ok(1)),
        ("256 KiB and a byte", padded(262_145), Err(TooLarge)),
        ("256 KiB and a byte of nonsense", vec![b'<'; 262_145], Err(TooLarge)),
    ];
    check("limits", cases, |document| count(&document));
    let told = [
        (TooLarge, "the JWKS is larger than 256 KiB"),
        (TooManyKeys, "the JWKS has more than 64 keys"),
        (NoUsableKey, "the JWKS has no RSA signing key of 2048 bits or more"),
    ];
    for (error, expected) in told {
        assert_eq!(error.to_string(), expected);
    }
}
