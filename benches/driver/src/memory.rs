//! Which memory a function needs: the same requests with the share of a processor that each size gives.

use std::{error::Error, time::Duration};

use loopback::Authority;

use crate::{
    charts::{Growth, growth},
    job::{Job, Transport},
    life::{LATENCY, Life},
    machine,
    price::PRICES,
    share::Share,
    subject::Subject,
    table::{Row, markdown, ms, number, peers},
};

/// What is measured, the smallest that Lambda has first.
const SIZES_MEGABYTES: [u32; 4] = [128, 256, 512, 1024];
/// How many processes each median is of. What else the machine does hits all subjects and sizes, because each round has
/// them all.
const ROUNDS: usize = 3;

/// The processes of a subject, for each size.
type Lives = [Vec<Life>; SIZES_MEGABYTES.len()];

/// Measures, prints the tables and draws the charts. Without root and control groups, it says so and does nothing.
///
/// # Errors
///
/// The error that prevented a measurement or a chart.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let share = match Share::new() {
        Ok(share) => share,
        Err(error) => {
            println!("SKIPPED: a share of a processor needs root and the cgroup controller cpu ({error})");
            return Ok(());
        }
    };
    println!("{}\n", machine::description());
    let tls = Transport::Tls(Authority::new());
    for (job, cold, warm) in
        [(Job::Exchange, "memory-cold", "memory-warm"), (Job::List, "memory-cold-listing", "memory-warm-listing")]
    {
        let measured = measure(job, &tls, &share)?;
        let title = format!("{}, over {}, AWS answers after {} ms", job.name(), tls.name(), LATENCY.as_millis());
        println!("{}\n{}", at_smallest(&title, &measured), by_size(&title, &measured));
        draw(cold, "startup and first answer, ms", &measured, |life| life.cold)?;
        draw(warm, "a new person, ms", &measured, |life| life.newcomer)?;
    }
    Ok(())
}

fn measure(job: Job, transport: &Transport, share: &Share) -> std::io::Result<Vec<(Subject, Lives)>> {
    let subjects = job.subjects().into_iter().filter(|subject| *subject != Subject::Floor);
    let mut measured: Vec<(_, Lives)> = subjects.map(|subject| (subject, Lives::default())).collect();
    for _ in 0..ROUNDS {
        for (subject, lives) in &mut measured {
            for (megabytes, lives) in SIZES_MEGABYTES.into_iter().zip(lives) {
                lives.push(Life::of(*subject, job, transport, share, megabytes)?);
            }
        }
    }
    Ok(measured)
}

/// What is told of the processes of a subject at a size.
struct Quantity {
    name: String,
    unit: &'static str,
    of: Of,
}

/// What it is for these processes of a function with this many megabytes.
type Of = Box<dyn Fn(&[Life], u32) -> f64>;

fn quantities() -> Vec<Quantity> {
    let time = |name: &str, of: fn(&Life) -> Duration| Quantity {
        name: name.to_owned(),
        unit: "ms",
        of: Box::new(move |lives, _| median(lives, |life| ms(of(life)))),
    };
    let mut quantities = vec![
        time("startup and first answer", |life| life.cold),
        time("the same after a startup with all processors", |life| life.cold_after_fast_startup),
        time("a new person", |life| life.newcomer),
        time("a known person", |life| life.known),
    ];
    quantities.extend(PRICES.iter().map(|price| Quantity {
        name: format!("Lambda on {}, a million", price.architecture),
        unit: "USD",
        of: Box::new(|lives, megabytes| price.usd_million(megabytes, median(lives, |life| life.billed_ms))),
    }));
    quantities.push(Quantity {
        name: "peak memory".to_owned(),
        unit: "MB",
        of: Box::new(|lives, _| median(lives, peak_mb)),
    });
    quantities
}

/// The table of the smallest size, with ours compared with the others.
fn at_smallest(title: &str, measured: &[(Subject, Lives)]) -> String {
    let columns: Vec<_> = measured.iter().map(|(subject, _)| subject.name()).collect();
    let [smallest, ..] = SIZES_MEGABYTES;
    let rows = quantities().into_iter().map(|quantity| {
        let values = measured.iter().map(|(_, lives)| Some((quantity.of)(&lives[0], smallest)));
        Row { name: quantity.name, values: values.collect(), unit: quantity.unit }
    });
    let ratios = |values: &[Option<f64>]| match values {
        [Some(ours), others @ ..] => peers(*ours, others).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    };
    markdown(&format!("{title}, {smallest} MB"), &columns, rows.collect(), ratios)
}

/// The table of all sizes, with the smallest compared with the largest.
fn by_size(title: &str, measured: &[(Subject, Lives)]) -> String {
    let mut rows = Vec::new();
    for (subject, lives) in measured {
        for quantity in quantities() {
            let values =
                lives.iter().zip(SIZES_MEGABYTES).map(|(lives, megabytes)| Some((quantity.of)(lives, megabytes)));
            let name = format!("{}: {}", subject.name(), quantity.name);
            rows.push(Row { name, values: values.collect(), unit: quantity.unit });
        }
    }
    let columns = SIZES_MEGABYTES.map(|megabytes| format!("{megabytes} MB"));
    let ratios = |values: &[Option<f64>]| match values {
        [Some(smallest), .., Some(largest)] => format!("first {} × last", number(smallest / largest)),
        _ => String::new(),
    };
    markdown(title, &columns, rows, ratios)
}

fn draw(
    name: &'static str,
    cost: &'static str,
    measured: &[(Subject, Lives)],
    of: fn(&Life) -> Duration,
) -> Result<(), Box<dyn Error>> {
    let line = |(subject, lives): &(Subject, Lives)| {
        let points = lives.iter().zip(SIZES_MEGABYTES);
        let points = points.map(|(lives, megabytes)| (f64::from(megabytes), median(lives, |life| ms(of(life)))));
        (subject.name(), points.collect())
    };
    growth(&Growth { name, of: "memory of the function, MB", cost, lines: measured.iter().map(line).collect() })
}

/// As Lambda counts: 1,048,576 bytes.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn peak_mb(life: &Life) -> f64 {
    life.memory_peak_kib as f64 / 1024.0
}

fn median(lives: &[Life], of: impl Fn(&Life) -> f64) -> f64 {
    let mut values: Vec<_> = lives.iter().map(of).collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
