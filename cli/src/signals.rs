//! What asks this program to end.

#[cfg(windows)]
use std::convert::Infallible;
use std::io;

#[cfg(unix)]
use rustix::process::Signal;

use crate::error::CliError;

/// What asks a process to end: Ctrl-C, `kill`, a terminal that is closed.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to catch them, so that what has to be removed is removed.
    pub(crate) fn catch() -> Result<Self, CliError> {
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
    pub(crate) async fn next(&mut self) -> Option<Signal> {
        tokio::select! {
            _ = self.interrupt.recv() => None,
            _ = self.terminate.recv() => Some(Signal::TERM),
            _ = self.hangup.recv() => Some(Signal::HUP),
        }
    }
}

#[cfg(windows)]
pub(crate) struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Signals {
    pub(crate) fn catch() -> Result<Self, CliError> {
        use tokio::signal::windows::{ctrl_c, ctrl_close};
        let signals = || -> io::Result<Self> { Ok(Self { interrupt: ctrl_c()?, close: ctrl_close()? }) };
        signals().map_err(CliError::failed)
    }

    /// Waits for the next. There is nothing to send a command: the console sends it too.
    pub(crate) async fn next(&mut self) -> Option<Infallible> {
        tokio::select! {
            _ = self.interrupt.recv() => None,
            _ = self.close.recv() => None,
        }
    }
}
