//! Every fault of S3, and the response to the caller.

use std::time::Duration;

use gateway::Seen;
use loopback::{Answer, Aws};
use serde_json::json;
use tokio::task::JoinSet;

use crate::setup::Setup;

/// A listing: its route, its call of S3, the root of its answer, and an entry without what is always in one.
struct Operation {
    path: &'static str,
    call: &'static str,
    root: &'static str,
    entry: &'static str,
    page: fn(&str) -> Answer,
    set: fn(&Aws, Answer),
}

const OBJECTS: Operation = Operation {
    path: "/objects",
    call: "ListObjectsV2",
    root: "ListBucketResult",
    entry: "<Contents><Key>k</Key><Size>1</Size></Contents>",
    page: Aws::page,
    set: Aws::set_list_objects,
};

const VERSIONS: Operation = Operation {
    path: "/versions",
    call: "ListObjectVersions",
    root: "ListVersionsResult",
    entry: "<Version><Key>k</Key><VersionId>v</VersionId><Size>1</Size></Version>",
    page: Aws::versions_page,
    set: Aws::set_list_versions,
};

type Fault = (&'static str, Answer, u16, &'static str, usize);

/// The answer, the status and code that the caller gets, and how often S3 is asked.
fn faults(operation: &Operation) -> Vec<Fault> {
    let html = || b"<html>words of the service".to_vec();
    let Operation { root, page, .. } = operation;
    let entry = format!("<IsTruncated>false</IsTruncated>{}", operation.entry);
    let whole = |inside: &str| Answer::xml(200, &format!("<{root}>{inside}</{root}>"));
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
        ("the beginning of a page", Answer::xml(200, &format!("<{root}><Trunc")), 503, "unavailable", 1),
        ("an empty page", Answer::xml(200, &format!("<{root}/>")), 503, "unavailable", 1),
        ("a page that does not say whether it is the last", page(""), 503, "unavailable", 1),
        ("a page without its bucket", whole("<IsTruncated>false</IsTruncated>"), 503, "unavailable", 1),
        (
            "a page that is not the last and has no marker",
            page("<IsTruncated>true</IsTruncated>"),
            503,
            "unavailable",
            1,
        ),
        (
            "a page without its last tag",
            Answer::xml(200, &format!("<{root}><Name>my-bucket</Name><IsTruncated>false</IsTruncated>")),
            503,
            "unavailable",
            1,
        ),
        ("an entry without its members", page(&entry), 503, "unavailable", 1),
        (
            "another bucket's page",
            page("<Name>another</Name><IsTruncated>false</IsTruncated>"),
            502,
            "misconfigured",
            1,
        ),
        (
            "another prefix's page",
            page("<Prefix>public/</Prefix><IsTruncated>false</IsTruncated>"),
            502,
            "misconfigured",
            1,
        ),
        ("half an answer", Answer::Half(Box::new(page(&entry))), 503, "unavailable", 2),
        ("hang-up", Answer::HangUp, 503, "unavailable", 2),
        ("hang", Answer::Hang, 504, "timeout", 2),
        ("slow drip", Answer::Drip(Duration::from_millis(40), Box::new(page(&entry))), 504, "timeout", 2),
    ]
}

/// What only a page of objects can be.
fn faults_of_objects() -> Vec<Fault> {
    let page = Aws::page("<KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>");
    vec![("a page that lacks a key", page, 502, "misconfigured", 1)]
}

/// What only a page of versions can be.
fn faults_of_versions() -> Vec<Fault> {
    let version = |content: &str| {
        let said = "<Key>k</Key><VersionId>v</VersionId><IsLatest>true</IsLatest>\
                    <LastModified>2026-03-12T17:50:30.000Z</LastModified>";
        Aws::versions_page(&format!("<IsTruncated>false</IsTruncated><Version>{said}{content}</Version>"))
    };
    vec![
        ("a version without content, like a delete marker", version(""), 503, "unavailable", 1),
        ("a page of objects", Aws::page("<IsTruncated>false</IsTruncated>"), 503, "unavailable", 1),
    ]
}

async fn check(setup: Setup, operation: &Operation, name: &str, status: u16, code: &str, tries: usize) {
    let token = setup.cloud.token(&json!({}));
    let seen = Seen::new(&setup.respond_at(operation.path, "", &[("authorization", &token)]).await);
    assert_eq!((seen.status, seen.body["code"].as_str()), (status, Some(code)), "{name}: {seen:?}");
    let calls = setup.cloud.aws.calls().iter().filter(|call| *call == operation.call).count();
    assert!(calls == tries || name == "hang-up" && calls <= 2 * tries, "{name}: {calls} calls");
    let try_again = matches!(status, 429 | 503 | 504).then_some("1");
    assert_eq!(seen.header("retry-after"), try_again, "{name}");
    assert_eq!(seen.header("cache-control"), Some("no-store"), "{name}");
    assert!(!seen.body.to_string().contains("words of the service"), "{name}");
}

#[tokio::test]
async fn each_fault_of_a_listing_has_its_answer() {
    // All at once: some take as long as the limits in time allow.
    let mut checks = JoinSet::new();
    for (operation, own) in [(&OBJECTS, faults_of_objects()), (&VERSIONS, faults_of_versions())] {
        for (name, answer, status, code, tries) in faults(operation).into_iter().chain(own) {
            let setup = Setup::new("300");
            setup.warm().await;
            (operation.set)(&setup.cloud.aws, answer);
            checks.spawn(check(setup, operation, name, status, code, tries));
        }
    }
    checks.join_all().await;
}
