//! The program as Lambda runs it, at its most verbose: what it writes, and how it ends when it cannot start.

use std::path::Path;

use gateway::event;
use loopback::{Answer, Aws, Cloud};
use runtime::{Exchange, Function, assert_clean_log, assert_refuses_to_start, assert_told, assert_without};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_list-objects");

fn get(authorization: &str, query: &str) -> Value {
    gateway::get("/objects", authorization, query)
}

/// Good and bad requests, and what S3 answers.
fn requests(cloud: &Cloud) -> Vec<(Exchange<'static>, Answer)> {
    let good = cloud.marked_token(&json!({}));
    let expired = cloud.marked_token(&json!({ "exp": cloud.started_seconds - 60 }));
    let empty = || Aws::page("<IsTruncated>false</IsTruncated>");
    let quoting = |code: &str| {
        let words = format!("{good} example-session-token ASIAEXAMPLEKEYID");
        Answer::xml(403, &format!("<Error><Code>{code}</Code><Message>{words}</Message></Error>"))
    };
    let requests = vec![
        ("the raw token", get(&good, ""), empty(), 200),
        ("a bearer token", get(&format!("Bearer {good}"), "prefix=public/"), empty(), 200),
        ("no token", event("GET", "/objects", "", &[], None), empty(), 401),
        ("an expired token", get(&expired, ""), empty(), 401),
        ("the token in the query", get(&good, &format!("prefix={good}&token={good}")), empty(), 400),
        ("the token as a name in the query", get(&good, &format!("{good}=1")), empty(), 400),
        ("the token as a cursor", get(&good, &format!("cursor={good}")), empty(), 400),
        ("another method", event("POST", "/objects", &good, &[], Some(&good)), empty(), 405),
        ("another path", event("GET", &format!("/objects/{good}"), "", &[], None), empty(), 404),
        ("access denied", get(&good, ""), quoting("AccessDenied"), 403),
        ("expired credentials", get(&good, ""), quoting("ExpiredToken"), 503),
        ("a wrong signature", get(&good, ""), quoting("SignatureDoesNotMatch"), 502),
        ("no XML", get(&good, ""), Answer::xml(200, &good), 503),
        ("half an answer", get(&good, ""), Answer::Half(Box::new(empty())), 503),
        ("a bare angle bracket in the query", get(&good, "prefix=<a>"), empty(), 200),
        ("versions", gateway::get("/versions", &good, ""), empty(), 200),
        (
            "versions with the token in the query",
            gateway::get("/versions", &good, &format!("token={good}")),
            empty(),
            400,
        ),
    ];
    let exchange = |(name, event, answer, status)| (Exchange { name, event, status }, answer);
    requests.into_iter().map(exchange).collect()
}

#[test]
fn no_secret_is_logged_or_shown_in_an_error() {
    let cloud = Cloud::new();
    let secrets = cloud.secrets();
    let mut function = Function::start(Path::new(PROGRAM), &cloud.talkative_variables());
    let requests = requests(&cloud);
    let count = requests.len();
    for (request, answer) in requests {
        cloud.aws.set_list_objects(answer);
        let response = function.assert_response(&request, &secrets);
        // A page without links holds none either.
        assert_without(&secrets, request.name, &response.to_string());
    }
    assert!(cloud.aws.calls().contains(&"ListObjectsV2".to_owned()));
    let log = function.stop().log;
    assert_clean_log(&log, count, &secrets);
    // The home is not secret, and it is not logged either.
    assert!(!log.contains(Aws::IDENTITY_ID), "{log}");
}

#[test]
fn each_request_is_one_line_with_its_route_and_calls_and_is_counted() {
    let cloud = Cloud::new();
    let good = cloud.token(&json!({}));
    let empty = || Aws::page("<IsTruncated>false</IsTruncated>");
    let mut function = Function::start(Path::new(PROGRAM), &cloud.talkative_variables());
    let requests = [
        (get(&good, ""), empty(), "GET /objects 200 ok: GetId, GetCredentialsForIdentity, ListObjectsV2"),
        (get(&good, ""), empty(), "GET /objects 200 ok: ListObjectsV2"),
        (get(&good, "x=1"), empty(), "GET /objects 400 invalid_request"),
        (get(&good, ""), Aws::s3_error(403, "AccessDenied"), "GET /objects 403 access_denied: ListObjectsV2"),
        (get(&good, ""), Aws::s3_error(503, "SlowDown"), "GET /objects 429 throttled: ListObjectsV2"),
        (get(&good, ""), Aws::s3_error(404, "NoSuchBucket"), "GET /objects 502 misconfigured: ListObjectsV2"),
        (get(&good, ""), Aws::s3_error(500, "InternalError"), "GET /objects 503 unavailable: ListObjectsV2 in 2 tries"),
        (gateway::get("/versions", &good, ""), empty(), "GET /versions 200 ok: ListObjectVersions"),
    ];
    let mut lines = Vec::new();
    for (event, answer, line) in requests {
        cloud.aws.set_list_objects(answer);
        function.respond(line, &event);
        lines.push(line);
    }
    let counted = [
        ("ColdStarts", 1),
        ("Exchanges", 1),
        ("GetCredentialsForIdentityMilliseconds", 1),
        ("GetIdMilliseconds", 1),
        ("JWKSMilliseconds", 1),
        ("ListObjectVersionsMilliseconds", 1),
        ("ListObjectsV2Milliseconds", 6),
        ("ListObjectsV2Throttles", 1),
        ("Refusals Reason=access_denied", 1),
        ("Refusals Reason=invalid_request", 1),
        ("Refusals Reason=misconfigured", 1),
        ("Refusals Reason=throttled", 1),
        ("Refusals Reason=unavailable", 1),
    ];
    assert_told(&function.stop().log, &lines, &counted);
}

#[test]
fn a_wrong_setting_stops_it_with_one_line_that_names_it() {
    for name in ["BUCKET_NAME", "HOME_PREFIX", "CREDENTIALS_REUSE_SECONDS", "USER_POOL_CLIENT_IDS"] {
        assert_refuses_to_start(PROGRAM, Cloud::new().variables(), (name, ""), "is not set");
    }
}
