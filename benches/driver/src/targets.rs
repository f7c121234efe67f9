use std::time::Duration;

use crate::measure::{Measured, Warm};

/// A target: a ratio or an amount that ours must not exceed.
struct Target {
    name: String,
    measured: f64,
    at_most: f64,
}

/// The table of the targets of a job, in Markdown. `measured` has the empty function, ours and, where present, Node.js
/// and Python.
pub(crate) fn of_exchange(measured: &[Measured]) -> String {
    let [floor, ours, node, python] = measured else { return String::new() };
    let cold = |it: &Measured| it.init + it.first;
    let newcomers = |it: &Measured| it.newcomers.map_or(Duration::ZERO, |warm| warm.cpu);
    report(vec![
        ratio("startup, of the empty function's", ours.init, floor.init, 2.0),
        ratio("startup and first answer, of Node.js's", cold(ours), cold(node), 1.0 / 12.0),
        ratio("startup and first answer, of Python's", cold(ours), cold(python), 1.0 / 15.0),
        ratio("CPU for a new person, of Node.js's", newcomers(ours), newcomers(node), 1.0 / 8.0),
        ratio("CPU for a known person, of the empty function's", ours.known.cpu, floor.known.cpu, 5.0),
        memory("peak memory, of Node.js's", ours, node, 1.0 / 7.0),
        zip(ours, 2.0),
    ])
}

pub(crate) fn of_listing(measured: &[Measured]) -> String {
    let [_, ours, node, python] = measured else { return String::new() };
    let known = |it: &Measured, of: fn(&Warm) -> Duration| of(&it.known);
    report(vec![
        ratio("CPU, of Node.js's", known(ours, |it| it.cpu), known(node, |it| it.cpu), 1.0 / 8.0),
        ratio("CPU, of Python's", known(ours, |it| it.cpu), known(python, |it| it.cpu), 1.0 / 30.0),
        ratio("p50, of Node.js's", known(ours, |it| it.p50), known(node, |it| it.p50), 1.0 / 8.0),
        ratio("p50, of Python's", known(ours, |it| it.p50), known(python, |it| it.p50), 1.0 / 30.0),
        zip(ours, 3.5),
    ])
}

pub(crate) fn of_sign_up(measured: &[Measured]) -> String {
    let [floor, ours] = measured else { return String::new() };
    report(vec![
        ratio("startup, of the empty function's", ours.init, floor.init, 1.3),
        ratio("first answer, of the empty function's", ours.first, floor.first, 1.3),
        ratio("CPU, of the empty function's", ours.known.cpu, floor.known.cpu, 1.3),
        ratio("p50, of the empty function's", ours.known.p50, floor.known.p50, 1.3),
        memory("peak memory, of the empty function's", ours, floor, 1.3),
        zip(ours, 1.0),
    ])
}

fn report(targets: Vec<Target>) -> String {
    let line = |Target { name, measured, at_most }: Target| {
        let verdict = if measured <= at_most { "met" } else { "**missed**" };
        format!("| {name} | {at_most:.3} | {measured:.3} | {verdict} |\n")
    };
    let head = "| target | at most | measured | |\n|---|---:|---:|---|\n".to_owned();
    head + &targets.into_iter().map(line).collect::<String>()
}

fn ratio(name: &str, ours: Duration, other: Duration, at_most: f64) -> Target {
    Target { name: name.to_owned(), measured: ours.as_secs_f64() / other.as_secs_f64(), at_most }
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn memory(name: &str, ours: &Measured, other: &Measured, at_most: f64) -> Target {
    let measured = ours.memory_peak_kib as f64 / other.memory_peak_kib as f64;
    Target { name: name.to_owned(), measured, at_most }
}

fn zip(ours: &Measured, at_most: f64) -> Target {
    let measured = ours.size.map_or(f64::INFINITY, |size| crate::table::mb(size.zip));
    Target { name: "zip, MB".to_owned(), measured, at_most }
}
