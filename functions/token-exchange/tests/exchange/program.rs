//! The program as Lambda runs it, at its most verbose: what it writes, and how it ends when it cannot start.

use std::path::Path;

use gateway::{event, post_token, post_token_form};
use loopback::{Answer, Aws, Cloud};
use runtime::{
    Exchange, Function, answered, assert_clean_log, assert_refuses_to_start, assert_told, assert_without, metrics,
};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_token-exchange");

fn get(authorization: &str, query: &str) -> Value {
    gateway::get("/credentials", authorization, query)
}

/// Good and bad requests to every route.
fn requests(cloud: &Cloud) -> Vec<Exchange<'static>> {
    let good = cloud.marked_token(&json!({}));
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let unsigned = test_tokens::encode(r#"{"alg":"none","kid":"key-1"}"#);
    let payload = signed.split_once('.').unwrap().1;
    let as_json = json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": good,
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    });
    let expired = cloud.marked_token(&json!({ "exp": cloud.started_seconds - 60 }));
    let requests = vec![
        ("a form", post_token_form(&good, ""), 200),
        ("JSON", post_token("application/json", &as_json.to_string()), 200),
        ("JSON that breaks off", post_token("application/json", as_json.to_string().trim_end_matches('}')), 400),
        ("JSON with a token for a key", post_token("application/json", &json!({ &good: [good] }).to_string()), 400),
        ("another content type", post_token("text/plain", &good), 400),
        ("the token twice", post_token_form(&good, &format!("&subject_token={good}")), 400),
        ("the token as a parameter's name", post_token_form(&good, &format!("&{good}=1&{good}=2")), 400),
        ("the token in the wrong place", post_token_form("x", &format!("&audience={good}&scope={good}")), 400),
        ("a broken percent-encoding", post_token_form(&good, &format!("&x={signature}%zz")), 400),
        ("expired", post_token_form(&expired, ""), 400),
        ("another audience", post_token_form(&cloud.marked_token(&json!({ "aud": "5ec2e7-client" })), ""), 400),
        ("another issuer", post_token_form(&cloud.marked_token(&json!({ "iss": "https://5ec2e7.example" })), ""), 400),
        ("tampered", post_token_form(&format!("{signed}.AAAA"), ""), 400),
        ("unsigned", post_token_form(&format!("{unsigned}.{payload}."), ""), 400),
        ("of another pool", post_token_form(&Cloud::another().marked_token(&json!({})), ""), 400),
        (
            "a key id that nobody has",
            post_token_form(&cloud.key.sign_parts(br#"{"alg":"RS256","kid":"5ec2e7"}"#, b"{}"), ""),
            400,
        ),
        ("a hint", post_token_form(&good, "&identity_id=eu-west-1:5ec2e700-0000-0000-0000-000000000000"), 200),
        ("another method", event("DELETE", "/token", &good, &[], Some(&good)), 405),
        ("the raw token", get(&good, ""), 200),
        ("a bearer token", get(&format!("bearer {good}"), ""), 200),
        ("no token", event("GET", "/credentials", "", &[], None), 401),
        ("another scheme", get(&format!("Basic {good}"), ""), 401),
        ("two tokens", get(&format!("{good},{good}"), ""), 400),
        ("an expired token", get(&expired, ""), 401),
        ("the token in the query", get(&good, &format!("token={good}")), 400),
        ("the token as a name in the query", get(&good, &format!("{good}=1")), 400),
        ("another path", event("GET", &format!("/{good}"), "", &[], None), 404),
    ];
    requests.into_iter().map(|(name, event, status)| Exchange { name, event, status }).collect()
}

#[test]
fn no_secret_is_logged_or_shown_in_an_error() {
    let cloud = Cloud::new();
    let secrets = cloud.secrets();
    let mut function = Function::start(Path::new(PROGRAM), &cloud.talkative_variables());
    let requests = requests(&cloud);
    for request in &requests {
        function.assert_response(request, &secrets);
    }
    let quoting = json!({ "__type": "NotAuthorizedException", "message": cloud.marked_token(&json!({})) });
    let failures = [
        ("refused", Answer::json(400, &quoting)),
        ("unknown error", Answer::json(400, quoting.to_string().replace("NotAuthorizedException", "BrandNew"))),
        ("no JSON", Answer::json(200, cloud.marked_token(&json!({})))),
        ("half an answer", Answer::Half(Box::new(Answer::json(200, Aws::credentials_answer(Aws::IDENTITY_ID, 1))))),
        ("hang-up", Answer::HangUp),
    ];
    let count = requests.len() + failures.len();
    for (name, failure) in failures {
        cloud.aws.set_get_credentials(failure);
        let response = function.respond(name, &post_token_form(&cloud.marked_token(&json!({})), ""));
        assert!(response["statusCode"].as_u64().unwrap() >= 400, "{name}");
        assert_without(&secrets, name, &response.to_string());
    }
    let unreadable = json!({ "version": "2.0", "headers": cloud.marked_token(&json!({})), "requestContext": {} });
    assert_without(&secrets, "an unreadable event", &format!("{:?}", function.invoke(&unreadable)));
    assert_clean_log(&function.stop().log, count, &secrets);
}

#[test]
fn each_request_is_one_line_with_its_route_and_calls_and_is_counted() {
    let cloud = Cloud::new();
    let good = cloud.token(&json!({}));
    let expired = cloud.token(&json!({ "exp": cloud.started_seconds - 60 }));
    let usual = || Answer::json(200, Aws::credentials_answer(Aws::IDENTITY_ID, cloud.started_seconds + 3600));
    let mut function = Function::start(Path::new(PROGRAM), &cloud.talkative_variables());
    let requests = [
        (post_token_form(&good, ""), usual(), "POST /token 200 ok: GetId, GetCredentialsForIdentity"),
        (get(&good, ""), usual(), "GET /credentials 200 ok: GetCredentialsForIdentity"),
        (post_token_form(&expired, ""), usual(), "POST /token 400 invalid_token"),
        (post_token_form(&good, "&scope=x"), usual(), "POST /token 400 invalid_scope"),
        (event("GET", &format!("/{good}"), "", &[], None), usual(), "other 404 not_found"),
        (
            get(&good, ""),
            Aws::error(400, "TooManyRequestsException"),
            "GET /credentials 429 throttled: GetCredentialsForIdentity",
        ),
        (
            post_token_form(&good, ""),
            Aws::error(400, "InvalidIdentityPoolConfigurationException"),
            "POST /token 502 misconfigured: GetCredentialsForIdentity",
        ),
        (get(&good, ""), Answer::HangUp, "GET /credentials 503 unavailable: GetCredentialsForIdentity in 2 tries"),
    ];
    let mut lines = Vec::new();
    for (event, answer, line) in requests {
        cloud.aws.set_get_credentials(answer);
        function.respond(line, &event);
        lines.push(line);
    }
    let counted = [
        ("ColdStarts", 1),
        ("Exchanges", 2),
        ("GetCredentialsForIdentityMilliseconds", 5),
        ("GetCredentialsForIdentityThrottles", 1),
        ("GetIdMilliseconds", 1),
        ("JWKSMilliseconds", 1),
        ("Refusals Reason=invalid_scope", 1),
        ("Refusals Reason=invalid_token", 1),
        ("Refusals Reason=misconfigured", 1),
        ("Refusals Reason=not_found", 1),
        ("Refusals Reason=throttled", 1),
        ("Refusals Reason=unavailable", 1),
    ];
    assert_told(&function.stop().log, &lines, &counted);
}

#[test]
fn a_call_that_does_not_end_in_time_is_in_the_line() {
    let cloud = Cloud::new();
    cloud.aws.set_get_id(Answer::Hang);
    let mut function = Function::start(Path::new(PROGRAM), &cloud.talkative_variables());
    let response = function.respond("a call that hangs", &get(&cloud.token(&json!({})), ""));
    assert_eq!(response["statusCode"], 504);
    let log = function.stop().log;
    assert_eq!(answered(&log), ["GET /credentials 504 timeout: GetId in 2 tries"], "{log}");
    assert_eq!(metrics(&log)["GetIdMilliseconds"], 1);
}

#[test]
fn a_wrong_setting_stops_it_with_one_line_that_names_it() {
    let cases = [
        ("USER_POOL_ID", "", "is not set"),
        ("USER_POOL_ID", "x", "is \"x\": not a user pool id such as eu-west-1_AbCdEfGhI"),
        ("IDENTITY_POOL_ID", "", "is not set"),
        ("USER_POOL_CLIENT_IDS", "a,,b", "is \"a,,b\": expected names separated by commas, none of them empty"),
    ];
    for (name, value, problem) in cases {
        assert_refuses_to_start(PROGRAM, Cloud::new().variables(), (name, value), problem);
    }
}
