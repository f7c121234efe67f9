//! `make soak`: sends good and hostile requests to the built functions, each under its own Runtime API and with AWS
//! replaced at the wire, and reports throughput, memory and every answer that was not the expected one.
//!
//! First the caches are filled, because a function grows while it fills them. From then on, its memory must not grow
//! ([`Memory::shows_a_leak`]). If it seems to, as many requests follow again ([`until_settled`]).
#![expect(clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing, reason = "a command for developers")]
#![expect(clippy::disallowed_methods, reason = "it measures how long the functions take")]

mod http;
mod memory;
mod sign_up;

use std::{
    env,
    ops::Range,
    path::PathBuf,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use loopback::Cloud;
use runtime::{Function, Invoked};
use serde_json::Value;

use self::memory::{BLOCKS, Memory, until_settled};

/// One request: what it is called in the report, the event, and what the answer must be.
struct Shot {
    name: &'static str,
    event: Value,
    expected: Expected,
}

/// What must come back.
enum Expected {
    /// A response with this status.
    Status(u64),
    /// The event again.
    Admitted,
    /// A function error whose message starts so.
    Refused(&'static str),
}

/// What a run came to.
struct Report {
    function: &'static str,
    requests: usize,
    elapsed: Duration,
    memory_start_kib: u64,
    memory: Memory,
    unexpected: Vec<String>,
}

/// How many times a round reads the memory.
const READINGS: usize = 300;
/// How many unexpected answers are shown.
const UNEXPECTED_SHOWN: usize = 10;

fn main() -> ExitCode {
    let requests = env::args().nth(1).map_or(Ok(100_000), |text| text.parse::<usize>());
    let Ok(requests) = requests else {
        println!("usage: soak [REQUESTS]");
        return ExitCode::FAILURE;
    };
    let runs = [
        thread::spawn(move || run("token-exchange", "TokenExchange", requests * 35 / 100, http::token_exchange)),
        thread::spawn(move || run("list-objects", "ListObjects", requests * 35 / 100, http::list_objects)),
        thread::spawn(move || run("object-links", "ObjectLinks", requests * 20 / 100, http::object_links)),
        thread::spawn(move || run("pre-sign-up", "PreSignUp", requests / 10, |_| sign_up::requests())),
    ];
    let reports = runs.map(|run| run.join().expect("a run does not panic"));
    println!("function         requests  per second  memory: start     full      end  growth per request  unexpected");
    let mut passed = true;
    for report in &reports {
        passed &= report.print();
    }
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Where `sam build` has put the program of a resource.
fn bootstrap(resource: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.aws-sam/build").join(resource).join("bootstrap")
}

/// Makes the `n`th request.
type Shots = Box<dyn Fn(usize) -> Shot>;

/// What a function is sent.
struct Requests {
    /// Requests after which the function's caches are full.
    filling: Vec<Shot>,
    /// What it is sent then.
    shots: Shots,
}

fn run(function: &'static str, resource: &str, requests: usize, made: impl FnOnce(&Cloud) -> Requests) -> Report {
    let cloud = Cloud::new();
    let Requests { filling, shots } = made(&cloud);
    let mut process = Function::start(&bootstrap(resource), &cloud.variables());
    check(&mut process, &shots(0));
    let memory_start_kib = process.memory_kib();
    let mut unexpected: Vec<_> = filling.iter().filter_map(|shot| check(&mut process, shot)).collect();
    let started = Instant::now();
    let mut sent = 0;
    let memory = until_settled(|| {
        sent += requests;
        round(&mut process, &shots, sent - requests..sent, &mut unexpected)
    });
    let elapsed = started.elapsed();
    drop(process.stop());
    Report { function, requests: sent, elapsed, memory_start_kib, memory, unexpected }
}

/// Sends these requests, and reads the memory many times.
fn round(process: &mut Function, shots: &Shots, numbers: Range<usize>, unexpected: &mut Vec<String>) -> Memory {
    let requests = numbers.len();
    let mut memory = Memory::new(requests.div_ceil(BLOCKS).max(1));
    let between_readings = (requests / READINGS).max(1);
    for (done, n) in numbers.enumerate() {
        unexpected.extend(check(process, &shots(n)));
        if done % between_readings == 0 {
            memory.read(done, process.memory_kib());
        }
    }
    memory
}

/// What was wrong with the answer, if anything was.
fn check(process: &mut Function, shot: &Shot) -> Option<String> {
    let invoked = process.invoke(&shot.event);
    let is_expected = match (&invoked, &shot.expected) {
        (Invoked::Response(answer), Expected::Status(status)) => answer["statusCode"] == *status,
        (Invoked::Response(answer), Expected::Admitted) => answer["request"] == shot.event["request"],
        (Invoked::Error(error), Expected::Refused(start)) => {
            error["errorMessage"].as_str().is_some_and(|message| message.starts_with(start))
        }
        _ => false,
    };
    (!is_expected).then(|| format!("{}: {invoked:?}", shot.name))
}

impl Report {
    /// Prints the line of the function, and says whether all was well.
    fn print(&self) -> bool {
        let a_second = self.requests as u128 * 1000 / self.elapsed.as_millis().max(1);
        println!(
            "{:<15} {:>9} {:>11} {:>10} KiB {:>8} {:>8} {:>13} bytes {:>11}",
            self.function,
            self.requests,
            a_second,
            self.memory_start_kib,
            self.memory.first_kib(),
            self.memory.last_kib(),
            self.memory.bytes_per_request(),
            self.unexpected.len(),
        );
        for unexpected in self.unexpected.iter().take(UNEXPECTED_SHOWN) {
            println!("  {unexpected}");
        }
        let leaks = self.memory.shows_a_leak();
        if leaks {
            println!("  the memory grows steadily: {:?}", self.memory);
        }
        !leaks && self.unexpected.is_empty()
    }
}
