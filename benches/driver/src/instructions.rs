//! How many instructions the functions take, by callgrind: the same on a busy machine as on a quiet one.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command, sync::Mutex, thread};

use gateway::event;
use loopback::Cloud;
use runtime::Function;
use serde_json::{Value, json};

use crate::{
    job::{Job, KEYS, Transport},
    subject::{Subject, root},
};

/// How many invocations are counted, after the same number that are not.
const INVOCATIONS: u64 = 20;
/// How many processes are counted at once.
const LANES: usize = 2;

/// Whether valgrind is there.
pub(crate) fn can_be_counted() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The instructions at startup and of one invocation, by the figure's name.
pub(crate) fn counted() -> BTreeMap<String, u64> {
    // The most expensive one is the last of them, and is begun first.
    let waiting: Mutex<Vec<Counted>> =
        Mutex::new(Job::ours().map(Counted::from).chain(LINKS.map(Counted::from)).collect());
    let next = || waiting.lock().expect("no lane panics with it").pop();
    let figures = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for lane in 0..LANES {
            let (next, figures) = (&next, &figures);
            scope.spawn(move || {
                while let Some(it) = next() {
                    let counted = it.count(lane);
                    figures.lock().expect("no lane panics with it").extend(counted);
                }
            });
        }
    });
    figures.into_inner().expect("no lane panics with it")
}

/// What instructions are counted of.
struct Counted {
    name: String,
    subject: Subject,
    /// Makes the event for a cloud.
    event: Box<dyn Fn(&Cloud) -> String + Send>,
    /// Whether the startup is a figure too. It is the same for all events of a function.
    has_startup: bool,
}

impl From<(Job, Subject, String)> for Counted {
    fn from((job, subject, name): (Job, Subject, String)) -> Self {
        Self { name, subject, event: Box::new(move |cloud| job.event(cloud, 0)), has_startup: true }
    }
}

impl From<(&str, Subject, Event)> for Counted {
    fn from((name, subject, event): (&str, Subject, Event)) -> Self {
        Self { name: name.to_owned(), subject, event: Box::new(event), has_startup: false }
    }
}

impl Counted {
    /// Counts in a lane. An invocation is the difference of two runs, one with twice as many as the other.
    fn count(&self, lane: usize) -> BTreeMap<String, u64> {
        let [none, some, more] = [0, INVOCATIONS, 2 * INVOCATIONS].map(|count| self.run(count, lane));
        let invocation = (more - some) / INVOCATIONS;
        let mut figures = BTreeMap::from([(format!("{}: instructions of an invocation", self.name), invocation)]);
        if self.has_startup {
            figures.insert(format!("{}: instructions at startup", self.name), none);
        }
        figures
    }

    /// All instructions of a process with so many invocations.
    fn run(&self, invocations: u64, lane: usize) -> u64 {
        let (cloud, variables) = Transport::Plain.cloud();
        let event = (self.event)(&cloud);
        let output: PathBuf = root().join(format!("target/bench-callgrind-{lane}.out"));
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--quiet", "--dump-instr=no"]);
        command.arg(format!("--callgrind-out-file={}", output.display()));
        command.arg(self.subject.program().expect("ours are programs"));
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

/// Panics when `answer` is not that of a successful request or an admitted sign-up.
fn assert_served(answer: &[u8]) {
    let answer: Value = serde_json::from_slice(answer).expect("JSON");
    let is_served = matches!(answer["statusCode"].as_u64(), Some(200 | 201)) || answer["response"].is_object();
    assert!(is_served, "{answer}");
}
