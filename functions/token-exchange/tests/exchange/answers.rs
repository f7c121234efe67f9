//! The responses of the two endpoints, and their calls of AWS.

use gateway::{Seen, event, request};
use loopback::{Aws, Cloud};
use serde_json::{Value, json};

use crate::setup::Setup;

fn without_moving_parts(mut body: Value) -> Value {
    for name in ["Expiration", "expires_in"] {
        if let Some(value) = body.get_mut(name) {
            *value = json!("moving");
        }
    }
    body
}

#[tokio::test]
async fn one_body_serves_oauth_and_the_sdks() {
    let setup = Setup::new();
    let seen = setup.exchange(&setup.cloud.token(&json!({})), &[]).await;
    assert_eq!(seen.status, 200, "{seen:?}");
    assert_eq!(seen.headers, ["cache-control: no-store", "content-type: application/json", "pragma: no-cache"]);
    let expires_in = seen.body["expires_in"].as_u64().unwrap();
    assert!((3590..=3600).contains(&expires_in), "{expires_in}");
    let expiration = seen.body["Expiration"].as_str().unwrap();
    assert!(expiration.len() == 20 && expiration.ends_with('Z'), "{expiration}");
    assert_eq!(
        without_moving_parts(seen.body),
        json!({
            "access_token": "example-session-token",
            "issued_token_type": "urn:latchkey:params:oauth:token-type:aws-credentials",
            "token_type": "N_A", "expires_in": "moving",
            "Version": 1, "AccessKeyId": "ASIAEXAMPLEKEYID", "SecretAccessKey": "example-secret-key",
            "SessionToken": "example-session-token", "Token": "example-session-token",
            "Expiration": "moving", "IdentityId": Aws::IDENTITY_ID,
        })
    );
}

#[tokio::test]
async fn the_container_provider_gets_the_body_without_oauths_members() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    for authorization in [token.clone(), format!("Bearer {token}"), format!("bearer {token}")] {
        let seen = setup.get_credentials(Some(&authorization), "").await;
        assert_eq!(seen.status, 200, "{seen:?}");
        assert_eq!(
            without_moving_parts(seen.body),
            json!({
                "Version": 1, "AccessKeyId": "ASIAEXAMPLEKEYID", "SecretAccessKey": "example-secret-key",
                "SessionToken": "example-session-token", "Token": "example-session-token",
                "Expiration": "moving", "IdentityId": Aws::IDENTITY_ID,
            })
        );
    }
}

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method_have_different_errors() {
    let setup = Setup::new();
    let cases = [
        ("GET", "/token", 405, "error", "invalid_request", Some("POST")),
        ("POST", "/credentials", 405, "code", "method_not_allowed", Some("GET")),
        ("GET", "/", 404, "code", "not_found", None),
        ("GET", "/credentials/", 404, "code", "not_found", None),
    ];
    for (method, path, status, member, code, allow) in cases {
        let seen = Seen::new(&setup.api.handle(request(&event(method, path, "", &[], None))).await);
        assert_eq!((seen.status, seen.body[member].as_str()), (status, Some(code)), "{method} {path}");
        assert_eq!(seen.header("allow"), allow, "{method} {path}");
    }
}

#[tokio::test]
async fn a_new_person_costs_two_calls_and_a_known_one_costs_one() {
    let setup = Setup::new();
    setup.api.warm().await;
    let token = setup.cloud.token(&json!({}));
    setup.exchange(&token, &[]).await;
    setup.get_credentials(Some(&token), "").await;
    let newcomer = setup.cloud.token(&json!({ "sub": "subject-2" }));
    setup.get_credentials(Some(&newcomer), &format!("identity_id={}", Aws::IDENTITY_ID)).await;
    let (first, further) = ("GetId", "GetCredentialsForIdentity");
    assert_eq!(setup.cloud.aws.calls(), ["jwks", first, further, further, further]);

    let requests = setup.cloud.aws.received();
    let logins = json!({ "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab": token });
    for (request, expected) in requests[1..3].iter().zip([
        json!({ "IdentityPoolId": Cloud::IDENTITY_POOL, "Logins": logins }),
        json!({ "IdentityId": Aws::IDENTITY_ID, "Logins": logins }),
    ]) {
        assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), expected);
        assert_eq!(request.header("authorization"), None, "unsigned");
    }
}

#[tokio::test]
async fn a_token_is_exchanged_under_the_name_of_its_own_issuer() {
    let other = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab";
    let both = format!("{},{other}", Cloud::ISSUER);
    for (accepted, status) in [(both.as_str(), 200), (other, 200), (Cloud::ISSUER, 401)] {
        let setup = Setup::with(&[("USER_POOL_ISSUER", accepted)]);
        let token = setup.cloud.token(&json!({ "iss": other }));
        assert_eq!(setup.get_credentials(Some(&token), "").await.status, status, "{accepted}");
        for request in &setup.cloud.aws.received()[1..] {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            let logins = json!({ "issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab": token });
            assert_eq!(body["Logins"], logins, "{accepted}");
        }
    }
}

#[tokio::test]
async fn after_any_error_for_a_wrong_hint_get_id_is_called() {
    let codes = ["NotAuthorizedException", "ResourceNotFoundException", "InvalidParameterException"];
    for code in codes.into_iter().chain(["ValidationException", "ResourceConflictException"]) {
        let setup = Setup::new();
        setup.cloud.aws.set_get_credentials(Aws::error(400, code));
        let hint = "eu-west-1:99999999-2222-3333-4444-555555555555";
        setup.exchange(&setup.cloud.token(&json!({})), &[("identity_id", hint)]).await;
        let calls = setup.cloud.aws.calls();
        assert_eq!(calls[1..], ["GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity"], "{code}");
    }
}

#[tokio::test]
async fn a_wrong_hint_falls_back_to_get_id() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    for hint in ["nonsense", "us-east-1:11111111-2222-3333-4444-555555555555"] {
        assert_eq!(setup.exchange(&token, &[("identity_id", hint)]).await.status, 200, "{hint}");
    }
    setup.cloud.aws.set_get_credentials(Aws::error(400, "NotAuthorizedException"));
    let newcomer = setup.cloud.token(&json!({ "sub": "subject-2" }));
    let seen = setup.exchange(&newcomer, &[("identity_id", "eu-west-1:99999999-2222-3333-4444-555555555555")]).await;
    let description = "Cognito refused the token. Sign in again.";
    assert_eq!(seen.body, json!({ "error": "invalid_request", "error_description": description }));
    let calls = setup.cloud.aws.calls();
    assert_eq!(calls[calls.len() - 3..], ["GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity"]);
    // An id that Cognito itself told is not in doubt: asking for it again would only cost.
    assert_eq!(setup.exchange(&token, &[]).await.status, 400);
    assert_eq!(setup.cloud.aws.calls().len(), calls.len() + 1);
}
