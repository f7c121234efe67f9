//! The OAuth RFCs, line by line: each test names the section that it checks.

use gateway::{Seen, event, request};
use loopback::Cloud;
use serde_json::json;

use crate::setup::{EXCHANGE, ID_TOKEN, Setup, base64};

const POOL: &str = Cloud::IDENTITY_POOL;

/// RFC 8693 §2.1 (a form), and JSON with the same names.
#[tokio::test]
async fn forms_and_json_are_read_alike() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    let body =
        json!({ "grant_type": EXCHANGE, "subject_token": token, "subject_token_type": ID_TOKEN, "audience": POOL });
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        assert_eq!(setup.post(content_type, &body.to_string()).await.status, 200, "{content_type}");
    }
    let form = format!(
        "grant_type={}&subject_token={token}&subject_token_type={ID_TOKEN}&unknown=1&scope=",
        EXCHANGE.replace(':', "%3A")
    );
    for content_type in ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded;charset=UTF-8"] {
        assert_eq!(setup.post(content_type, &form).await.status, 200, "{content_type}");
    }
    let mut event = event("POST", "/token", "", &[("Content-Type", "application/x-www-form-urlencoded")], None);
    event["isBase64Encoded"] = json!(true);
    event["body"] = json!(base64(&form));
    assert_eq!(Seen::new(&setup.api.handle(request(&event)).await).status, 200, "a body in base64");
}

/// Parameters, and the error and its description that they get.
type WrongParameters<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

/// RFC 8693 §2.1 and §2.2.2, RFC 6749 §5.2.
#[tokio::test]
async fn each_wrong_parameter_has_its_error() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    let jwt = "urn:ietf:params:oauth:token-type:jwt";
    let cases: [WrongParameters; 21] = [
        (&[("grant_type", "")], "invalid_request", "grant_type is missing."),
        (
            &[("grant_type", "password")],
            "unsupported_grant_type",
            "grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.",
        ),
        (&[("subject_token", "")], "invalid_request", "subject_token is missing."),
        (&[("subject_token_type", "")], "invalid_request", "subject_token_type is missing."),
        (
            &[("subject_token_type", "urn:ietf:params:oauth:token-type:access_token")],
            "invalid_request",
            "subject_token_type must be urn:ietf:params:oauth:token-type:id_token.",
        ),
        (
            &[("requested_token_type", jwt)],
            "invalid_request",
            "requested_token_type must be absent or urn:latchkey:params:oauth:token-type:aws-credentials.",
        ),
        (&[("audience", "eu-west-1:other")], "invalid_target", TARGET),
        (&[("resource", "https://example.com")], "invalid_target", TARGET),
        (&[("scope", "read")], "invalid_scope", SCOPE),
        (&[("scope", "openid read")], "invalid_scope", SCOPE),
        (&[("scope", "openid  email")], "invalid_scope", SCOPE),
        (&[("scope", "OpenID")], "invalid_scope", SCOPE),
        (&[("actor_token", "x")], "invalid_request", "actor_token must be absent: delegation is not supported."),
        // RFC 8693 §2.1: the client may name several targets, and here there is one.
        (&[("audience", POOL), ("audience", POOL)], "invalid_target", TARGET),
        (&[("audience", POOL), ("audience", "eu-west-1:other")], "invalid_target", TARGET),
        (&[("resource", "https://a.example"), ("resource", "https://b.example")], "invalid_target", TARGET),
        (&[("scope", "a"), ("scope", "b")], "invalid_request", "scope must not be repeated."),
        (&[("identity_id", "%")], "invalid_request", "The parameters are not percent-encoded UTF-8."),
        (&[("identity_id", "%ff")], "invalid_request", "The parameters are not percent-encoded UTF-8."),
        (
            &[("subject_token", "W10.W10.x")],
            "invalid_request",
            "The token's header is not a JSON object of the right types.",
        ),
        (
            &[("subject_token", "nonsense")],
            "invalid_request",
            "The token is not three base64url parts joined by dots. Send the id token as Cognito gave it.",
        ),
    ];
    for (parameters, error, description) in cases {
        let seen = setup.exchange(&token, parameters).await;
        assert_eq!(
            (seen.status, &seen.body),
            (400, &json!({ "error": error, "error_description": description })),
            "{parameters:?}"
        );
        assert_eq!(seen.header("cache-control"), Some("no-store"));
    }
    let bodies = [
        (
            "text/plain",
            "x",
            "The content type must be application/x-www-form-urlencoded or application/json, in UTF-8.",
        ),
        (
            "application/x-www-form-urlencoded; charset=latin1",
            "a=1",
            "The content type must be application/x-www-form-urlencoded or application/json, in UTF-8.",
        ),
        // RFC 8259 §11: a charset has no effect on JSON.
        ("application/json; charset=latin1", "{}", "grant_type is missing."),
        ("application/json", "[]", "The body is not a JSON object."),
        ("application/json", r#"{"grant_type": 5}"#, "grant_type must be a string."),
        ("application/x-www-form-urlencoded", "", "grant_type is missing."),
    ];
    for (content_type, body, description) in bodies {
        let seen = setup.post(content_type, body).await;
        assert_eq!(
            seen.body,
            json!({ "error": "invalid_request", "error_description": description }),
            "{content_type} {body}"
        );
    }
    assert!(setup.cloud.aws.calls().iter().all(|call| call == "jwks"), "Cognito is not asked");
}

#[tokio::test]
async fn the_length_of_the_body_is_limited() {
    let setup = Setup::new();
    for (length, status) in [(65_536, "grant_type is missing."), (65_537, "The body is longer than 65536 bytes.")] {
        let seen = setup.post("application/x-www-form-urlencoded", &format!("x={}", "a".repeat(length - 2))).await;
        assert_eq!(seen.body["error_description"], status, "{length} bytes");
    }
}

const SCOPE: &str =
    "scope must be absent, or name only openid, email and profile: the role decides what the credentials allow.";

const TARGET: &str =
    "Name at most one target: audience must be absent or the identity pool's id, and resource must be absent.";

/// OIDC Core §5.4: what a client asks for that signs people in, and repeats with each request.
#[tokio::test]
async fn scopes_of_the_sign_in_are_passed_over() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    for scope in ["openid", "email", "profile", "openid email profile", "profile openid openid"] {
        assert_eq!(setup.exchange(&token, &[("scope", scope)]).await.status, 200, "{scope}");
    }
}

/// RFC 6749 §3.2: parameters without a value are as if they were not there, unknown ones are passed over, none may
/// stand twice.
#[tokio::test]
async fn empty_unknown_and_repeated_parameters_are_distinguished() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    let optional =
        ["requested_token_type", "audience", "resource", "scope", "actor_token", "actor_token_type", "identity_id"];
    for name in optional {
        assert_eq!(setup.exchange(&token, &[(name, "")]).await.status, 200, "{name} is empty");
        assert_eq!(setup.exchange(&token, &[(name, ""), (name, "")]).await.status, 200, "{name} is empty twice");
    }
    for name in ["requested_token_type", "scope", "actor_token", "identity_id", "unknown"] {
        let repeated = setup.exchange(&token, &[(name, "a"), (name, ""), (name, "a")]).await;
        assert_eq!(repeated.body["error_description"], format!("{name} must not be repeated."));
    }
    for name in ["grant_type", "subject_token", "subject_token_type"] {
        let empty = setup.exchange(&token, &[(name, "")]).await;
        assert_eq!(
            empty.body,
            json!({ "error": "invalid_request", "error_description": format!("{name} is missing.") })
        );
    }
    for name in ["client_id", "client_secret", "SUBJECT_TOKEN", "x"] {
        assert_eq!(setup.exchange(&token, &[(name, "1")]).await.status, 200, "{name} is unknown");
        assert_eq!(setup.exchange(&token, &[(name, "1"), (name, "2")]).await.status, 400, "{name} twice");
    }
}

/// RFC 6749 §5.2: the characters of `error_description`, the status, and that no cache keeps it; RFC 6750 §3: those of
/// the challenge.
#[tokio::test]
async fn descriptions_have_only_the_allowed_characters() {
    let setup = Setup::new();
    let good = setup.cloud.token(&json!({}));
    let tokens = [
        "x".to_owned(),
        "x".repeat(20_000),
        setup.cloud.token(&json!({ "exp": 1 })),
        setup.cloud.token(&json!({ "aud": "\"quoted\" \\ é" })),
        setup.cloud.key.sign_parts(b"{}", b"{}"),
    ];
    let allowed = |text: &str| text.chars().all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\');
    for token in &tokens {
        let seen = setup.exchange(token, &[]).await;
        assert_eq!((seen.status, seen.body["error"].as_str()), (400, Some("invalid_request")));
        assert!(allowed(seen.body["error_description"].as_str().unwrap()), "{seen:?}");
        let seen = setup.get_credentials(Some(token), "").await;
        let challenge = seen.header("www-authenticate").unwrap();
        let description = challenge.split_once("error_description=\"").unwrap().1;
        let description = description.split_once("\", ").unwrap().0;
        assert!(allowed(description), "{challenge}");
    }
    for name in ["%22quoted%22", "a%5Cb", "%C3%A9", "%0Anewline", "x".repeat(200).as_str()] {
        let seen = setup.get_credentials(Some(&good), &format!("{name}=1")).await;
        assert_eq!(seen.status, 400);
        assert!(allowed(seen.body["message"].as_str().unwrap()), "{seen:?}");
    }
}

/// RFC 6749 §3.2 and appendix B, RFC 9110 §8.3: the content type in any case, with any parameters but another charset.
#[tokio::test]
async fn the_content_type_is_read_as_http_defines_it() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    let form = format!("grant_type={EXCHANGE}&subject_token={token}&subject_token_type={ID_TOKEN}");
    let cases = [
        ("application/x-www-form-urlencoded", 200),
        ("APPLICATION/X-WWW-FORM-URLENCODED", 200),
        ("application/x-www-form-urlencoded; charset=UTF-8", 200),
        ("application/x-www-form-urlencoded;charset=\"utf-8\"", 200),
        ("application/x-www-form-urlencoded; boundary=x", 200),
        ("application/x-www-form-urlencoded ; charset=utf-8", 200),
        ("application/x-www-form-urlencoded;;charset=utf-8;", 200),
        ("application/x-www-form-urlencoded;charset=\"ut\\f-8\"", 200),
        ("application/x-www-form-urlencoded; charset=ISO-8859-1", 400),
        ("application/x-www-form-urlencoded; charset=utf-16", 400),
        ("application/x-www-form-urlencoded,application/json", 400),
        ("application/json", 400),
        ("multipart/form-data; boundary=x", 400),
        ("text/plain", 400),
        ("form", 400),
        ("", 400),
    ];
    for (content_type, status) in cases {
        assert_eq!(setup.post(content_type, &form).await.status, status, "{content_type}");
    }
    let without = event("POST", "/token", "", &[], Some(&form));
    assert_eq!(Seen::new(&setup.api.handle(request(&without)).await).status, 400, "none");
    for name in ["content-type", "Content-Type", "CONTENT-TYPE"] {
        let event = event("POST", "/token", "", &[(name, "application/x-www-form-urlencoded")], Some(&form));
        assert_eq!(Seen::new(&setup.api.handle(request(&event)).await).status, 200, "{name}");
    }
}

/// RFC 6749 appendix B: names and values are percent-encoded UTF-8, a `+` is a blank.
#[tokio::test]
async fn percent_encoding_is_decoded_once() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    let form = |grant: &str, name: &str| format!("grant_type={grant}&{name}={token}&subject_token_type={ID_TOKEN}");
    let encoded = EXCHANGE.replace(':', "%3A");
    let cases = [
        (form(&encoded, "subject_token"), 200),
        (form(&EXCHANGE.replace(':', "%3a"), "subject_token"), 200),
        (form(EXCHANGE, "subject%5Ftoken"), 200),
        (form(&encoded.replace('%', "%25"), "subject_token"), 400),
        (form(&EXCHANGE.replace("token-exchange", "token+exchange"), "subject_token"), 400),
        (form(&format!("+{EXCHANGE}"), "subject_token"), 400),
        (format!("&&{}&", form(EXCHANGE, "subject_token")), 200),
        (form(EXCHANGE, "subject_token").replace('&', ";"), 400),
    ];
    for (form, status) in cases {
        assert_eq!(setup.post("application/x-www-form-urlencoded", &form).await.status, status, "{form}");
    }
}
