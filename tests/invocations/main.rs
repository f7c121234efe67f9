//! The events of the `events` folder through the function that it is for, as it was built, with AWS replaced at the
//! wire: does each get the answer that lies beside it? `make build` comes first.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure here is a failed test")]

mod emulator;
mod sam_local;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Mutex,
    thread,
};

use events::{Case, differences, placeholder_of, readable};
use loopback::Cloud;
use serde_json::Value;

use self::sam_local::SamLocal;

/// An event on its way to its function.
struct Invocation<'a> {
    /// The function's crate.
    function: &'a str,
    event: &'a str,
    variables: &'a [(String, String)],
}

#[test]
fn each_event_gets_its_answer_under_the_runtime_interface_emulator() {
    // Most of the time, they wait: for a silent AWS.
    check_all(Case::all(), 4, Ipv4Addr::LOCALHOST.into(), |_, invocation| emulator::invoke(invocation));
}

#[test]
#[ignore = "needs a container engine: make test-sam-local"]
fn events_get_their_answers_from_sam_local_invoke() {
    let sam = SamLocal::new();
    check_all(SamLocal::cases(), SamLocal::LANES, sam.host, |lane, invocation| sam.invoke(lane, invocation));
}

/// Invokes each case, so many at once, with an AWS at `address`, and fails with all differences there are.
fn check_all(
    cases: Vec<Case>,
    lanes: usize,
    address: IpAddr,
    invoke: impl Fn(usize, &Invocation) -> Result<Value, String> + Sync,
) {
    let cases = Mutex::new(cases.into_iter());
    let next = || cases.lock().unwrap().next();
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for lane in 0..lanes {
            let (next, invoke, failures) = (&next, &invoke, &failures);
            scope.spawn(move || {
                while let Some(case) = next() {
                    let found = check(&case, address, |invocation| invoke(lane, invocation));
                    failures.lock().unwrap().extend(found);
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

/// The differences between the answer and the expected one, one a line below the case's name.
fn check(case: &Case, address: IpAddr, invoke: impl Fn(&Invocation) -> Result<Value, String>) -> Option<String> {
    let cloud = Cloud::at(address);
    let variables = case.circumstances.bring_about(&cloud);
    let filled = case.filled(placeholder_of(&cloud, case)).unwrap();
    let invocation = Invocation { function: &case.function, event: &filled.event, variables: &variables };
    let found = match invoke(&invocation) {
        Ok(answer) => differences(&filled.expected, &readable(answer)),
        Err(problem) => vec![problem],
    };
    (!found.is_empty()).then(|| format!("{case}\n  {}", found.join("\n  ")))
}

/// This machine's architecture by Lambda's name.
fn architecture() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }
}
