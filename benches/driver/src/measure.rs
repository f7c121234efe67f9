use std::{ops::Range, time::Duration};

use crate::{
    cpu,
    job::{Job, Transport},
    size::Size,
    subject::Subject,
};

/// How many times a subject is started. It is odd, so that there is a median.
const STARTS: usize = 11;
/// How many rounds the invocations are divided into. The cheapest one counts, because other work on the machine can
/// only make a round more expensive.
const ROUNDS: usize = 5;

/// What was measured for one subject and one job.
pub(crate) struct Measured {
    pub(crate) subject: Subject,
    /// From the start of the process to its first request for an event: the median of several starts.
    pub(crate) init: Duration,
    /// From the first event to its answer: the median.
    pub(crate) first: Duration,
    /// Invocations that are each for a new person.
    pub(crate) newcomers: Option<Warm>,
    /// Invocations for the same person.
    pub(crate) known: Warm,
    pub(crate) memory_peak_kib: u64,
    pub(crate) calls: Calls,
    pub(crate) size: Option<Size>,
}

/// Many invocations of one process.
#[derive(Clone, Copy)]
pub(crate) struct Warm {
    /// CPU time of an invocation: the average of the cheapest round.
    pub(crate) cpu: Duration,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// How many upstream calls there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) init: usize,
    pub(crate) newcomer: usize,
    pub(crate) known: usize,
}

/// Measures `subject` at `job`.
pub(crate) fn measure(subject: Subject, job: Job, transport: &Transport) -> Measured {
    let (mut inits, mut firsts): (Vec<_>, Vec<_>) = (0..STARTS).map(|_| start(subject, job, transport)).unzip();
    let invocations = job.invocations();
    let warm_up = invocations / 10;
    let (cloud, variables) = transport.cloud();
    let mut function = subject.start(&variables);
    function.init().expect("it starts");
    let mut run = |people: Range<usize>| {
        // The tokens are made before, so that all processors are free for the measurement.
        let events: Vec<String> = people.map(|person| job.event(&cloud, person)).collect();
        let process_id = function.process_id();
        let mut invoke = |n: usize| function.invoke_timed(&events[n % events.len()]).expect("it answers");
        for n in 0..warm_up {
            job.assert_served(subject, &invoke(n).0);
        }
        let (mut cpus, mut times) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let before = cpu::used_by(process_id);
            let first = warm_up + round * invocations / ROUNDS;
            times.extend((first..first + invocations / ROUNDS).map(|n| invoke(n).1));
            let used = cpu::used_by(process_id).saturating_sub(before);
            cpus.push(used / u32::try_from(invocations / ROUNDS).expect("it is small"));
        }
        times.sort_unstable();
        let cpu = cpus.into_iter().min().expect("there are rounds");
        Warm { cpu, p50: times[times.len() / 2], p99: times[times.len() * 99 / 100] }
    };
    let newcomers = job.has_people().then(|| run(1..1 + warm_up + invocations));
    let known = run(0..1);
    let memory_peak_kib = function.memory_peak_kib();
    drop(function.stop());
    Measured {
        subject,
        init: median(&mut inits),
        first: median(&mut firsts),
        newcomers,
        known,
        memory_peak_kib,
        calls: calls(subject, job, transport),
        size: subject.program().map(|program| Size::of(&program)),
    }
}

/// A cold start with a first request.
fn start(subject: Subject, job: Job, transport: &Transport) -> (Duration, Duration) {
    let (cloud, variables) = transport.cloud();
    let event = job.event(&cloud, 0);
    let mut function = subject.start(&variables);
    let init = function.init().expect("it starts");
    let (answer, first) = function.invoke_timed(&event).expect("it answers");
    job.assert_served(subject, &answer);
    drop(function.stop());
    (init, first)
}

/// Counts the calls of one process.
pub(crate) fn calls(subject: Subject, job: Job, transport: &Transport) -> Calls {
    let (cloud, variables) = transport.cloud();
    let mut function = subject.start(&variables);
    function.init().expect("it starts");
    let mut counted = 0;
    let mut since_last = || {
        let all = cloud.aws.calls().len();
        all - std::mem::replace(&mut counted, all)
    };
    let init = since_last();
    let mut of = |person| {
        function.invoke_timed(&job.event(&cloud, person)).expect("it answers");
        since_last()
    };
    let calls = Calls { init, newcomer: of(1), known: of(1) };
    drop(function.stop());
    calls
}

pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
