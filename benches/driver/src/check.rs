//! Compares the figures that do not depend on the load of the machine with the committed ones: instructions, sizes and
//! upstream calls.

use std::{collections::BTreeMap, env, error::Error, fs};

use serde::{Deserialize, Serialize};

use crate::{
    instructions,
    job::{Job, Transport},
    measure::calls,
    size::Size,
    subject::root,
};

/// How much more than the committed figure is accepted, in percent.
const TOLERANCE_PERCENT: u64 = 5;

/// The measured figures by name. Less is better.
type Figures = BTreeMap<String, u64>;

#[derive(Serialize, Deserialize)]
struct Committed {
    figures: Figures,
}

/// Compares with the committed figures, or writes them again. Returns whether nothing grew.
pub(crate) fn run(rewrite: bool) -> Result<bool, Box<dyn Error>> {
    let file = root().join("benches/figures").join(format!("{}.json", env::consts::ARCH));
    let mut figures = sizes_and_calls();
    if instructions::can_be_counted() {
        figures.extend(instructions::counted());
    } else {
        println!("SKIPPED: instruction counts, because valgrind is missing (on Debian: apt-get install valgrind)");
    }
    if rewrite {
        fs::create_dir_all(file.parent().ok_or("the file has no folder")?)?;
        fs::write(&file, serde_json::to_string_pretty(&Committed { figures })? + "\n")?;
        println!("wrote benches/figures/{}.json", env::consts::ARCH);
        return Ok(true);
    }
    if !file.exists() {
        println!(
            "SKIPPED: there are no figures for {}; make bench-check FIGURES=rewrite writes them",
            env::consts::ARCH
        );
        return Ok(true);
    }
    let Committed { figures: committed } = serde_json::from_str(&fs::read_to_string(file)?)?;
    Ok(compare(&committed, &figures))
}

fn compare(committed: &Figures, figures: &Figures) -> bool {
    let (mut passed, mut failed) = (0, 0);
    for (name, now) in figures {
        let Some(before) = committed.get(name) else {
            println!("{name}: {now}, but no figure is committed");
            failed += 1;
            continue;
        };
        // One more call always fails: five percent of a few calls is less than one.
        let grew = now * 100 > before * (100 + TOLERANCE_PERCENT);
        let change = (i128::from(*now) - i128::from(*before)) * 1000 / i128::from((*before).max(1));
        let verdict = if grew { "GREW" } else { "ok" };
        println!("{name:<58} {before:>12} → {now:>12}  {:+}.{} %  {verdict}", change / 10, change.abs() % 10);
        if grew { failed += 1 } else { passed += 1 }
    }
    println!("{passed} passed, {failed} failed");
    failed == 0
}

fn sizes_and_calls() -> Figures {
    let mut figures = Figures::new();
    for (job, subject, name) in Job::ours() {
        let Size { bootstrap, zip } = Size::of(&subject.program().expect("ours are programs"));
        figures.insert(format!("{name}: bytes of the bootstrap"), bootstrap);
        figures.insert(format!("{name}: bytes of the zip"), zip);
        if job.has_people() {
            let calls = calls(subject, job, &Transport::Plain);
            for (when, count) in
                [("at startup", calls.init), ("for a new person", calls.newcomer), ("for a known person", calls.known)]
            {
                figures.insert(format!("{name}: upstream calls {when}"), count as u64);
            }
        }
    }
    figures
}
