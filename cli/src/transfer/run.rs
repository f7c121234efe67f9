use std::{fs, process::ExitCode, sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::timeout};

use super::{FILES_AT_ONCE, Outcome, Plan, Transfer, job::Job};
use crate::{error::CliError, show, signals::Signals};

/// How long what was broken off may take to clean up after itself.
const CLEAN_UP_TIMEOUT: Duration = Duration::from_secs(1);
/// The exit status of a program that was ended with Ctrl-C, as shells have it.
const INTERRUPTED: u8 = 130;

const INTERRUPTED_ADVICE: &str =
    "Interrupted: the same command goes on with large uploads; with --no-clobber, it does only the rest.";

/// What was done.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    copied: usize,
    /// Bytes of what was copied.
    bytes: u64,
    left_alone: usize,
    errors: Vec<CliError>,
}

type Ended = Result<Outcome, CliError>;

/// Does all of a plan, many files at once, and says what was done.
///
/// # Errors
///
/// The error of a single file. Those of many are said as they come, and the exit status is that of the first.
pub(crate) async fn run(transfer: Transfer, plan: Plan) -> Result<ExitCode, CliError> {
    let Plan { jobs, refused, folders } = plan;
    let is_single = jobs.len() + refused.len() == 1;
    let transfer = Arc::new(transfer);
    let mut tally = Tally::default();
    for error in refused {
        tally.add(&transfer, is_single, Err(error));
    }
    let mut signals = Signals::catch()?;
    let mut running = JoinSet::new();
    let is_interrupted = tokio::select! {
        () = run_all(&transfer, jobs, &mut running, is_single, &mut tally) => false,
        _ = signals.next() => true,
    };
    if is_interrupted {
        let _ = timeout(CLEAN_UP_TIMEOUT, running.shutdown()).await;
        transfer.bucket.settle().await;
    }
    transfer.progress.clear();
    if transfer.is_move && !is_interrupted {
        // Those that are empty now.
        for folder in folders {
            let _ = fs::remove_dir(folder);
        }
    }
    if is_single && let Some(error) = tally.errors.pop() {
        return Err(error);
    }
    eprintln!("{}", tally.told(if transfer.is_move { "Moved" } else { "Copied" }, is_interrupted));
    Ok(match tally.errors.first() {
        _ if is_interrupted => ExitCode::from(INTERRUPTED),
        Some(error) => error.exit_code(),
        None => ExitCode::SUCCESS,
    })
}

async fn run_all(
    transfer: &Arc<Transfer>,
    jobs: Vec<Job>,
    running: &mut JoinSet<Ended>,
    is_single: bool,
    tally: &mut Tally,
) {
    for job in &jobs {
        transfer.progress.expect(job.size());
    }
    for job in jobs {
        if running.len() == FILES_AT_ONCE {
            tally.join_one(transfer, running, is_single).await;
        }
        let transfer = Arc::clone(transfer);
        running.spawn(async move { job.run(&transfer).await });
    }
    while !running.is_empty() {
        tally.join_one(transfer, running, is_single).await;
    }
}

impl Tally {
    async fn join_one(&mut self, transfer: &Transfer, running: &mut JoinSet<Ended>, is_single: bool) {
        match running.join_next().await {
            Some(Ok(ended)) => self.add(transfer, is_single, ended),
            Some(Err(error)) => self.add(transfer, is_single, Err(CliError::failed(error))),
            None => {}
        }
    }

    fn add(&mut self, transfer: &Transfer, is_single: bool, ended: Ended) {
        match ended {
            Ok(Outcome::Copied(bytes)) => {
                self.copied += 1;
                self.bytes += bytes;
            }
            Ok(Outcome::LeftAlone) => self.left_alone += 1,
            Err(error) => {
                if !is_single {
                    transfer.progress.say(&format!("latchkey: {error}"));
                }
                self.errors.push(error);
            }
        }
    }

    /// What was done, in words.
    fn told(&self, done: &str, is_interrupted: bool) -> String {
        let told = [
            Some(format!("{done} {} ({}).", files(self.copied), show::size(self.bytes))),
            (self.left_alone > 0).then(|| format!("Left {} alone, already there.", files(self.left_alone))),
            (!self.errors.is_empty()).then(|| format!("{} failed.", files(self.errors.len()))),
            is_interrupted.then(|| INTERRUPTED_ADVICE.to_owned()),
        ];
        told.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_said() {
        let tally = |copied, left_alone, failed: usize| Tally {
            copied,
            bytes: 1024,
            left_alone,
            errors: vec![CliError::failed("x"); failed],
        };
        let cases = [
            (tally(1, 0, 0), "Copied 1 file (1.00 KiB)."),
            (tally(2, 0, 1), "Copied 2 files (1.00 KiB). 1 file failed."),
            (tally(0, 1, 0), "Copied 0 files (1.00 KiB). Left 1 file alone, already there."),
            (tally(0, 2, 2), "Copied 0 files (1.00 KiB). Left 2 files alone, already there. 2 files failed."),
        ];
        for (tally, expected) in cases {
            assert_eq!(tally.told("Copied", false), expected);
        }
        assert!(tally(1, 0, 0).told("Moved", true).starts_with("Moved 1 file (1.00 KiB). Interrupted: "));
    }
}
