//! The keys, from a loopback server: what is fetched and when, and what happens when a fetch fails.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use cognito::PoolKeys;
use https::{Failure, HttpsClient, Trust};
use loopback::{Answer, Aws};
use test_tokens::SigningKey;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

fn setup() -> (Aws, PoolKeys, SigningKey) {
    let key = SigningKey::new("key-1");
    let aws = Aws::start(&key.jwks(), 0);
    let url = format!("{}/eu-west-1_Ab/.well-known/jwks.json", aws.url());
    (aws, PoolKeys::new(HttpsClient::new(Trust::Bundled).unwrap(), url.parse().unwrap()), key)
}

#[tokio::test]
async fn keys_are_fetched_once_and_kept() {
    let (aws, keys, _) = setup();
    keys.warm(at(0)).await;
    for seconds in [0, 1, 3599] {
        assert!(keys.for_key("key-1", at(seconds)).await.unwrap().contains("key-1"));
    }
    assert_eq!(aws.calls(), ["jwks"]);
    // The hour starts when the keys arrive, which is a moment later.
    keys.for_key("key-1", at(3605)).await.unwrap();
    assert_eq!(aws.calls(), ["jwks", "jwks"]);
}

#[tokio::test]
async fn a_new_key_is_found_at_its_first_token() {
    let (aws, keys, _) = setup();
    keys.warm(at(0)).await;
    aws.set_jwks(Answer::json(200, SigningKey::new("key-2").jwks()));
    let found = keys.for_key("key-2", at(5)).await.unwrap();
    assert!(found.contains("key-2") && !found.contains("key-1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_needs_share_one_fetch() {
    let (aws, keys, key) = setup();
    aws.set_jwks(Answer::Late(Duration::from_millis(200), Box::new(Answer::json(200, key.jwks()))));
    let keys = Arc::new(keys);
    let needs: Vec<_> = (0..50)
        .map(|_| {
            let keys = Arc::clone(&keys);
            tokio::spawn(async move { keys.for_key("key-1", at(0)).await.is_ok() })
        })
        .collect();
    for need in needs {
        assert!(need.await.unwrap());
    }
    assert_eq!(aws.calls(), ["jwks"]);
}

#[tokio::test]
async fn each_failure_leaves_the_current_keys_in_place() {
    let keys_65: Vec<_> = std::iter::repeat_n(SigningKey::new("key-1").jwk(), 65).collect();
    let failures = [
        ("error", Answer::json(500, "{}")),
        ("redirect", Answer::Reply(302, vec![("location".to_owned(), "http://127.0.0.1:1/".to_owned())], vec![])),
        ("HTML", Answer::Reply(200, vec![], b"<html>".to_vec())),
        ("no keys", Answer::json(200, r#"{"keys": []}"#)),
        ("65 keys", Answer::json(200, serde_json::json!({ "keys": keys_65 }))),
        ("too large", Answer::json(200, format!("{{\"keys\": [], \"x\": \"{}\"}}", "x".repeat(256 * 1024)))),
        ("half", Answer::Half(Box::new(Answer::json(200, SigningKey::new("key-2").jwks())))),
        ("hang-up", Answer::HangUp),
        ("hang", Answer::Hang),
    ];
    for (name, answer) in failures {
        let (aws, keys, _) = setup();
        keys.warm(at(0)).await;
        aws.set_jwks(answer);
        assert!(keys.for_key("key-1", at(3605)).await.unwrap().contains("key-1"), "{name}");
        let calls = aws.calls().len();
        let error = keys.for_key("key-2", at(3605)).await.unwrap_err();
        assert_eq!(error.failure, Failure::Unavailable { code: "in back-off".to_owned() }, "{name}");
        assert_eq!(aws.calls().len(), calls, "{name}: the second need is in the back-off");
        assert!(
            keys.for_key("key-1", at(3605)).await.unwrap().contains("key-1"),
            "{name}: other tokens are not affected"
        );
    }
}

#[tokio::test]
async fn without_keys_a_request_in_the_back_off_has_to_wait() {
    let (aws, keys, key) = setup();
    aws.set_jwks(Answer::json(500, "{}"));
    keys.warm(at(0)).await;
    let error = keys.for_key("key-1", at(0)).await.unwrap_err();
    assert!((Duration::from_millis(500)..Duration::from_secs(5)).contains(&error.retry_after), "{error:?}");
    assert_eq!(aws.calls().len(), 1);
    aws.set_jwks(Answer::json(200, key.jwks()));
    assert!(keys.for_key("key-1", at(5)).await.is_ok(), "recovered");
}

#[tokio::test]
async fn a_request_that_waits_for_a_fetch_gets_its_failure_and_the_back_off_starts_then() {
    for (answer, is_timeout) in [(Answer::HangUp, false), (Answer::Hang, true)] {
        let (aws, keys, _) = setup();
        aws.set_jwks(answer);
        let error = keys.for_key("key-1", at(0)).await.unwrap_err();
        assert_eq!(error.failure == Failure::Timeout, is_timeout, "{error}");
        let calls = aws.calls().len();
        // A server that hangs takes two seconds. The back-off starts after them.
        let error = keys.for_key("key-1", at(if is_timeout { 2 } else { 0 })).await.unwrap_err();
        assert_eq!(error.failure, Failure::Unavailable { code: "in back-off".to_owned() });
        assert_eq!(aws.calls().len(), calls);
    }
}

#[tokio::test]
async fn a_new_key_is_found_after_its_first_fetch_failed() {
    let (aws, keys, _) = setup();
    keys.warm(at(0)).await;
    aws.set_jwks(Answer::json(500, "{}"));
    assert!(keys.for_key("key-2", at(20)).await.is_err());
    aws.set_jwks(Answer::json(200, SigningKey::new("key-2").jwks()));
    assert!(keys.for_key("key-2", at(25)).await.unwrap().contains("key-2"));
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
async fn a_slow_or_endless_answer_is_abandoned_in_time() {
    let (aws, keys, key) = setup();
    let drip = Answer::Drip(Duration::from_millis(50), Box::new(Answer::json(200, key.jwks())));
    let endless = Answer::json(200, " ".repeat(50_000_000));
    for (seconds, answer) in [(0, drip), (100, endless)] {
        aws.set_jwks(answer);
        let started = std::time::Instant::now();
        assert!(keys.for_key("key-1", at(seconds)).await.is_err());
        assert!(started.elapsed() < Duration::from_secs(10), "the limit is 2 s; the rest allows for a slow machine");
    }
    aws.set_jwks(Answer::json(200, key.jwks()));
    assert!(keys.for_key("key-1", at(200)).await.is_ok(), "recovered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_rotate_under_load_without_a_refusal() {
    let (aws, keys, key) = setup();
    keys.warm(at(0)).await;
    let new_key = SigningKey::new("key-2");
    let both = serde_json::json!({ "keys": [key.jwk(), new_key.jwk()] });
    aws.set_jwks(Answer::Late(Duration::from_millis(100), Box::new(Answer::json(200, both))));
    let keys = Arc::new(keys);
    let needs: Vec<_> = (0..200)
        .map(|n| {
            let keys = Arc::clone(&keys);
            let key_id = if n % 2 == 0 { "key-1" } else { "key-2" };
            tokio::spawn(async move { keys.for_key(key_id, at(60)).await.unwrap().contains(key_id) })
        })
        .collect();
    for need in needs {
        assert!(need.await.unwrap());
    }
    assert_eq!(aws.calls(), ["jwks", "jwks"]);
}

#[tokio::test]
async fn many_unknown_key_ids_cause_few_fetches_and_do_not_affect_others() {
    let (aws, keys, _) = setup();
    keys.warm(at(0)).await;
    for n in 0..500 {
        let found = keys.for_key(&format!("junk-{n}"), at(n / 10)).await.unwrap();
        assert!(!found.contains("junk"));
        assert!(keys.for_key("key-1", at(n / 10)).await.unwrap().contains("key-1"));
    }
    assert!(aws.calls().len() <= 6, "{} fetches in 50 s", aws.calls().len());
}
