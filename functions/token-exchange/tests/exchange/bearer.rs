//! Bearer tokens (RFC 6750): how they are sent, and how they are refused.

use gateway::{REQUEST_ID, Seen, event, request};
use serde_json::json;

use crate::setup::Setup;

/// RFC 8693 §2.2.2: a subject token that is not valid is an invalid request. RFC 6750 §3.1: at a protected resource it
/// is a 401 with a challenge.
#[tokio::test]
async fn a_refused_token_is_a_bad_request_here_and_unauthorized_there() {
    let setup = Setup::new();
    let expired = setup.cloud.token(&json!({ "exp": setup.cloud.started_seconds - 60 }));
    let seen = setup.exchange(&expired, &[]).await;
    assert_eq!((seen.status, seen.body["error"].as_str()), (400, Some("invalid_request")));

    let message = "The token has expired. Get a new one with the refresh token, or sign in again.";
    let seen = setup.get_credentials(Some(&expired), "").await;
    assert_eq!(
        (seen.status, &seen.body),
        (401, &json!({ "code": "invalid_token", "message": message, "request_id": REQUEST_ID }))
    );
    // RFC 9728 §5.1.
    let metadata =
        r#"resource_metadata="https://id.execute-api.eu-west-1.amazonaws.com/.well-known/oauth-protected-resource""#;
    let challenge =
        format!("Bearer realm=\"latchkey\", error=\"invalid_token\", error_description=\"{message}\", {metadata}");
    assert_eq!(seen.header("www-authenticate"), Some(challenge.as_str()));

    let seen = setup.get_credentials(None, "").await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (401, Some("missing_token")));
    assert_eq!(seen.header("www-authenticate"), Some(format!("Bearer realm=\"latchkey\", {metadata}").as_str()));
    assert!(setup.cloud.aws.calls().iter().all(|call| call == "jwks"), "Cognito is not asked");
}

/// RFC 6750 §2.1 and §3.1, RFC 9110 §11.1: the forms of `Authorization`; §2.2 and §2.3: the token is taken from nowhere
/// else.
#[tokio::test]
async fn the_token_is_taken_from_one_authorization_value() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    let cases = [
        (token.clone(), 200, ""),
        (format!("Bearer {token}"), 200, ""),
        (format!("BEARER {token}"), 200, ""),
        (format!("bearer   {token}"), 200, ""),
        (format!("  {token}  "), 200, ""),
        (format!("Basic {token}"), 401, "invalid_token"),
        (format!("Bearer{token}"), 401, "invalid_token"),
        (format!("{token} {token}"), 401, "invalid_token"),
        ("Bearer".to_owned(), 401, "missing_token"),
        (String::new(), 401, "missing_token"),
        (format!("Bearer {token},Bearer {token}"), 400, "invalid_request"),
        (format!("{token}, {token}"), 400, "invalid_request"),
    ];
    for (authorization, status, code) in cases {
        let seen = setup.get_credentials(Some(&authorization), "").await;
        let expected = (status, (!code.is_empty()).then_some(code));
        assert_eq!((seen.status, seen.body["code"].as_str()), expected, "{authorization}");
        assert_eq!(seen.header("www-authenticate").is_some(), status != 200, "{authorization}");
    }
    for name in ["authorization", "Authorization", "AUTHORIZATION"] {
        let event = event("GET", "/credentials", "", &[(name, &token)], None);
        assert_eq!(Seen::new(&setup.api.handle(request(&event)).await).status, 200, "{name}");
    }
    let seen = setup.get_credentials(None, &format!("access_token={token}")).await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (401, Some("missing_token")), "in the query");
}
