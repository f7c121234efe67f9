//! How serving ends: because it is told to, or with a command.

#[cfg(windows)]
use std::convert::Infallible;
use std::{
    io,
    process::{Command, ExitCode},
};

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

use crate::{aws_tools::environment, error::CliError};

/// What asks a process to end: Ctrl-C, `kill`, a terminal that is closed.
#[cfg(unix)]
pub(super) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to catch them, so that what has to be removed is removed.
    pub(super) fn catch() -> Result<Self, CliError> {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = || -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
            })
        };
        signals().map_err(CliError::failed)
    }

    /// Waits for the next, and says what to send a command: nothing for Ctrl-C, which a terminal sends to both.
    pub(super) async fn next(&mut self) -> Option<Signal> {
        tokio::select! {
            _ = self.interrupt.recv() => None,
            _ = self.terminate.recv() => Some(Signal::TERM),
            _ = self.hangup.recv() => Some(Signal::HUP),
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
pub(super) struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Signals {
    pub(super) fn catch() -> Result<Self, CliError> {
        use tokio::signal::windows::{ctrl_c, ctrl_close};
        let signals = || -> io::Result<Self> { Ok(Self { interrupt: ctrl_c()?, close: ctrl_close()? }) };
        signals().map_err(CliError::failed)
    }

    /// Waits for the next. There is nothing to send a command: the console sends it too.
    pub(super) async fn next(&mut self) -> Option<Infallible> {
        tokio::select! {
            _ = self.interrupt.recv() => None,
            _ = self.close.recv() => None,
        }
    }
}

#[cfg(windows)]
fn send(signal: Infallible, _: &Child) {
    match signal {}
}

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
