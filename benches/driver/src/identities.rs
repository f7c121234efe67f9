//! How many calls of `GetId` applications cause, with and without the hint `identity_id`: a simulation. Nothing is
//! called and nothing is measured, and the same seed gives the same table.

mod application;
mod processes;

use fastrand::Rng;

use self::{application::Application, processes::Processes};
use crate::table::number;

/// Requests a second.
const RATES: [u32; 6] = [1, 10, 25, 100, 1000, 10_000];
/// How many an account may make each second.
///
/// Source: "Quotas in Amazon Cognito", `GetId`.
const QUOTA: f64 = 25.0;
/// From then on, the caches and the visits are as they stay.
const SETTLED_SECONDS: f64 = 2.0 * 3600.0;
/// What is counted after that.
const COUNTED_SECONDS: f64 = 4.0 * 3600.0;

/// A request that one of the watched processes gets.
#[derive(Clone, Copy)]
struct Request {
    seconds: f64,
    process: u32,
    person: u32,
    /// Whether the application has the person's identity id.
    is_hinted: bool,
}

/// Calls of `GetId` a second.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Calls {
    without_hint: f64,
    with_hint: f64,
}

/// Prints the table, in Markdown.
pub(crate) fn print() {
    let names: Vec<_> = Application::ALL.iter().map(|it| format!("{0} | {0}, hinted", it.name)).collect();
    println!("| requests a second | processes | {} |", names.join(" | "));
    println!("|---:|---:|{}", "---:|".repeat(2 * Application::ALL.len()));
    for rate in RATES {
        let cells = Application::ALL.iter().flat_map(|application| {
            let calls = simulate(application, rate);
            [calls.without_hint, calls.with_hint].map(cell)
        });
        println!("| {rate} | {} |{}", processes::needed(rate), cells.collect::<String>());
    }
}

/// What is above the quota is bold.
fn cell(calls: f64) -> String {
    if calls > QUOTA { format!(" **{}** |", number(calls)) } else { format!(" {} |", number(calls)) }
}

fn simulate(application: &Application, rate: u32) -> Calls {
    let mut rng = Rng::with_seed(rate.into());
    let mut processes = Processes::new(rate, &mut rng);
    let mut requests = Vec::new();
    let end = SETTLED_SECONDS + COUNTED_SECONDS;
    // Visits that began before are still going on.
    let mut start = -application.visit_seconds_max;
    let visits_a_second = f64::from(rate) / application.requests_mean();
    let mut person = 0;
    loop {
        start += application::exponential(&mut rng, 1.0 / visits_a_second);
        if start > end {
            break;
        }
        person += 1;
        application.visit(&mut rng, start, |rng, seconds, is_hinted| {
            // Lambda gives a request to any process that is free.
            if let Some(process) = processes.watched(rng)
                && (0.0..end).contains(&seconds)
            {
                requests.push(Request { seconds, process, person, is_hinted });
            }
        });
    }
    requests.sort_unstable_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let (mut without_hint, mut with_hint) = (0_u32, 0_u32);
    for request in requests {
        let is_known = processes.knows(&request, &mut rng);
        if !is_known && request.seconds >= SETTLED_SECONDS {
            without_hint += 1;
            with_hint += u32::from(!request.is_hinted);
        }
    }
    let a_second = |count: u32| f64::from(count) * processes.for_each_watched() / COUNTED_SECONDS;
    Calls { without_hint: a_second(without_hint), with_hint: a_second(with_hint) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_calls() {
        for application in &Application::ALL {
            assert_eq!(simulate(application, 1), simulate(application, 1), "{}", application.name);
        }
    }

    #[test]
    fn a_hint_leaves_only_new_people() {
        for application in &Application::ALL {
            let Calls { without_hint, with_hint } = simulate(application, 10);
            let visits = 10.0 / application.requests_mean();
            let newcomers = visits * application::NEWCOMERS;
            assert!((with_hint / newcomers - 1.0).abs() < 0.25, "{}: {with_hint} of {newcomers}", application.name);
            // Each visit meets at least one process that does not know the person.
            assert!(without_hint > visits * 0.9, "{}: {without_hint}", application.name);
            assert!(without_hint <= 10.0 * 1.05, "{}: {without_hint}", application.name);
        }
    }
}
