//! The claims, each judged only once the signature holds.

use serde_json::{Value, json};
use validation::TokenError::{self, Audience, Expiry, IssueTime, Issuer, NotYetValid, Subject, TokenUse};

use crate::corpus::{CORPUS, ISSUER, NOW, OTHER_ISSUER, check_tokens, claims};

/// A token with good claims, except for `name`.
fn with_claim(name: &str, value: Value) -> String {
    let mut claims = claims();
    claims[name] = value;
    CORPUS.key.sign(&claims)
}

#[test]
fn each_claim_has_its_type() {
    let texts = [
        ("iss", ISSUER, Issuer),
        ("aud", "client-a", Audience),
        ("token_use", "id", TokenUse),
        ("sub", "subject-1", Subject),
    ];
    let texts = texts.iter().flat_map(|&(name, good, error)| {
        let wrong = [
            ("null", json!(null)),
            ("empty", json!("")),
            ("a number", json!(1)),
            ("a boolean", json!(true)),
            ("a list", json!([good])),
            ("an empty list", json!([])),
            ("an object", json!({ good: good })),
        ];
        let absent = (format!("{name} absent"), CORPUS.with_claims(&json!({ name: null })), Err(error));
        let renamed = CORPUS.with_claims(&json!({ name: null, name.to_uppercase(): good }));
        let cases = wrong.map(|(kind, value)| (format!("{name} {kind}"), with_claim(name, value), Err(error)));
        cases.into_iter().chain([absent, (format!("{name} in upper case"), renamed, Err(error))])
    });
    let times = [("exp", NOW + 60, Expiry), ("iat", NOW, IssueTime), ("nbf", NOW, NotYetValid)];
    let times = times.iter().flat_map(|&(name, good, error)| {
        let wrong = [
            ("null", json!(null)),
            ("empty", json!("")),
            ("a string", json!(good.to_string())),
            ("a date", json!("2026-11-24T10:00:00Z")),
            ("a boolean", json!(true)),
            ("a list", json!([good])),
            ("an empty list", json!([])),
            ("an object", json!({ "seconds": good })),
        ];
        let absent = if name == "nbf" { Ok(()) } else { Err(error) };
        let renamed = CORPUS.with_claims(&json!({ name: null, name.to_uppercase(): good }));
        let cases = wrong.map(|(kind, value)| (format!("{name} {kind}"), with_claim(name, value), Err(error)));
        cases.into_iter().chain([
            (format!("{name} absent"), CORPUS.with_claims(&json!({ name: null })), absent),
            (format!("{name} in upper case"), renamed, absent),
        ])
    });
    check_tokens("types", texts.chain(times));
}

#[test]
fn the_issuer_is_the_pools_to_the_letter() {
    let cases = [
        ("the pool's", ISSUER.to_owned(), Ok(())),
        ("the pool's other one", OTHER_ISSUER.to_owned(), Ok(())),
        ("the other one of another pool", OTHER_ISSUER.replace("_Ab", "_Xx"), Err(Issuer)),
        ("of another pool", ISSUER.replace("_Ab", "_Xx"), Err(Issuer)),
        ("of a pool in another case", ISSUER.replace("_Ab", "_ab"), Err(Issuer)),
        ("of a pool with a longer name", format!("{ISSUER}c"), Err(Issuer)),
        ("of a pool with a shorter name", ISSUER[..ISSUER.len() - 1].to_owned(), Err(Issuer)),
        ("of another region", ISSUER.replace("eu-west-1", "eu-west-2"), Err(Issuer)),
        ("of another region's host", ISSUER.replace("idp.eu-west-1", "idp.us-east-1"), Err(Issuer)),
        ("of another partition", ISSUER.replace(".com/", ".com.cn/"), Err(Issuer)),
        ("of another host", ISSUER.replace("amazonaws.com", "attacker.example"), Err(Issuer)),
        ("with a user before the host", ISSUER.replace("https://", "https://a@"), Err(Issuer)),
        ("with a port", ISSUER.replace(".com/", ".com:443/"), Err(Issuer)),
        ("with a slash", format!("{ISSUER}/"), Err(Issuer)),
        ("with two slashes", ISSUER.replace(".com/", ".com//"), Err(Issuer)),
        ("with a path", format!("{ISSUER}/.well-known/jwks.json"), Err(Issuer)),
        ("with a query", format!("{ISSUER}?"), Err(Issuer)),
        ("with a fragment", format!("{ISSUER}#"), Err(Issuer)),
        ("with a dot segment", ISSUER.replace(".com/", ".com/./"), Err(Issuer)),
        ("percent-encoded", ISSUER.replace('_', "%5F"), Err(Issuer)),
        ("with a blank after", format!("{ISSUER} "), Err(Issuer)),
        ("with a blank before", format!(" {ISSUER}"), Err(Issuer)),
        ("with a newline", format!("{ISSUER}\n"), Err(Issuer)),
        ("with a NUL", format!("{ISSUER}\0"), Err(Issuer)),
        ("in upper case", ISSUER.to_uppercase(), Err(Issuer)),
        ("without encryption", ISSUER.replace("https", "http"), Err(Issuer)),
        ("without a scheme", ISSUER.replace("https://", ""), Err(Issuer)),
        ("the pool's id alone", "eu-west-1_Ab".to_owned(), Err(Issuer)),
        ("a letter that looks alike", ISSUER.replace('A', "\u{391}"), Err(Issuer)),
    ];
    check_tokens("iss", cases.map(|(name, issuer, expected)| (name, with_claim("iss", json!(issuer)), expected)));
}

#[test]
fn the_audience_is_one_of_the_clients() {
    let cases = [
        ("the first client", json!("client-a"), Ok(())),
        ("the second client", json!("client-b"), Ok(())),
        ("another client", json!("client-c"), Err(Audience)),
        ("a prefix", json!("client-"), Err(Audience)),
        ("a longer name", json!("client-ab"), Err(Audience)),
        ("in another case", json!("Client-A"), Err(Audience)),
        ("with a blank after", json!("client-a "), Err(Audience)),
        ("with a blank before", json!(" client-a"), Err(Audience)),
        ("both, with a comma", json!("client-a,client-b"), Err(Audience)),
        ("both, with a blank", json!("client-a client-b"), Err(Audience)),
        ("both, in a list", json!(["client-a", "client-b"]), Err(Audience)),
        ("one of them in a list", json!(["client-c", "client-a"]), Err(Audience)),
        ("a list in a list", json!([["client-a"]]), Err(Audience)),
        ("an asterisk", json!("*"), Err(Audience)),
        ("the issuer", json!(ISSUER), Err(Audience)),
    ];
    check_tokens("aud", cases.map(|(name, audience, expected)| (name, with_claim("aud", audience), expected)));
}

#[test]
fn only_id_tokens_with_a_subject_are_accepted() {
    let access = |changes: &[(&str, &str)]| {
        let mut access = json!({ "token_use": "access", "aud": null, "client_id": "client-a", "scope": "openid" });
        for (name, value) in changes {
            access[*name] = json!(value);
        }
        CORPUS.with_claims(&access)
    };
    let cases = [
        ("token_use access", with_claim("token_use", json!("access")), Err(TokenUse)),
        ("token_use refresh", with_claim("token_use", json!("refresh")), Err(TokenUse)),
        ("token_use in another case", with_claim("token_use", json!("ID")), Err(TokenUse)),
        ("token_use with a capital", with_claim("token_use", json!("Id")), Err(TokenUse)),
        ("token_use with a blank", with_claim("token_use", json!("id ")), Err(TokenUse)),
        ("token_use id_token", with_claim("token_use", json!("id_token")), Err(TokenUse)),
        ("an access token, which has no audience", access(&[]), Err(TokenUse)),
        ("an access token with an audience", access(&[("aud", "client-a")]), Err(TokenUse)),
        ("an access token for another client", access(&[("aud", "client-c")]), Err(TokenUse)),
        ("an access token of another pool", access(&[("iss", "https://attacker.example")]), Err(Issuer)),
        ("an access token that says id", access(&[("token_use", "id")]), Err(Audience)),
        (
            "client_id and no audience",
            CORPUS.with_claims(&json!({ "aud": null, "client_id": "client-a" })),
            Err(Audience),
        ),
        ("azp and another audience", CORPUS.with_claims(&json!({ "aud": "x", "azp": "client-a" })), Err(Audience)),
        ("another client_id", CORPUS.with_claims(&json!({ "client_id": "client-c" })), Ok(())),
        (
            "neither a token_use nor an audience",
            CORPUS.with_claims(&json!({ "aud": null, "token_use": null })),
            Err(TokenUse),
        ),
        ("everything wrong", CORPUS.with_raw_payload("{\"exp\":1,\"nbf\":\"x\"}"), Err(Issuer)),
        ("a subject that is blank", with_claim("sub", json!(" ")), Ok(())),
        ("a subject in any script", with_claim("sub", json!("ａ\u{0}é")), Ok(())),
        ("a long subject", with_claim("sub", json!("x".repeat(9000))), Ok(())),
        ("no claim that Cognito adds", CORPUS.with_claims(&json!({ "cognito:username": null, "email": null })), Ok(())),
    ];
    check_tokens("token_use and sub", cases);
}

#[test]
fn a_team_is_a_text_that_can_be_one_segment_of_a_key_and_anything_else_is_none() {
    let long = "t".repeat(65);
    let cases = [
        (json!("red"), Some("red")),
        (json!("Red Team-1"), Some("Red Team-1")),
        (json!(long[1..]), Some(&long[1..])),
        (json!(null), None),
        (json!(""), None),
        (json!("."), None),
        (json!(".."), None),
        (json!("red/blue"), None),
        (json!("red*"), None),
        (json!("${aws:userid}"), None),
        (json!("red\nblue"), None),
        (json!(long), None),
        (json!(5), None),
        (json!(true), None),
        (json!(["red"]), None),
        (json!({ "red": "red" }), None),
    ];
    for (claim, expected) in cases {
        let token = with_claim("custom:team", claim.clone());
        assert_eq!(CORPUS.team_of(&token), Ok(expected.map(str::to_owned)), "{claim}");
        assert!(CORPUS.verify(&token).unwrap().team().is_none(), "nobody asked for it");
    }
    assert_eq!(CORPUS.team_of(&CORPUS.with_claims(&json!({}))), Ok(None), "absent");
    // Each reader could take another one, also where an escape hides it.
    let good = claims().to_string();
    let (_, rest) = good.split_at(1);
    for first in [r#""custom:team":"blue""#, r#""custom:te\u0061m":"blue""#] {
        let payload = format!(r#"{{{first},"custom:team":"red",{rest}"#);
        assert_eq!(CORPUS.team_of(&CORPUS.with_raw_payload(payload)), Err(TokenError::Payload), "{first}");
        let once = format!("{{{first},{rest}");
        assert_eq!(CORPUS.team_of(&CORPUS.with_raw_payload(once)), Ok(Some("blue".to_owned())), "{first}");
    }
}
