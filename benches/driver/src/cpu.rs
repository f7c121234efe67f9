use std::time::Duration;

use nix::{
    time::{ClockId, clock_gettime},
    unistd::Pid,
};

/// The CPU time that a process has used so far, in all its threads, including those that have ended.
///
/// Source: `clock_getcpuclockid(3)`.
pub(crate) fn used_by(process_id: u32) -> Duration {
    let process = Pid::from_raw(process_id.try_into().expect("ids are positive and small"));
    let clock = ClockId::pid_cpu_clock_id(process).expect("the process is running");
    clock_gettime(clock).expect("the process is running").into()
}
