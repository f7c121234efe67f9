//! Every fault of S3, and the response to the caller.

use std::time::Duration;

use loopback::{Answer, Aws};
use serde_json::json;
use tokio::task::JoinSet;

use crate::setup::Setup;

/// The answer, the status and code that the caller gets, and how often S3 is asked.
fn faults() -> Vec<(&'static str, Answer, u16, &'static str, usize)> {
    let html = || b"<html>words of the service".to_vec();
    let object = "<IsTruncated>false</IsTruncated><Contents><Key>k</Key><Size>1</Size></Contents>";
    vec![
        ("AccessDenied", Aws::s3_error(403, "AccessDenied"), 403, "access_denied", 1),
        ("AllAccessDisabled", Aws::s3_error(403, "AllAccessDisabled"), 403, "access_denied", 1),
        ("NoSuchBucket", Aws::s3_error(404, "NoSuchBucket"), 502, "misconfigured", 1),
        ("InvalidBucketName", Aws::s3_error(400, "InvalidBucketName"), 502, "misconfigured", 1),
        ("PermanentRedirect", Aws::s3_error(301, "PermanentRedirect"), 502, "misconfigured", 1),
        ("TemporaryRedirect", Aws::s3_error(307, "TemporaryRedirect"), 502, "misconfigured", 1),
        ("AuthorizationHeaderMalformed", Aws::s3_error(400, "AuthorizationHeaderMalformed"), 502, "misconfigured", 1),
        ("SignatureDoesNotMatch", Aws::s3_error(403, "SignatureDoesNotMatch"), 502, "misconfigured", 1),
        ("RequestTimeTooSkewed", Aws::s3_error(403, "RequestTimeTooSkewed"), 502, "misconfigured", 1),
        ("an unknown error", Aws::s3_error(400, "BrandNew"), 502, "misconfigured", 1),
        ("ExpiredToken", Aws::s3_error(400, "ExpiredToken"), 503, "unavailable", 2),
        ("InvalidToken", Aws::s3_error(400, "InvalidToken"), 503, "unavailable", 2),
        ("InvalidAccessKeyId", Aws::s3_error(403, "InvalidAccessKeyId"), 503, "unavailable", 2),
        ("SlowDown", Aws::s3_error(503, "SlowDown"), 429, "throttled", 1),
        ("429 without a word", Answer::Reply(429, vec![], vec![]), 429, "throttled", 1),
        ("InternalError", Aws::s3_error(500, "InternalError"), 503, "unavailable", 2),
        ("ServiceUnavailable", Aws::s3_error(503, "ServiceUnavailable"), 503, "unavailable", 2),
        ("RequestTimeout", Aws::s3_error(400, "RequestTimeout"), 504, "timeout", 2),
        ("502 in HTML", Answer::Reply(502, vec![], html()), 503, "unavailable", 2),
        ("403 in HTML", Answer::Reply(403, vec![], html()), 503, "unavailable", 1),
        ("no XML", Answer::Reply(200, vec![], b"words of the service".to_vec()), 503, "unavailable", 1),
        ("another document", Answer::Reply(200, vec![], html()), 503, "unavailable", 1),
        ("the beginning of a page", Answer::xml(200, "<ListBucketResult><Trunc"), 503, "unavailable", 1),
        ("an empty page", Answer::xml(200, "<ListBucketResult/>"), 503, "unavailable", 1),
        ("a page that does not say whether it is the last", Aws::page(""), 503, "unavailable", 1),
        (
            "a page without its bucket",
            Answer::xml(200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
            503,
            "unavailable",
            1,
        ),
        (
            "a page without its last tag",
            Answer::xml(200, "<ListBucketResult><Name>my-bucket</Name><IsTruncated>false</IsTruncated>"),
            503,
            "unavailable",
            1,
        ),
        ("an object without its members", Aws::page(object), 503, "unavailable", 1),
        (
            "another bucket's page",
            Aws::page("<Name>another</Name><IsTruncated>false</IsTruncated>"),
            502,
            "misconfigured",
            1,
        ),
        (
            "another prefix's page",
            Aws::page("<Prefix>public/</Prefix><IsTruncated>false</IsTruncated>"),
            502,
            "misconfigured",
            1,
        ),
        (
            "a page that lacks a key",
            Aws::page("<KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>"),
            502,
            "misconfigured",
            1,
        ),
        ("half an answer", Answer::Half(Box::new(Aws::page(object))), 503, "unavailable", 2),
        ("hang-up", Answer::HangUp, 503, "unavailable", 2),
        ("hang", Answer::Hang, 504, "timeout", 2),
        ("slow drip", Answer::Drip(Duration::from_millis(40), Box::new(Aws::page(object))), 504, "timeout", 2),
    ]
}

async fn check(setup: Setup, name: &str, status: u16, code: &str, tries: usize) {
    let seen = setup.get(&setup.cloud.token(&json!({})), "").await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (status, Some(code)), "{name}: {seen:?}");
    let calls = setup.cloud.aws.calls().iter().filter(|call| *call == "ListObjectsV2").count();
    assert!(calls == tries || name == "hang-up" && calls <= 2 * tries, "{name}: {calls} calls");
    let try_again = matches!(status, 429 | 503 | 504).then_some("1");
    assert_eq!(seen.header("retry-after"), try_again, "{name}");
    assert_eq!(seen.header("cache-control"), Some("no-store"), "{name}");
    assert!(!seen.body.to_string().contains("words of the service"), "{name}");
}

#[tokio::test]
async fn each_fault_of_list_objects_v2_has_its_answer() {
    // All at once: some take as long as the limits in time allow.
    let mut checks = JoinSet::new();
    for (name, answer, status, code, tries) in faults() {
        let setup = Setup::new("300");
        setup.warm().await;
        setup.cloud.aws.set_list_objects(answer);
        checks.spawn(check(setup, name, status, code, tries));
    }
    checks.join_all().await;
}
