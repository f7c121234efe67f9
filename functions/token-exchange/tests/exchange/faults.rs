//! Every fault of AWS, and the response to the caller.

use std::time::Duration;

use loopback::{Answer, Aws};
use serde_json::json;
use tokio::task::JoinSet;

use crate::setup::Setup;

/// What both endpoints tell of a failure.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    TokenRefused,
    Throttled,
    Misconfigured,
    Unavailable,
    Timeout,
}

impl Told {
    /// Status and `error` of `POST /token`; status and `code` of `GET /credentials`; whether to try again.
    fn expected(self) -> ((u16, &'static str), (u16, &'static str), bool) {
        match self {
            Self::TokenRefused => ((400, "invalid_request"), (401, "invalid_token"), false),
            Self::Throttled => ((429, "temporarily_unavailable"), (429, "throttled"), true),
            Self::Misconfigured => ((502, "server_error"), (502, "misconfigured"), false),
            Self::Unavailable => ((503, "temporarily_unavailable"), (503, "unavailable"), true),
            Self::Timeout => ((504, "temporarily_unavailable"), (504, "timeout"), true),
        }
    }
}

/// The errors that Cognito's API reference lists for either operation, what a gateway before it may say, and what can
/// happen on the way: the answer, what is told, and how often the operation is tried.
fn faults() -> Vec<(&'static str, Answer, Told, usize)> {
    let good = || Box::new(Answer::json(200, Aws::credentials_answer(Aws::IDENTITY_ID, 4_000_000_000)));
    vec![
        ("ExternalServiceException", Aws::error(400, "ExternalServiceException"), Told::Unavailable, 1),
        ("InternalErrorException", Aws::error(500, "InternalErrorException"), Told::Unavailable, 2),
        ("InternalErrorException as 400", Aws::error(400, "InternalErrorException"), Told::Unavailable, 1),
        (
            "InvalidIdentityPoolConfigurationException",
            Aws::error(400, "InvalidIdentityPoolConfigurationException"),
            Told::Misconfigured,
            1,
        ),
        ("InvalidParameterException", Aws::error(400, "InvalidParameterException"), Told::Misconfigured, 1),
        ("LimitExceededException", Aws::error(400, "LimitExceededException"), Told::Throttled, 1),
        ("NotAuthorizedException", Aws::error(400, "NotAuthorizedException"), Told::TokenRefused, 1),
        (
            "NotAuthorizedException for the pool's fault",
            Answer::json(
                400,
                json!({
                    "__type": "NotAuthorizedException",
                    "message": "Token is not from a supported provider of this identity pool.",
                }),
            ),
            Told::Misconfigured,
            1,
        ),
        ("ResourceConflictException", Aws::error(400, "ResourceConflictException"), Told::Unavailable, 1),
        ("ResourceNotFoundException", Aws::error(400, "ResourceNotFoundException"), Told::Misconfigured, 1),
        ("TooManyRequestsException", Aws::error(400, "TooManyRequestsException"), Told::Throttled, 1),
        ("ThrottlingException", Aws::error(400, "ThrottlingException"), Told::Throttled, 1),
        ("429 without a word", Answer::Reply(429, vec![], vec![]), Told::Throttled, 1),
        ("an unknown error", Aws::error(400, "BrandNewException"), Told::Misconfigured, 1),
        ("an unknown error of the server", Aws::error(500, "BrandNewException"), Told::Unavailable, 2),
        ("400 without a code", Answer::json(400, "{}"), Told::Unavailable, 1),
        ("500 in HTML", Answer::Reply(500, vec![], b"<html>words of the service".to_vec()), Told::Unavailable, 2),
        ("502", Answer::Reply(502, vec![], vec![]), Told::Unavailable, 2),
        ("503", Answer::Reply(503, vec![], vec![]), Told::Unavailable, 2),
        ("504", Answer::Reply(504, vec![], vec![]), Told::Unavailable, 2),
        (
            "a redirect",
            Answer::Reply(307, vec![("location".to_owned(), "http://127.0.0.1:1/".to_owned())], vec![]),
            Told::Unavailable,
            1,
        ),
        ("an empty object", Answer::json(200, "{}"), Told::Unavailable, 1),
        (
            "members of other types",
            Answer::json(200, json!({ "IdentityId": 5, "Credentials": [] })),
            Told::Unavailable,
            1,
        ),
        (
            "an identity id that is none",
            Answer::json(200, json!({ "IdentityId": "words of the service" })),
            Told::Unavailable,
            1,
        ),
        ("no JSON", Answer::json(200, "<html>words of the service"), Told::Unavailable, 1),
        ("nothing", Answer::Reply(200, vec![], vec![]), Told::Unavailable, 1),
        ("half an answer", Answer::Half(good()), Told::Unavailable, 2),
        ("hang-up", Answer::HangUp, Told::Unavailable, 2),
        ("hang", Answer::Hang, Told::Timeout, 2),
        ("slow drip", Answer::Drip(Duration::from_millis(40), good()), Told::Timeout, 2),
    ]
}

/// Drives both endpoints into the fault of `operation`.
async fn check(operation: &str, setup: Setup, name: &str, told: Told, tries: usize) {
    let token = setup.cloud.token(&json!({}));
    let (oauth, provider, try_again) = told.expected();

    let seen = setup.exchange(&token, &[]).await;
    assert_eq!((seen.status, seen.body["error"].as_str()), (oauth.0, Some(oauth.1)), "{operation}: {name}: {seen:?}");
    let calls = setup.cloud.aws.calls().iter().filter(|call| *call == operation).count();
    // A connection that breaks before the first word is opened again once by the HTTP client itself.
    assert!((tries..=2 * tries).contains(&calls), "{operation}: {name}: {calls} calls");
    assert!(calls == tries || name == "hang-up", "{operation}: {name}: {calls} calls");
    let also = setup.get_credentials(Some(&token), "").await;
    assert_eq!((also.status, also.body["code"].as_str()), (provider.0, Some(provider.1)), "{operation}: {name}");
    for seen in [seen, also] {
        assert_eq!(seen.header("retry-after"), try_again.then_some("1"), "{operation}: {name}");
        assert_eq!(seen.header("cache-control"), Some("no-store"), "{operation}: {name}");
        assert!(!seen.body.to_string().contains("words of the service"), "{operation}: {name}");
    }
}

/// Checks all faults at once: some take as long as the limits in time allow.
async fn check_all(operation: &'static str, set: impl Fn(&Aws, Answer)) {
    let mut checks = JoinSet::new();
    for (name, answer, told, tries) in faults() {
        let setup = Setup::new();
        setup.api.warm().await;
        set(&setup.cloud.aws, answer);
        checks.spawn(check(operation, setup, name, told, tries));
    }
    checks.join_all().await;
}

#[tokio::test]
async fn each_fault_of_get_id_has_its_answer() {
    check_all("GetId", Aws::set_get_id).await;
}

#[tokio::test]
async fn each_fault_of_get_credentials_for_identity_has_its_answer() {
    check_all("GetCredentialsForIdentity", Aws::set_get_credentials).await;
}

#[tokio::test]
async fn without_keys_a_token_is_neither_accepted_nor_refused() {
    let setup = Setup::new();
    setup.cloud.aws.set_jwks(Answer::json(500, "{}"));
    setup.api.warm().await;
    let seen = setup.exchange(&setup.cloud.token(&json!({})), &[]).await;
    assert_eq!((seen.status, seen.body["error"].as_str()), (503, Some("temporarily_unavailable")));
    assert_eq!(seen.header("retry-after"), Some("1"));
    assert_eq!(setup.cloud.aws.calls(), ["jwks"], "in the back-off nothing is asked");
}

#[tokio::test]
async fn a_request_that_waits_for_keys_too_long_gets_a_timeout() {
    let setup = Setup::new();
    setup.cloud.aws.set_jwks(Answer::Hang);
    let seen = setup.exchange(&setup.cloud.token(&json!({})), &[]).await;
    assert_eq!((seen.status, seen.body["error"].as_str()), (504, Some("temporarily_unavailable")));
    let seen = setup.get_credentials(Some(&setup.cloud.token(&json!({}))), "").await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (503, Some("unavailable")), "in the back-off");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
async fn the_answer_comes_before_the_functions_own_deadline() {
    let setup = Setup::new();
    setup.api.warm().await;
    setup.cloud.aws.set_get_id(Answer::Hang);
    let started = std::time::Instant::now();
    let seen = setup.get_credentials_within(Duration::from_millis(1500), &setup.cloud.token(&json!({}))).await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (504, Some("timeout")));
    assert!(started.elapsed() < Duration::from_millis(1500), "{:?}", started.elapsed());
}
