use std::{
    error::Error,
    thread,
    time::{Duration, Instant},
};

use gateway::{get, post_token_form};
use loopback::{Answer, Cloud};
use runtime::Function;
use serde_json::json;
use test_tokens::SigningKey;

use crate::{
    charts::{Growth, growth},
    cpu,
    job::Job,
    subject::Subject,
    table::{mb, us},
};

const EXCHANGE: Subject = Subject::Ours("TokenExchange");
const LIST: Subject = Subject::Ours("ListObjects");

/// How many invocations a point stands for.
const INVOCATIONS: usize = 300;
/// The largest number of people: ten times as many as the function remembers.
const PEOPLE_MAX: usize = 100_000;

/// Draws how the cost grows with people, keys, signing keys, the token and processes.
///
/// # Errors
///
/// The error that prevented a chart from being drawn.
pub(crate) fn draw() -> Result<(), Box<dyn Error>> {
    for drawn in [people(), keys(), jwks(), token(), processes()] {
        println!("{}: {:?}", drawn.name, drawn.lines);
        growth(&drawn)?;
    }
    Ok(())
}

/// The memory of both functions by the number of people: their caches are limited.
fn people() -> Growth {
    let line = |subject: Subject, job: Job| {
        let cloud = Cloud::new();
        let mut function = started(subject, &cloud);
        let mut points = Vec::new();
        for person in 1..=PEOPLE_MAX {
            function.invoke_timed(&job.event(&cloud, person)).expect("it answers");
            if person.ilog10() > (person - 1).max(1).ilog10() || [1, PEOPLE_MAX].contains(&person) {
                points.push((float(person), mb(function.memory_kib() * 1024)));
            }
        }
        drop(function.stop());
        points
    };
    let list = thread::spawn(move || line(LIST, Job::List));
    let exchange = line(EXCHANGE, Job::Exchange);
    let list = list.join().expect("it does not panic");
    let lines = vec![("token-exchange", exchange), ("list-objects", list)];
    Growth { name: "scale-people", of: "people", cost: "memory, MB", lines }
}

/// The CPU time of a listing, by the number of keys on the page.
fn keys() -> Growth {
    let cloud = Cloud::new();
    let mut function = started(LIST, &cloud);
    let event = Job::List.event(&cloud, 0);
    let points = [1, 3, 10, 30, 100, 300, 1000].map(|keys| {
        cloud.aws.set_list_objects(Cloud::page(keys));
        (float(keys), cost(&mut function, &event))
    });
    drop(function.stop());
    Growth {
        name: "scale-keys",
        of: "keys on the page",
        cost: "CPU, µs",
        lines: vec![("list-objects", points.to_vec())],
    }
}

/// The CPU time of the startup and of an exchange, by the number of keys in the JWKS.
fn jwks() -> Growth {
    let others: Vec<_> = (0..63).map(|n| SigningKey::new(&format!("other-{n}")).jwk()).collect();
    let (mut init, mut exchange) = (Vec::new(), Vec::new());
    for keys in [2, 4, 8, 16, 32, 64] {
        let cloud = Cloud::new();
        let mut all: Vec<_> = others.iter().take(keys - 1).cloned().collect();
        // The key of the token is the last one.
        all.push(cloud.key.jwk());
        cloud.aws.set_jwks(Answer::json(200, json!({ "keys": all })));
        let mut function = started(EXCHANGE, &cloud);
        init.push((float(keys), us(cpu::used_by(function.process_id()))));
        exchange.push((float(keys), cost(&mut function, &Job::Exchange.event(&cloud, 0))));
        drop(function.stop());
    }
    let lines = vec![("startup", init), ("an exchange", exchange)];
    Growth { name: "scale-jwks", of: "keys in the JWKS", cost: "CPU, µs", lines }
}

/// The CPU time of an exchange, and of a listing with cached credentials, by the size of the token.
fn token() -> Growth {
    let cloud = Cloud::new();
    let (mut exchange, mut list) = (started(EXCHANGE, &cloud), started(LIST, &cloud));
    let (mut exchanges, mut lists) = (Vec::new(), Vec::new());
    for size in [1, 2, 4, 8, 16] {
        let token = token_of_bytes(&cloud, size * 1024);
        exchanges.push((float(size), cost(&mut exchange, &post_token_form(&token, "").to_string())));
        lists.push((float(size), cost(&mut list, &get("/objects", &token, "").to_string())));
    }
    drop((exchange.stop(), list.stop()));
    let lines = vec![("token-exchange", exchanges), ("list-objects, no keys", lists)];
    Growth { name: "scale-token", of: "size of the token, KiB", cost: "CPU, µs", lines }
}

/// How many exchanges a second several independent processes make, by their number.
#[expect(clippy::disallowed_methods, reason = "a rate is counted over a time")]
fn processes() -> Growth {
    let points = [1, 2, 4, 8, 16].map(|count| {
        let running: Vec<_> = (0..count)
            .map(|_| {
                thread::spawn(|| {
                    let cloud = Cloud::new();
                    let mut function = started(EXCHANGE, &cloud);
                    let event = Job::Exchange.event(&cloud, 0);
                    cost(&mut function, &event);
                    let start = Instant::now();
                    let mut invocations = 0;
                    while start.elapsed() < Duration::from_secs(2) {
                        function.invoke_timed(&event).expect("it answers");
                        invocations += 1;
                    }
                    let rate = f64::from(invocations) / start.elapsed().as_secs_f64();
                    drop(function.stop());
                    rate
                })
            })
            .collect();
        let rate: f64 = running.into_iter().map(|one| one.join().expect("it does not panic")).sum();
        (float(count), rate)
    });
    Growth {
        name: "scale-processes",
        of: "processes at once",
        cost: "exchanges a second",
        lines: vec![("token-exchange", points.to_vec())],
    }
}

/// A token of `bytes` bytes, or a few less.
fn token_of_bytes(cloud: &Cloud, bytes: usize) -> String {
    let plain = cloud.token(&json!({ "custom:note": "" })).len();
    // Four characters of base64 hold three.
    let note = "x".repeat((bytes.saturating_sub(plain)) * 3 / 4);
    cloud.token(&json!({ "custom:note": note }))
}

fn started(subject: Subject, cloud: &Cloud) -> Function {
    let mut function = subject.start(&cloud.variables());
    function.init().expect("it starts");
    function
}

/// The average CPU time of an invocation in microseconds, after a warm-up.
fn cost(function: &mut Function, event: &str) -> f64 {
    let mut invoke = |count: usize| {
        for _ in 0..count {
            let (answer, _) = function.invoke_timed(event).expect("it answers");
            assert!(answer.starts_with(br#"{"statusCode":200"#), "{}", String::from_utf8_lossy(&answer));
        }
        cpu::used_by(function.process_id())
    };
    let before = invoke(50);
    us(invoke(INVOCATIONS).saturating_sub(before)) / float(INVOCATIONS)
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn float(count: usize) -> f64 {
    count as f64
}
