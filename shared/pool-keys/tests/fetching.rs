//! The keys over a loopback server: what is fetched, when, and what is done when it fails.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use loopback::{Answer, Aws};
use pool_keys::PoolKeys;
use test_tokens::SigningKey;
use upstream::{Failure, Wire};

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

fn setup() -> (Aws, PoolKeys, SigningKey) {
    let key = SigningKey::new("key-1");
    let aws = Aws::start(&key.jwks(), 0);
    let url = format!("{}/eu-west-1_Ab/.well-known/jwks.json", aws.url());
    (aws, PoolKeys::new(Wire::new().unwrap(), url.parse().unwrap()), key)
}

#[tokio::test]
async fn keys_are_fetched_once_and_kept() {
    let (aws, keys, _) = setup();
    keys.warm(at(0)).await;
    for seconds in [0, 1, 3599] {
        assert!(keys.for_key("key-1", at(seconds)).await.unwrap().contains("key-1"));
    }
    assert_eq!(aws.calls(), ["jwks"]);
    keys.for_key("key-1", at(3600)).await.unwrap();
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
async fn each_failure_leaves_the_keys_at_hand_in_place() {
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
        assert!(keys.for_key("key-1", at(3600)).await.unwrap().contains("key-1"), "{name}");
        let error = keys.for_key("key-2", at(3600)).await.unwrap_err();
        assert_eq!(error.failure == Failure::Timeout, name == "hang", "{name}: {error}");
        assert_eq!(aws.calls(), ["jwks", "jwks"], "{name}: the second need is in the back-off");
    }
}

#[tokio::test]
async fn without_keys_a_request_in_the_back_off_is_told_to_wait() {
    let (aws, keys, key) = setup();
    aws.set_jwks(Answer::json(500, "{}"));
    keys.warm(at(0)).await;
    let error = keys.for_key("key-1", at(0)).await.unwrap_err();
    assert_eq!((error.retry_after, aws.calls().len()), (Duration::from_millis(500), 1));
    aws.set_jwks(Answer::json(200, key.jwks()));
    assert!(keys.for_key("key-1", at(1)).await.is_ok(), "recovered");
}

#[tokio::test]
async fn a_storm_of_unknown_key_ids_is_held_and_hurts_nobody() {
    let (aws, keys, _) = setup();
    keys.warm(at(0)).await;
    for n in 0..500 {
        let found = keys.for_key(&format!("junk-{n}"), at(n / 10)).await.unwrap();
        assert!(!found.contains("junk"));
        assert!(keys.for_key("key-1", at(n / 10)).await.unwrap().contains("key-1"));
    }
    assert!(aws.calls().len() <= 6, "{} fetches in 50 s", aws.calls().len());
}
