//! `make bench`: measures the functions, an empty function, and peers in other languages, in one run.
//!
//! AWS and Lambda's Runtime API are replaced by servers on this machine, so that only the cost of the functions
//! themselves is measured.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a command for developers"
)]

mod charts;
mod check;
mod cpu;
mod identities;
mod instructions;
mod job;
mod life;
mod machine;
mod measure;
mod memory;
mod price;
mod scale;
mod share;
mod size;
mod subject;
mod table;
mod targets;

use std::{env, error::Error, process::ExitCode};

use charts::Bars;
use job::{Job, Transport};
use loopback::Authority;
use measure::{Measured, measure};
use table::{mb, ms, us};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        None => compare()?,
        Some("scale") => scale::draw()?,
        Some("memory") => memory::run()?,
        Some("identities") => identities::print(),
        Some("check") if !check::run(false)? => return Ok(ExitCode::FAILURE),
        Some("check") => {}
        Some("rewrite") => drop(check::run(true)?),
        Some(_) => {
            println!("usage: bench [scale|memory|identities|check|rewrite]");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Measures everything, prints the tables and draws the charts.
fn compare() -> Result<(), Box<dyn Error>> {
    println!("{}\n", machine::description());
    for job in Job::ALL {
        let measured = measure_all(job, &Transport::Plain);
        println!("{}", table::table(job.name(), &measured));
        println!("{}", targets_of(job, &measured));
        if job.has_people() {
            charts::bars(&job.name().replace([' ', ','], "-"), &bars(&measured))?;
        }
    }
    let tls = Transport::Tls(Authority::new());
    for job in Job::ALL.into_iter().filter(|job| job.has_people()) {
        println!("{}", table::table(&format!("{}, over {}", job.name(), tls.name()), &measure_all(job, &tls)));
    }
    Ok(())
}

fn measure_all(job: Job, transport: &Transport) -> Vec<Measured> {
    job.subjects().into_iter().map(|subject| measure(subject, job, transport)).collect()
}

fn targets_of(job: Job, measured: &[Measured]) -> String {
    match job {
        Job::Exchange => targets::of_exchange(measured),
        Job::List => targets::of_listing(measured),
        Job::SignUp => targets::of_sign_up(measured),
    }
}

fn bars(measured: &[Measured]) -> [Bars; 3] {
    let values = |of: fn(&Measured) -> f64| measured.iter().map(|it| (it.subject.name(), of(it))).collect();
    [
        Bars { title: "startup and first answer, ms", values: values(|it| ms(it.init + it.first)) },
        Bars { title: "CPU of a call, known person, µs", values: values(|it| us(it.known.cpu)) },
        Bars { title: "peak memory, MB", values: values(|it| mb(it.memory_peak_kib * 1024)) },
    ]
}
