//! The header: one object that asks for RS256 and names a key of the pool.

use serde_json::{Value, json};
use test_tokens::encode;
use validation::TokenError::{Algorithm, Critical, Form, Header, KeyId, Signature, UnknownKey};

use crate::corpus::{CORPUS, Outcome, check_tokens, claims};

#[test]
fn the_header_is_one_object() {
    let good = CORPUS.key.header().to_string();
    let with = |members: &str| good.replacen('{', &format!("{{{members},"), 1).into_bytes();
    let deep = |member: &str| with(&format!("\"{member}\":{}{}", "[".repeat(5000), "]".repeat(5000)));
    let invalid_before = |rest: &str| [&b"{\"x\":\"\xff\","[..], &rest.as_bytes()[1..]].concat();
    let bytes = |text: &str| text.as_bytes().to_vec();
    let cases = [
        ("not JSON", bytes("alg"), Err(Header)),
        ("a list", bytes("[]"), Err(Header)),
        ("members as a list of their values", bytes("[\"RS256\",\"key-1\",null,true]"), Err(Header)),
        ("a string", bytes("\"RS256\""), Err(Header)),
        ("null", bytes("null"), Err(Header)),
        ("a number", bytes("256"), Err(Header)),
        ("an empty object", bytes("{}"), Err(Algorithm)),
        ("two objects", format!("{good}{{}}").into_bytes(), Err(Header)),
        ("cut short", bytes(&good[..good.len() - 1]), Err(Header)),
        ("a comma too many", bytes(&good.replace('}', ",}")), Err(Header)),
        ("single quotes", bytes(&good.replace('"', "'")), Err(Header)),
        ("a BOM", format!("\u{feff}{good}").into_bytes(), Err(Header)),
        ("UTF-16", good.encode_utf16().flat_map(u16::to_be_bytes).collect(), Err(Header)),
        ("invalid UTF-8 where we look", b"{\"alg\":\"RS256\",\"kid\":\"\xff\"}".to_vec(), Err(Header)),
        ("invalid UTF-8 in a member that is not read", invalid_before(&good), Err(Header)),
        ("half a surrogate pair where we look", bytes(&good.replace("key-1", "\\ud800")), Err(Header)),
        ("deep nesting where we look", deep("crit"), Err(Header)),
        ("deep nesting in a member that is not read", deep("x"), Ok(())),
        ("alg twice", with("\"alg\":\"RS256\""), Err(Header)),
        ("alg twice, none first", with("\"alg\":\"none\""), Err(Header)),
        ("alg twice, once escaped", with("\"\\u0061lg\":\"none\""), Err(Header)),
        ("kid twice", with("\"kid\":\"key-1\""), Err(Header)),
        ("crit twice", with("\"crit\":null,\"crit\":null"), Err(Header)),
        ("b64 twice", with("\"b64\":true,\"b64\":true"), Err(Header)),
        ("a member twice that is not read", with("\"typ\":\"JWT\",\"typ\":\"x\""), Ok(())),
        ("JSON's blanks around", format!(" \t\r\n{good} \n").into_bytes(), Ok(())),
    ];
    check_tokens("header", cases.map(|(name, header, expected)| (name, CORPUS.with_raw_header(header), expected)));
    check_tokens("no header", [("an empty text", CORPUS.with_raw_parts("", "e30"), Err(Form))]);
}

/// One case for each value that `member` may not or may have.
fn check_member(member: &str, values: impl IntoIterator<Item = Value>, expected: Outcome) {
    let cases = values.into_iter().map(|value| {
        let mut header = CORPUS.key.header();
        let shown: String = value.to_string().chars().take(60).collect();
        header[member] = value;
        (format!("{member} {shown}"), CORPUS.with_raw_header(header.to_string()), expected)
    });
    check_tokens(&format!("header {member} {expected:?}"), cases);
}

#[test]
fn the_algorithm_is_rs256_and_nothing_else() {
    let names = [
        "none",
        "None",
        "NONE",
        "nOnE",
        "HS256",
        "HS384",
        "HS512",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "EdDSA",
        "rs256",
        "Rs256",
        "RS256 ",
        " RS256",
        "RS256\0",
        "RS2560",
        "SHA256withRSA",
        "",
    ];
    check_member("alg", names.map(Value::from), Err(Algorithm));
    let others = [json!(null), json!(256), json!(["RS256"]), json!({ "alg": "RS256" }), json!(true)];
    check_member("alg", others, Err(Algorithm));
    let payload = encode(claims().to_string());
    let none = encode(json!({ "alg": "none", "kid": "key-1" }).to_string());
    let cases = [
        ("alg absent", CORPUS.with_header(&json!({ "alg": null })), Err(Algorithm)),
        ("alg in upper case", CORPUS.with_raw_header("{\"ALG\":\"RS256\",\"kid\":\"key-1\"}"), Err(Algorithm)),
        ("alg escaped", CORPUS.with_raw_header("{\"\\u0061lg\":\"\\u0052S256\",\"kid\":\"key-1\"}"), Ok(())),
        ("none, and no signature", format!("{none}.{payload}."), Err(Form)),
        ("none, and any signature", format!("{none}.{payload}.AA"), Err(Algorithm)),
        ("alg before crit and kid", CORPUS.with_raw_header("{\"alg\":\"none\",\"crit\":[]}"), Err(Algorithm)),
    ];
    check_tokens("algorithm", cases);
}

#[test]
fn an_extension_that_must_be_understood_is_not() {
    let critical = [json!([]), json!(["b64"]), json!(["exp"]), json!("exp"), json!(null), json!(false), json!({})];
    check_member("crit", critical, Err(Critical));
    check_member("b64", [json!(false), json!(null), json!("true"), json!(1), json!([])], Err(Critical));
    check_member("b64", [json!(true)], Ok(()));
    let detached = json!({ "b64": false, "crit": ["b64"] });
    check_tokens("extension", [("b64 as RFC 7797 has it", CORPUS.with_header(&detached), Err(Critical))]);
}

#[test]
fn the_key_is_one_of_the_pool() {
    check_member("kid", [json!(null), json!(1), json!(true), json!(["key-1"]), json!({}), json!("")], Err(KeyId));
    check_tokens("no key id", [("kid absent", CORPUS.with_header(&json!({ "kid": null })), Err(KeyId))]);
    let unknown = [
        "key-2",
        "KEY-1",
        "key-1 ",
        " key-1",
        "key-",
        "key-11",
        "key-1,key-b",
        "../key-1",
        "../../x",
        "/dev/null",
        "file:///dev/null",
        "key-1\0",
        "key-1\n",
        "' OR 1=1",
        "http://127.0.0.1/key",
        "key\u{2010}1",
        " ",
        "*",
        "0",
    ];
    check_member("kid", unknown.map(Value::from), Err(UnknownKey));
    check_member("kid", [json!("key-1".repeat(1600))], Err(UnknownKey));
    let attacker = |key_id: &str| {
        let header = json!({ "alg": "RS256", "kid": key_id }).to_string();
        CORPUS.attacker.sign_parts(header.as_bytes(), claims().to_string().as_bytes())
    };
    check_tokens(
        "another key",
        [
            ("a key for encryption", attacker("encryption"), Err(UnknownKey)),
            ("a key for RS512", attacker("rs512"), Err(UnknownKey)),
            ("another key of the pool", CORPUS.with_header(&json!({ "kid": "key-b" })), Err(Signature)),
            ("a key of another pool with the same id", attacker("key-1"), Err(Signature)),
        ],
    );
}

#[test]
fn the_declared_type_and_content_change_nothing() {
    check_member("typ", ["JWT", "jwt", "at+jwt", "JOSE+JSON", "../x", ""].map(Value::from), Ok(()));
    check_member("typ", [json!(5), json!(null), json!([]), json!({})], Ok(()));
    check_member("cty", [json!("JWT")], Ok(()));
    check_member("x", [json!(1), json!("\u{0}"), json!("key-1")], Ok(()));
}
