#[cfg(windows)]
use std::convert::Infallible;
use std::process::{Command, ExitCode};

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

use crate::{aws_tools::environment, error::CliError, signals::Signals};

/// Runs `command`, and ends as it ends.
///
/// # Errors
///
/// [`CliError::Failed`] when it cannot be run.
pub(super) async fn run(command: Command, signals: &mut Signals) -> Result<ExitCode, CliError> {
    let mut command = tokio::process::Command::from(command);
    let problem = |command: &tokio::process::Command, error| environment::cannot_run(command.as_std(), &error);
    let mut child = command.spawn().map_err(|error| problem(&command, error))?;
    loop {
        // Waiting can be given up and begun again.
        let signal = tokio::select! {
            status = child.wait() => {
                return status.map(environment::exit_code).map_err(|error| problem(&command, error));
            }
            signal = signals.next() => signal,
        };
        if let Some(signal) = signal {
            send(signal, &child);
        }
    }
}

#[cfg(unix)]
fn send(signal: Signal, child: &Child) {
    let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    if let Some(pid) = pid {
        // It may have just ended.
        let _ = kill_process(pid, signal);
    }
}

#[cfg(windows)]
fn send(signal: Infallible, _: &Child) {
    match signal {}
}
