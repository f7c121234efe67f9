use std::{fs, process::Command, thread};

/// One line about the machine: its processor, its kernel, and the versions of Node.js and Python.
pub(crate) fn description() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok();
        output.map_or_else(String::new, |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let python = crate::subject::root().join(".venv/peers/bin/python");
    format!(
        "{}, {cores} cores, Linux {}, Node.js {}, {}",
        model.trim_start_matches([' ', '\t', ':']),
        kernel.trim(),
        version("node"),
        version(python.to_str().unwrap_or_default()),
    )
}
