//! Every fault of S3 at a deletion, and the response to the caller.

use gateway::Seen;
use loopback::{Answer, Aws};
use tokio::task::JoinSet;

use crate::setup::Setup;

/// The answer, the status and code that the caller gets, and how often S3 is asked.
fn faults() -> Vec<(&'static str, Answer, u16, &'static str, usize)> {
    vec![
        ("AccessDenied", Aws::s3_error(403, "AccessDenied"), 403, "access_denied", 1),
        ("NoSuchBucket", Aws::s3_error(404, "NoSuchBucket"), 502, "misconfigured", 1),
        ("MethodNotAllowed", Aws::s3_error(405, "MethodNotAllowed"), 405, "method_not_allowed", 1),
        ("PreconditionFailed", Aws::s3_error(412, "PreconditionFailed"), 412, "precondition_failed", 1),
        ("PermanentRedirect", Aws::s3_error(301, "PermanentRedirect"), 502, "misconfigured", 1),
        ("ExpiredToken", Aws::s3_error(400, "ExpiredToken"), 503, "unavailable", 2),
        ("SlowDown", Aws::s3_error(503, "SlowDown"), 429, "throttled", 1),
        ("InternalError", Aws::s3_error(500, "InternalError"), 503, "unavailable", 2),
        ("half an answer", Answer::Half(Box::new(Aws::s3_error(500, "InternalError"))), 503, "unavailable", 2),
        ("hang", Answer::Hang, 504, "timeout", 2),
    ]
}

async fn check(setup: Setup, name: &str, status: u16, code: &str, tries: usize) {
    let seen = Seen::new(&setup.send("DELETE", "~/a", None).await);
    assert_eq!((seen.status, seen.body["code"].as_str()), (status, Some(code)), "{name}: {seen:?}");
    assert_eq!(setup.cloud.aws.calls().iter().filter(|call| *call == "DeleteObject").count(), tries, "{name}");
    let try_again = matches!(status, 429 | 503 | 504).then_some("1");
    assert_eq!(seen.header("retry-after"), try_again, "{name}");
    assert!(!seen.body.to_string().contains("words of the service"), "{name}");
}

#[tokio::test]
async fn deleting_an_object_that_does_not_exist_succeeds() {
    let setup = Setup::new();
    setup.cloud.aws.set_delete_object(Aws::s3_error(404, "NoSuchKey"));
    assert_eq!(setup.send("DELETE", "~/a", None).await.status(), 204);
}

#[tokio::test]
async fn each_fault_of_delete_object_has_its_answer() {
    // All at once: some take as long as the limits in time allow.
    let mut checks = JoinSet::new();
    for (name, answer, status, code, tries) in faults() {
        let setup = Setup::new();
        setup.warm().await;
        setup.cloud.aws.set_delete_object(answer);
        checks.spawn(check(setup, name, status, code, tries));
    }
    checks.join_all().await;
}
