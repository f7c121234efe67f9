//! `PUT`: copies on the server, and restoring an older version.

use std::time::Duration;

use gateway::Seen;
use loopback::{Answer, Aws, Cloud};
use serde_json::{Value, json};

use crate::setup::Setup;

async fn copy(setup: &Setup, target: &str, body: &Value) -> Seen {
    Seen::new(&setup.send("PUT", target, Some(&body.to_string())).await)
}

fn in_home(name: &str) -> String {
    format!("{}{name}", Cloud::HOME)
}

#[tokio::test]
async fn an_object_is_copied_with_one_call() {
    let setup = Setup::new();
    let seen = copy(&setup, "~/b%20c.txt", &json!({ "copy_from": "~/a b.txt" })).await;
    let copied = json!({ "bucket": "my-bucket", "key": in_home("b c.txt"), "etag": "\"6c66\"" });
    assert_eq!((seen.status, &seen.body), (200, &copied));
    let request = setup.cloud.aws.received().pop().unwrap();
    assert_eq!((request.method.as_str(), request.header("if-none-match")), ("PUT", None));
    let source = format!("my-bucket/{}a%20b.txt", Cloud::HOME.replace(':', "%3A"));
    assert_eq!(request.header("x-amz-copy-source"), Some(source.as_str()));
    assert_eq!(request.header("x-amz-metadata-directive"), None, "all that the object has is kept");
    assert_eq!(setup.cloud.aws.calls(), ["jwks", "GetId", "GetCredentialsForIdentity", "CopyObject"]);
}

#[tokio::test]
async fn an_older_version_is_restored_and_nothing_is_overwritten_if_that_is_said() {
    let setup = Setup::new();
    let result = r#"<CopyObjectResult><ETag>"6c66"</ETag></CopyObjectResult>"#;
    let headers = vec![("x-amz-version-id".to_owned(), "new".to_owned())];
    setup.cloud.aws.set_copy_object(Answer::Reply(200, headers, result.into()));
    let seen = copy(&setup, "~/a", &json!({ "copy_from": "~/a", "version_id": "3HL4", "if_none_match": "*" })).await;
    assert_eq!((seen.status, &seen.body["version_id"]), (200, &json!("new")));
    let request = setup.cloud.aws.received().pop().unwrap();
    let source = format!("my-bucket/{}a?versionId=3HL4", Cloud::HOME.replace(':', "%3A"));
    assert_eq!(request.header("x-amz-copy-source"), Some(source.as_str()));
    assert_eq!(request.header("if-none-match"), Some("*"));
}

#[tokio::test]
async fn the_target_is_in_the_home_and_the_source_is_for_iam_to_judge() {
    let setup = Setup::new();
    for (target, source, status) in [
        ("~/a", "public/a", 200),
        ("~/a", "private/another/a", 200),
        ("public/a", "~/a", 403),
        ("private/another/a", "~/a", 403),
        ("~/a", "~/../../../x", 400),
        ("~/a", "~team/x", 400),
    ] {
        assert_eq!(copy(&setup, target, &json!({ "copy_from": source })).await.status, status, "{source} to {target}");
    }
    assert_eq!(setup.cloud.aws.calls().iter().filter(|call| *call == "CopyObject").count(), 2);
}

#[tokio::test]
async fn each_refusal_has_its_answer() {
    let invalid = |message: &str| {
        Answer::xml(400, &format!("<Error><Code>InvalidRequest</Code><Message>{message}</Message></Error>"))
    };
    let large = "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120";
    let itself = "This copy request is illegal because it is trying to copy an object to itself without changing it.";
    let failed_late = "<Error><Code>InternalError</Code><Message>words of the service</Message></Error>";
    let cases = [
        ("denied", Aws::s3_error(403, "AccessDenied"), 403, "access_denied", "You may not read that object"),
        ("gone", Aws::s3_error(404, "NoSuchKey"), 404, "not_found", "There is no such object."),
        ("no such version", Aws::s3_error(404, "NoSuchVersion"), 404, "not_found", "There is no such object."),
        ("no version id", Aws::s3_error(400, "InvalidArgument"), 404, "not_found", "There is no such object."),
        ("too large", invalid(large), 400, "invalid_request", "copy_from is larger than the 5 GiB"),
        ("itself", invalid(itself), 400, "invalid_request", "copy_from is the object itself"),
        ("there already", Aws::s3_error(412, "PreconditionFailed"), 412, "precondition_failed", "The object does not"),
        ("at once", Aws::s3_error(409, "ConditionalRequestConflict"), 503, "unavailable", "A service"),
        ("throttled", Aws::s3_error(503, "SlowDown"), 429, "throttled", "Too many requests."),
        ("failed after 200", Answer::xml(200, failed_late), 503, "unavailable", "A service"),
        ("nothing after 200", Answer::xml(200, "<CopyObjectResult/>"), 503, "unavailable", "A service"),
    ];
    for (name, answer, status, code, message) in cases {
        let setup = Setup::new();
        setup.cloud.aws.set_copy_object(answer);
        let seen = copy(&setup, "~/a", &json!({ "copy_from": "~/b" })).await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (status, Some(code)), "{name}: {seen:?}");
        assert!(seen.body["message"].as_str().unwrap().starts_with(message), "{name}: {seen:?}");
        assert_eq!(setup.cloud.aws.calls().iter().filter(|call| *call == "CopyObject").count(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_copy_may_take_longer_than_other_calls() {
    let setup = Setup::new();
    let result = Answer::xml(200, r#"<CopyObjectResult><ETag>"6c66"</ETag></CopyObjectResult>"#);
    setup.cloud.aws.set_copy_object(Answer::Late(Duration::from_secs(6), Box::new(result)));
    assert_eq!(copy(&setup, "~/a", &json!({ "copy_from": "~/b" })).await.status, 200);
}
