//! The function's handler with AWS replaced at the wire: what goes out for what comes in.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use gateway::{REQUEST_ID, Seen, event, request};
use loopback::{Answer, Aws, Cloud};
use serde_json::{Value, json};
use token_exchange::{App, Settings, handle};

const POOL: &str = Cloud::IDENTITY_POOL;
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

struct Setup {
    cloud: Cloud,
    app: App,
}

impl Setup {
    fn new() -> Self {
        let cloud = Cloud::new();
        let settings = Settings::new(&cloud.variables().into_iter().collect());
        Self { cloud, app: App::new(settings.unwrap()).unwrap() }
    }

    async fn post(&self, content_type: &str, body: &str) -> Seen {
        let event = event("POST", "/token", "", &[("content-type", content_type)], Some(body));
        Seen::new(&handle(&self.app, &request(&event)).await)
    }

    async fn post_form(&self, parameters: &[(&str, &str)]) -> Seen {
        let body: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.post("application/x-www-form-urlencoded", &body.join("&")).await
    }

    async fn exchange(&self, token: &str, more: &[(&str, &str)]) -> Seen {
        let usual = [("grant_type", EXCHANGE), ("subject_token", token), ("subject_token_type", ID_TOKEN)];
        let kept = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        self.post_form(&kept.chain(more.iter().copied()).collect::<Vec<_>>()).await
    }

    async fn get_credentials(&self, authorization: Option<&str>, query: &str) -> Seen {
        let headers: Vec<(&str, &str)> = authorization.map(|value| ("authorization", value)).into_iter().collect();
        Seen::new(&handle(&self.app, &request(&event("GET", "/credentials", query, &headers, None))).await)
    }
}

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
    assert_eq!(Seen::new(&handle(&setup.app, &request(&event)).await).status, 200, "a body in base64");
}

/// base64 with padding, as API Gateway encodes bodies.
fn base64(text: &str) -> String {
    let mut encoded = test_tokens::encode(text).replace('-', "+").replace('_', "/");
    encoded.extend(std::iter::repeat_n('=', (4 - encoded.len() % 4) % 4));
    encoded
}

/// Parameters, and the error and its description that they get.
type WrongParameters<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

#[tokio::test]
async fn each_wrong_parameter_has_its_error() {
    let setup = Setup::new();
    let token = setup.cloud.token(&json!({}));
    let jwt = "urn:ietf:params:oauth:token-type:jwt";
    let cases: [WrongParameters; 15] = [
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
        (
            &[("audience", "eu-west-1:other")],
            "invalid_target",
            "audience must be absent or this service's identity pool, and resource must be absent.",
        ),
        (
            &[("resource", "https://example.com")],
            "invalid_target",
            "audience must be absent or this service's identity pool, and resource must be absent.",
        ),
        (
            &[("scope", "read")],
            "invalid_scope",
            "scope must be absent: what the credentials may do is decided by the role.",
        ),
        (&[("actor_token", "x")], "invalid_request", "actor_token is not supported: nobody acts for another here."),
        (&[("audience", POOL), ("audience", POOL)], "invalid_request", "audience must not be repeated."),
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
            "application/json; charset=latin1",
            "{}",
            "The content type must be application/x-www-form-urlencoded or application/json, in UTF-8.",
        ),
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
async fn the_length_of_the_body_has_its_limit() {
    let setup = Setup::new();
    for (length, status) in [(65_536, "grant_type is missing."), (65_537, "The body is longer than 65536 bytes.")] {
        let seen = setup.post("application/x-www-form-urlencoded", &format!("x={}", "a".repeat(length - 2))).await;
        assert_eq!(seen.body["error_description"], status, "{length} bytes");
    }
}

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
    let challenge = format!("Bearer realm=\"latchkey\", error=\"invalid_token\", error_description=\"{message}\"");
    assert_eq!(seen.header("www-authenticate"), Some(challenge.as_str()));

    let seen = setup.get_credentials(None, "").await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (401, Some("missing_token")));
    assert_eq!(seen.header("www-authenticate"), Some("Bearer realm=\"latchkey\""));
    assert!(setup.cloud.aws.calls().iter().all(|call| call == "jwks"), "Cognito is not asked");
}

#[tokio::test]
async fn another_path_and_another_method_are_told_apart() {
    let setup = Setup::new();
    let cases = [
        ("GET", "/token", 405, "error", "invalid_request", Some("POST")),
        ("POST", "/credentials", 405, "code", "method_not_allowed", Some("GET")),
        ("GET", "/", 404, "code", "not_found", None),
        ("GET", "/credentials/", 404, "code", "not_found", None),
    ];
    for (method, path, status, member, code, allow) in cases {
        let seen = Seen::new(&handle(&setup.app, &request(&event(method, path, "", &[], None))).await);
        assert_eq!((seen.status, seen.body[member].as_str()), (status, Some(code)), "{method} {path}");
        assert_eq!(seen.header("allow"), allow, "{method} {path}");
    }
}

#[tokio::test]
async fn a_person_costs_two_calls_at_first_and_one_from_then_on() {
    let setup = Setup::new();
    setup.app.warm().await;
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
        json!({ "IdentityPoolId": POOL, "Logins": logins }),
        json!({ "IdentityId": Aws::IDENTITY_ID, "Logins": logins }),
    ]) {
        assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), expected);
        assert_eq!(request.header("authorization"), None, "unsigned");
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

#[tokio::test]
async fn each_failure_upstream_has_its_status() {
    let cases = [
        ("throttled", Aws::error(400, "TooManyRequestsException"), 429, "temporarily_unavailable", "throttled", true),
        (
            "wrong roles",
            Aws::error(400, "InvalidIdentityPoolConfigurationException"),
            502,
            "server_error",
            "misconfigured",
            false,
        ),
        ("no pool", Aws::error(400, "ResourceNotFoundException"), 502, "server_error", "misconfigured", false),
        ("internal", Aws::error(500, "InternalErrorException"), 503, "temporarily_unavailable", "unavailable", true),
        ("half an answer", Answer::json(200, "{}"), 503, "temporarily_unavailable", "unavailable", true),
        ("no JSON", Answer::json(200, "<html>"), 503, "temporarily_unavailable", "unavailable", true),
        ("hang-up", Answer::HangUp, 503, "temporarily_unavailable", "unavailable", true),
        ("hang", Answer::Hang, 504, "temporarily_unavailable", "timeout", true),
    ];
    for (name, answer, status, error, code, retries) in cases {
        let setup = Setup::new();
        setup.cloud.aws.set_get_id(answer);
        let token = setup.cloud.token(&json!({}));
        let (oauth, provider) = tokio::join!(setup.exchange(&token, &[]), setup.get_credentials(Some(&token), ""));
        assert_eq!((oauth.status, oauth.body["error"].as_str()), (status, Some(error)), "{name}");
        assert_eq!((provider.status, provider.body["code"].as_str()), (status, Some(code)), "{name}");
        for seen in [oauth, provider] {
            assert_eq!(seen.header("retry-after").is_some(), retries, "{name}");
            assert!(!seen.body.to_string().contains("words of the service"), "{name}");
        }
    }
}

#[tokio::test]
async fn a_throttle_is_not_multiplied() {
    let setup = Setup::new();
    setup.cloud.aws.set_get_id(Aws::error(400, "TooManyRequestsException"));
    setup.exchange(&setup.cloud.token(&json!({})), &[]).await;
    assert_eq!(setup.cloud.aws.calls(), ["jwks", "GetId"]);
}

#[tokio::test]
async fn without_keys_nothing_is_said_of_a_token() {
    let setup = Setup::new();
    setup.cloud.aws.set_jwks(Answer::json(500, "{}"));
    setup.app.warm().await;
    let seen = setup.exchange(&setup.cloud.token(&json!({})), &[]).await;
    assert_eq!((seen.status, seen.body["error"].as_str()), (503, Some("temporarily_unavailable")));
    assert_eq!(seen.header("retry-after"), Some("1"));
    assert_eq!(setup.cloud.aws.calls(), ["jwks"], "in the back-off nothing is asked");
}
