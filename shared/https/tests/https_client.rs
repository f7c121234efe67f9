//! The client, with loopback servers: which certificates it trusts, and which connections it keeps.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use http::Uri;
use https::{GetError, HttpsClient, Trust};
use loopback::{Answer, Authority, Loopback};
use settings::Variables;

/// A server that closes each connection after `requests` requests, without notice. Returns its URL and the
/// number of connections so far.
fn closing_server(requests: usize) -> (Uri, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                for _ in 0..requests {
                    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
                }
            });
        }
    });
    (url, connections)
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let (url, connections) = closing_server(usize::MAX);
    let wire = HttpsClient::new(Trust::Bundled).unwrap();
    for _ in 0..5 {
        assert_eq!(wire.get(&url, 10).await.unwrap(), "{}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let (url, connections) = closing_server(1);
    let wire = HttpsClient::new(Trust::Bundled).unwrap();
    for _ in 0..5 {
        assert_eq!(wire.get(&url, 10).await.unwrap(), "{}");
        // As while a function is frozen between two invocations.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(connections.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn an_incomplete_or_too_large_answer_is_an_error() {
    let server = Loopback::start(Ipv4Addr::LOCALHOST.into(), |request| {
        let whole = Answer::json(200, "x".repeat(1000));
        if request.target == "/half" { Answer::Half(Box::new(whole)) } else { whole }
    });
    let wire = HttpsClient::new(Trust::Bundled).unwrap();
    let get =
        async |path: &str, bytes_max| wire.get(&format!("{}{path}", server.url).parse().unwrap(), bytes_max).await;
    assert_eq!(get("/whole", 1000).await.unwrap().len(), 1000);
    assert!(matches!(get("/whole", 999).await, Err(GetError::Body)));
    assert!(matches!(get("/half", 1000).await, Err(GetError::Body)));
}

#[tokio::test]
async fn an_authority_is_trusted_when_the_bundle_names_it() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let file = std::env::temp_dir().join(format!("latchkey-{}.pem", std::process::id()));
    fs::write(&file, &ours.pem).unwrap();
    let variables = Variables::from([("AWS_CA_BUNDLE", file.to_str().unwrap())]);
    let bundle = Trust::new(&variables).unwrap();
    fs::remove_file(&file).unwrap();
    let cases = [
        ("ours", &ours, bundle.clone(), true),
        ("theirs", &theirs, bundle, false),
        ("none", &ours, Trust::Bundled, false),
    ];
    for (name, authority, trust, is_trusted) in cases {
        let server = Loopback::start_tls(authority, |_| Answer::json(200, "{}"));
        let answer = HttpsClient::new(trust).unwrap().get(&server.url.parse().unwrap(), 10).await;
        assert_eq!(answer.is_ok(), is_trusted, "{name}: {answer:?}");
    }
}

#[test]
fn an_invalid_bundle_is_named() {
    let file = std::env::temp_dir().join(format!("latchkey-{}.txt", std::process::id()));
    fs::write(&file, "no certificate").unwrap();
    let path = file.to_str().unwrap();
    let message = |path: &str| Trust::new(&Variables::from([("AWS_CA_BUNDLE", path)])).unwrap_err().to_string();
    assert_eq!(message(path), format!("AWS_CA_BUNDLE is {path:?}: expected certificates in PEM"));
    assert_eq!(message("/nowhere"), "AWS_CA_BUNDLE is \"/nowhere\": No such file or directory (os error 2)");
    fs::remove_file(&file).unwrap();
}
