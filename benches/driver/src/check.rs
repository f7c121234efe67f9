//! Compares the figures that do not depend on the load of the machine with the committed ones: instructions, sizes and
//! upstream calls.

use std::{collections::BTreeMap, env, error::Error, fs, path::PathBuf, process::Command};

use gateway::event;
use loopback::Cloud;
use runtime::Function;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    job::{Job, KEYS, Transport},
    measure::calls,
    size::Size,
    subject::{Subject, root},
};

/// How much more than the committed figure is accepted, in percent.
const TOLERANCE_PERCENT: u64 = 5;
/// How many invocations are counted, after the same number that are not.
const INVOCATIONS: u64 = 50;

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
    if has_valgrind() {
        figures.extend(instructions());
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

/// Our own subjects, with their jobs.
fn ours() -> impl Iterator<Item = (Job, Subject, String)> {
    Job::ALL.into_iter().filter_map(|job| {
        let subject = job.subjects().into_iter().find(|subject| matches!(subject, Subject::Ours(_)));
        subject.map(|subject| (job, subject, job.name().replace(' ', "-")))
    })
}

fn sizes_and_calls() -> Figures {
    let mut figures = Figures::new();
    for (job, subject, name) in ours() {
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

fn has_valgrind() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The instructions at startup and of one invocation. The latter is the difference of two runs, one with twice as many
/// invocations as the other.
fn instructions() -> Figures {
    let mut figures = Figures::new();
    for (job, subject, name) in ours() {
        let [none, invocation] = counted(subject, &|cloud| job.event(cloud, 0));
        figures.insert(format!("{name}: instructions at startup"), none);
        figures.insert(format!("{name}: instructions of an invocation"), invocation);
    }
    for (name, subject, event) in LINKS {
        let [_, invocation] = counted(subject, &event);
        figures.insert(format!("{name}: instructions of an invocation"), invocation);
    }
    figures
}

/// Makes an event for a cloud.
type Event = fn(&Cloud) -> String;

/// What signs links, beside the jobs.
const LINKS: [(&str, Subject, Event); 3] = [
    ("link", Subject::Ours("ObjectLinks"), |cloud| asked(cloud, "GET", "/objects/~/a.txt", "redirect=false", None)),
    ("links-to-100-parts", Subject::Ours("ObjectLinks"), |cloud| {
        let wanted = r#"{"key": "~/a.txt", "size": 838860800, "content_type": "text/plain"}"#;
        asked(cloud, "POST", "/uploads", "", Some(wanted))
    }),
    ("listing-of-1,000-keys-with-links", Subject::Ours("ListObjects"), |cloud| {
        asked(cloud, "GET", "/objects", &format!("max_keys={KEYS}&expand=urls"), None)
    }),
];

fn asked(cloud: &Cloud, method: &str, path: &str, query: &str, body: Option<&str>) -> String {
    let token = cloud.token(&json!({}));
    event(method, path, query, &[("authorization", token.as_str())], body).to_string()
}

/// The instructions at startup, and of one invocation.
fn counted(subject: Subject, event: &dyn Fn(&Cloud) -> String) -> [u64; 2] {
    let [none, some, more] = [0, INVOCATIONS, 2 * INVOCATIONS].map(|count| count_instructions(subject, event, count));
    [none, (more - some) / INVOCATIONS]
}

fn count_instructions(subject: Subject, event: &dyn Fn(&Cloud) -> String, invocations: u64) -> u64 {
    let (cloud, variables) = Transport::Plain.cloud();
    let event = event(&cloud);
    let output: PathBuf = root().join("target/bench-callgrind.out");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--quiet", "--dump-instr=no"]);
    command.arg(format!("--callgrind-out-file={}", output.display()));
    command.arg(subject.program().expect("ours are programs"));
    let mut function = Function::start_command(command, &variables);
    function.init().expect("it starts");
    for _ in 0..invocations {
        let (answer, _) = function.invoke_timed(&event).expect("it answers");
        assert_served(&answer);
    }
    let ended = function.terminate();
    let profile = fs::read_to_string(&output).unwrap_or_default();
    let total = profile.lines().find_map(|line| line.strip_prefix("summary: ").or(line.strip_prefix("totals: ")));
    total.and_then(|text| text.trim().parse().ok()).unwrap_or_else(|| panic!("no profile: {}", ended.log))
}

/// Panics when `answer` is not that of a successful request or an admitted sign-up.
fn assert_served(answer: &[u8]) {
    let answer: Value = serde_json::from_slice(answer).expect("JSON");
    let is_served = matches!(answer["statusCode"].as_u64(), Some(200 | 201)) || answer["response"].is_object();
    assert!(is_served, "{answer}");
}
