//! The program as Lambda runs it, at its most verbose: what it writes, and how it ends when it cannot start.

use std::path::Path;

use gateway::event;
use loopback::{Answer, Aws, Cloud};
use runtime::{Exchange, Function, assert_clean_log, assert_refuses_to_start, assert_told};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_object-links");

/// Good and bad requests.
fn requests(cloud: &Cloud) -> Vec<Exchange<'static>> {
    let good = cloud.marked_token(&json!({}));
    let expired = cloud.marked_token(&json!({ "exp": cloud.started_seconds - 60 }));
    let send = |method: &str, path: &str, query: &str, body: Option<&str>| {
        event(method, &format!("/objects/{path}"), query, &[("authorization", good.as_str())], body)
    };
    let to_upload = |method: &str, upload: &str, body: Option<&str>| {
        event(method, &format!("/uploads{upload}"), "", &[("authorization", good.as_str())], body)
    };
    let upload = format!("/{}", Cloud::UPLOAD);
    let in_parts = Some(r#"{"key": "~/a", "size": 1, "content_type": "text/plain"}"#);
    let declared = Some(r#"{"size": 1, "content_type": "text/plain"}"#);
    let requests = vec![
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
        ("the start of an upload in parts", to_upload("POST", "", in_parts), 201),
        ("how far it is", to_upload("GET", &upload, None), 200),
        ("its completion without a part", to_upload("POST", &upload, None), 409),
        ("its end", to_upload("DELETE", &upload, None), 204),
        ("the token as an upload", to_upload("GET", &format!("/{good}"), None), 400),
        ("the token as the key of an upload", to_upload("POST", "", Some(&json!({ "key": good }).to_string())), 400),
        ("another method", send("PATCH", &good, "", Some(&good)), 405),
        ("a question mark from the gateway", send("GET", "~/a?b=c", "", None), 302),
    ];
    requests.into_iter().map(|(name, event, status)| Exchange { name, event, status }).collect()
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
    for request in &requests {
        function.assert_response(request, &secrets);
    }
    let log = function.stop().log;
    assert_clean_log(&log, requests.len(), &secrets);
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
        (
            event("POST", "/deletions", "", &[("authorization", good.as_str())], Some(r#"{"keys": ["~/a"]}"#)),
            "POST /deletions 200 ok: DeleteObjects",
        ),
        (send("POST", "/objects/~/a"), "POST /objects/{key+} 400 invalid_request"),
        (send("GET", "/objects/"), "other 404 not_found"),
    ];
    let mut lines = Vec::new();
    for (event, line) in requests {
        function.respond(line, &event);
        lines.push(line);
    }
    let counted = [
        ("ColdStarts", 1),
        ("DeleteObjectMilliseconds", 1),
        ("DeleteObjectsMilliseconds", 1),
        ("Exchanges", 1),
        ("GetCredentialsForIdentityMilliseconds", 1),
        ("GetIdMilliseconds", 1),
        ("JWKSMilliseconds", 1),
        ("Refusals Reason=access_denied", 1),
        ("Refusals Reason=invalid_request", 1),
        ("Refusals Reason=not_found", 1),
    ];
    assert_told(&function.stop().log, &lines, &counted);
}

#[test]
fn a_wrong_setting_stops_it_with_one_line_that_names_it() {
    for name in ["BUCKET_NAME", "HOME_PREFIX", "CREDENTIALS_REUSE_SECONDS", "USER_POOL_CLIENT_IDS"] {
        assert_refuses_to_start(PROGRAM, Cloud::new().variables(), (name, ""), "is not set");
    }
}
