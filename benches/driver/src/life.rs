use std::{io, time::Duration};

use loopback::Cloud;
use runtime::{Function, TIMEOUT};

use crate::{
    job::{Job, Transport},
    measure::median,
    share::Share,
    subject::Subject,
    table::ms,
};

/// How long each answer of AWS takes.
pub(crate) const LATENCY: Duration = Duration::from_millis(20);

/// What a process with the processor share of a memory size took.
pub(crate) struct Life {
    /// From the start to the answer to the first request.
    pub(crate) cold: Duration,
    /// The same of another process, which had all processors until it asked for its first event.
    pub(crate) cold_after_fast_startup: Duration,
    /// A request of a person whom the process does not know: the median.
    pub(crate) newcomer: Duration,
    /// A request of a person whom it knows: the median.
    pub(crate) known: Duration,
    /// What Lambda bills for a newcomer's request, in milliseconds: the average.
    pub(crate) billed_ms: f64,
    pub(crate) memory_peak_kib: u64,
}

impl Life {
    /// Lets `subject` do `job` with what a function of `megabytes` has.
    ///
    /// # Errors
    ///
    /// The kernel's, about the share.
    pub(crate) fn of(
        subject: Subject,
        job: Job,
        transport: &Transport,
        share: &Share,
        megabytes: u32,
    ) -> io::Result<Self> {
        let start = || Process::start(subject, job, transport, share, megabytes);
        share.lift()?;
        let mut process = start();
        share.limit(megabytes)?;
        let cold_after_fast_startup = process.init + process.invoke(0);
        drop(process.function.stop());

        let mut process = start();
        let cold = process.init + process.invoke(0);
        // Enough for compilers that work while a program runs.
        let count = job.invocations() / 25;
        for person in 1..=count {
            process.invoke(person);
        }
        let mut newcomers: Vec<_> = (1 + count..=2 * count).map(|person| process.invoke(person)).collect();
        let mut known: Vec<_> = (0..count).map(|_| process.invoke(0)).collect();
        let memory_peak_kib = process.function.memory_peak_kib();
        drop(process.function.stop());
        Ok(Self {
            cold,
            cold_after_fast_startup,
            billed_ms: billed_ms(&newcomers),
            newcomer: median(&mut newcomers),
            known: median(&mut known),
            memory_peak_kib,
        })
    }
}

/// A running function, and the AWS that it calls.
struct Process {
    function: Function,
    init: Duration,
    cloud: Cloud,
    subject: Subject,
    job: Job,
}

impl Process {
    fn start(subject: Subject, job: Job, transport: &Transport, share: &Share, megabytes: u32) -> Self {
        let (cloud, variables) = transport.cloud();
        cloud.aws.set_latency(LATENCY);
        let mut function = subject.start_within(share, megabytes, &variables);
        // Lambda waits no longer either, and then starts the function again.
        let init = function.init().unwrap_or(TIMEOUT);
        Self { function, init, cloud, subject, job }
    }

    fn invoke(&mut self, person: usize) -> Duration {
        let (answer, time) = self.function.invoke_timed(&self.job.event(&self.cloud, person)).expect("it answers");
        self.job.assert_served(self.subject, &answer);
        time
    }
}

/// The average of times that are each billed in whole milliseconds.
fn billed_ms(times: &[Duration]) -> f64 {
    let sum: f64 = times.iter().map(|time| ms(*time).ceil()).sum();
    sum / times.iter().map(|_| 1.0).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_started_millisecond_is_billed() {
        let us = |all: &[u64]| billed_ms(&all.iter().copied().map(Duration::from_micros).collect::<Vec<_>>());
        let cases = [(us(&[1000]), 1.0), (us(&[1001]), 2.0), (us(&[500, 2500]), 2.0), (us(&[46_200, 47_000]), 47.0)];
        for (billed, expected) in cases {
            assert!((billed - expected).abs() < 1e-9, "{billed}, not {expected}");
        }
    }
}
