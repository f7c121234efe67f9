use std::time::Duration;

use crate::measure::{Measured, Warm};

/// A line of a table: what it is, and its value in each column.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) values: Vec<Option<f64>>,
    /// Empty for a count, which is compared with nothing.
    pub(crate) unit: &'static str,
}

/// The table of the measurements, in Markdown. The first column is the empty function, the second is ours.
pub(crate) fn table(title: &str, measured: &[Measured]) -> String {
    let names: Vec<_> = measured.iter().map(|it| it.subject.name()).collect();
    markdown(title, &names, rows(measured), ratios)
}

/// A table in Markdown, whose last column says by `ratios` how the values of a line compare.
pub(crate) fn markdown(
    title: &str,
    columns: &[impl AsRef<str>],
    rows: Vec<Row>,
    ratios: impl Fn(&[Option<f64>]) -> String,
) -> String {
    let alignments = "---:|".repeat(columns.len());
    let columns: Vec<_> = columns.iter().map(AsRef::as_ref).collect();
    let line = |row: Row| {
        let name = if row.unit.is_empty() { row.name } else { format!("{}, {}", row.name, row.unit) };
        let values: Vec<_> = row.values.iter().map(|value| value.map_or("–".to_owned(), number)).collect();
        let ratios = if row.unit.is_empty() { String::new() } else { ratios(&row.values) };
        format!("| {name} | {} | {ratios} |\n", values.join(" | "))
    };
    let lines: String = rows.into_iter().map(line).collect();
    format!("### {title}\n\n| | {} | ratios |\n|---|{alignments}---|\n{lines}", columns.join(" | "))
}

/// Ours compared with the empty function, and ours compared with the others.
fn ratios(values: &[Option<f64>]) -> String {
    let (Some(Some(floor)), Some(Some(ours))) = (values.first(), values.get(1)) else { return String::new() };
    if *ours == 0.0 {
        return String::new();
    }
    let mut parts = Vec::new();
    if *floor > 0.0 {
        parts.push(format!("{} × the empty one", number(ours / floor)));
    }
    parts.extend(peers(*ours, &values[2..]));
    parts.join(", ")
}

/// Ours compared with Node.js and Python.
pub(crate) fn peers(ours: f64, others: &[Option<f64>]) -> impl Iterator<Item = String> {
    let others = others.iter().zip(["Node.js", "Python"]);
    others.filter_map(move |(value, name)| Some(format!("1/{} of {name}", number((*value)? / ours))))
}

fn rows(measured: &[Measured]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |name, unit, value: &dyn Fn(&Measured) -> Option<f64>| {
        let values: Vec<_> = measured.iter().map(value).collect();
        if values.iter().any(Option::is_some) {
            rows.push(Row { name: String::from(name), values, unit });
        }
    };
    let newcomers = |of: fn(&Warm) -> Duration| move |it: &Measured| it.newcomers.as_ref().map(|warm| us(of(warm)));
    let known = |of: fn(&Warm) -> Duration| move |it: &Measured| Some(us(of(&it.known)));
    row("startup", "ms", &|it| Some(ms(it.init)));
    row("first answer", "ms", &|it| Some(ms(it.first)));
    row("startup and first answer", "ms", &|it| Some(ms(it.init + it.first)));
    row("a new person: CPU", "µs", &newcomers(|warm| warm.cpu));
    row("a new person: p50", "µs", &newcomers(|warm| warm.p50));
    row("a new person: p99", "µs", &newcomers(|warm| warm.p99));
    row("a known person: CPU", "µs", &known(|warm| warm.cpu));
    row("a known person: p50", "µs", &known(|warm| warm.p50));
    row("a known person: p99", "µs", &known(|warm| warm.p99));
    row("peak memory", "MB", &|it| Some(mb(it.memory_peak_kib * 1024)));
    row("upstream calls at startup", "", &|it| Some(count(it.calls.init)));
    row("upstream calls for a new person", "", &|it| it.newcomers.map(|_| count(it.calls.newcomer)));
    row("upstream calls for a known person", "", &|it| it.newcomers.map(|_| count(it.calls.known)));
    row("bootstrap", "MB", &|it| it.size.map(|size| mb(size.bootstrap)));
    row("zip", "MB", &|it| it.size.map(|size| mb(size.zip)));
    rows
}

pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub(crate) fn us(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
pub(crate) fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn count(calls: usize) -> f64 {
    calls as f64
}

/// The value with three significant digits.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ if value.fract() == 0.0 => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    }
}
