//! `make soak`: drives the built functions, each under a Runtime API of its own and with AWS replaced at the wire, with
//! a mix of good and hostile requests, and reports throughput, memory and whatever was answered otherwise than expected.
//!
//! Memory is looked at when half of the requests are through, with caches full, and at the end: it must not have grown
//! by more than a few percent.
#![expect(clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing, reason = "a command for developers")]
#![expect(clippy::disallowed_methods, reason = "it measures how long the functions take")]

mod http;
mod sign_up;

use std::{
    env,
    path::PathBuf,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use loopback::Cloud;
use runtime::{Function, Invoked};
use serde_json::Value;

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
    memory_half_kib: u64,
    memory_end_kib: u64,
    unexpected: Vec<String>,
}

/// How much more memory than at half time is taken for no growth: allocators keep pages as they please.
const GROWTH_MAX_PERCENT: u64 = 5;
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
        thread::spawn(move || run("pre-sign-up", "PreSignUp", requests / 10, |_| Box::new(sign_up::shot))),
    ];
    let reports = runs.map(|run| run.join().expect("a run does not panic"));
    println!("function         requests  a second  memory at start     half      end  unexpected");
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

fn run(function: &'static str, resource: &str, requests: usize, shots: impl FnOnce(&Cloud) -> Shots) -> Report {
    let cloud = Cloud::new();
    let shots = shots(&cloud);
    let mut process = Function::start(&bootstrap(resource), &cloud.variables());
    check(&mut process, &shots(0));
    let memory_start_kib = process.memory_kib();
    let mut memory_half_kib = 0;
    let mut unexpected = Vec::new();
    let started = Instant::now();
    for n in 0..requests {
        if n == requests / 2 {
            memory_half_kib = process.memory_kib();
        }
        unexpected.extend(check(&mut process, &shots(n)));
    }
    let elapsed = started.elapsed();
    let memory_end_kib = process.memory_kib();
    drop(process.stop());
    Report { function, requests, elapsed, memory_start_kib, memory_half_kib, memory_end_kib, unexpected }
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
            "{:<15} {:>9} {:>9} {:>12} KiB {:>8} {:>8} {:>11}",
            self.function,
            self.requests,
            a_second,
            self.memory_start_kib,
            self.memory_half_kib,
            self.memory_end_kib,
            self.unexpected.len(),
        );
        for unexpected in self.unexpected.iter().take(UNEXPECTED_SHOWN) {
            println!("  {unexpected}");
        }
        let grows = self.memory_end_kib * 100 > self.memory_half_kib * (100 + GROWTH_MAX_PERCENT);
        if grows {
            println!("  the memory grows");
        }
        !grows && self.unexpected.is_empty()
    }
}
