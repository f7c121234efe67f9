//! The program as Lambda runs it, at its most verbose: what it writes, and how it ends when it cannot start.

use std::path::Path;

use gateway::event;
use loopback::{Answer, Aws, Cloud};
use runtime::{Function, Invoked, answered, assert_without, metrics};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_object-links");

/// Good and bad requests, and the status that each gets.
fn requests(cloud: &Cloud) -> Vec<(&'static str, Value, u64)> {
    let good = cloud.marked_token(&json!({}));
    let expired = cloud.marked_token(&json!({ "exp": cloud.started_seconds - 60 }));
    let send = |method: &str, path: &str, query: &str, body: Option<&str>| {
        event(method, &format!("/objects/{path}"), query, &[("authorization", good.as_str())], body)
    };
    let declared = Some(r#"{"size": 1, "content_type": "text/plain"}"#);
    vec![
        ("a download", send("GET", "~/a", "", None), 302),
        ("a look", send("HEAD", "~/a", "download=b", None), 302),
        ("an upload", send("POST", "~/a", "", declared), 200),
        ("a deletion", send("DELETE", "~/a", "", None), 403),
        ("a deletion elsewhere", send("DELETE", "public/a", "", None), 403),
        ("an expired token", event("GET", "/objects/a", "", &[("authorization", &expired)], None), 401),
        ("the token as the key", send("GET", &good, &format!("key={good}"), None), 400),
        ("the token as the file's name", send("GET", "a", &format!("download={good}/"), None), 400),
        ("the token as the body", send("POST", "~/a", "", Some(&good)), 400),
        ("the token as a member", send("POST", "~/a", "", Some(&json!({ &good: &good }).to_string())), 400),
        ("another method", send("PATCH", &good, "", Some(&good)), 405),
        ("a question mark from the gateway", send("GET", "~/a?b=c", "", None), 302),
    ]
}

#[test]
fn no_secret_is_logged_or_shown_in_an_error() {
    let cloud = Cloud::new();
    let secrets = cloud.secrets();
    let words = format!("{} example-session-token ASIAEXAMPLEKEYID", cloud.marked_token(&json!({})));
    let denial = format!("<Error><Code>AccessDenied</Code><Message>{words}</Message></Error>");
    cloud.aws.set_delete_object(Answer::xml(403, &denial));
    let mut function = Function::start(Path::new(PROGRAM), &cloud.talkative_variables());
    let requests = requests(&cloud);
    let count = requests.len();
    for (name, event, status) in requests {
        let Invoked::Response(answer) = function.invoke(&event) else { unreachable!("{name}: no response") };
        assert_eq!(answer["statusCode"], status, "{name}: {answer}");
        assert_eq!(answer["headers"]["cache-control"], "no-store", "{name}");
        // A link is the caller's credentials at work, and for the caller alone.
        if status >= 400 {
            assert_without(&secrets, name, &answer.to_string());
        }
    }
    let log = function.stop().log;
    assert_eq!(log.matches("\"message\":\"answered\"").count(), count, "one line each: {log}");
    assert_without(&secrets, "the log", &log);
    for private in [Aws::IDENTITY_ID, "X-Amz-Signature"] {
        assert!(!log.contains(private), "{log}");
    }
}

#[test]
fn each_request_is_one_line_with_its_route_and_calls_and_is_counted() {
    let cloud = Cloud::new();
    let good = cloud.token(&json!({}));
    let mut function = Function::start(Path::new(PROGRAM), &cloud.talkative_variables());
    let send = |method: &str, path: &str| event(method, path, "", &[("authorization", good.as_str())], None);
    let requests = [
        (send("GET", "/objects/~/a"), "GET /objects/{key+} 302 ok: GetId, GetCredentialsForIdentity"),
        (send("HEAD", "/objects/~/a"), "HEAD /objects/{key+} 302 ok"),
        (send("DELETE", "/objects/~/a"), "DELETE /objects/{key+} 204 ok: DeleteObject"),
        (send("DELETE", "/objects/a"), "DELETE /objects/{key+} 403 access_denied"),
        (send("POST", "/objects/~/a"), "POST /objects/{key+} 400 invalid_request"),
        (send("GET", "/objects/"), "other 404 not_found"),
    ];
    let mut expected = Vec::new();
    for (event, line) in requests {
        let Invoked::Response(_) = function.invoke(&event) else { unreachable!("{line}: no response") };
        expected.push(line);
    }
    let log = function.stop().log;
    assert_eq!(answered(&log), expected, "{log}");
    let counted = [
        ("ColdStarts", 1),
        ("DeleteObjectMilliseconds", 1),
        ("Exchanges", 1),
        ("GetCredentialsForIdentityMilliseconds", 1),
        ("GetIdMilliseconds", 1),
        ("JWKSMilliseconds", 1),
        ("Refusals Reason=access_denied", 1),
        ("Refusals Reason=invalid_request", 1),
        ("Refusals Reason=not_found", 1),
    ];
    assert_eq!(metrics(&log), counted.map(|(name, count)| (name.to_owned(), count)).into(), "{log}");
}

#[test]
fn a_wrong_setting_stops_it_with_one_line_that_names_it() {
    for name in ["BUCKET_NAME", "HOME_PREFIX", "CREDENTIALS_REUSE_SECONDS", "USER_POOL_CLIENT_IDS"] {
        let mut variables = Cloud::new().variables();
        variables.retain(|(known, _)| known != name);
        let ended = Function::start(Path::new(PROGRAM), &variables).wait();
        assert_eq!((ended.status.unwrap().success(), ended.log), (false, format!("Error: {name} is not set\n")));
    }
}
