//! Large files, bad lines, full disks and Ctrl-C.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{
    files::{machine_for_large_files, run},
    line::{Fault, Line},
    machine::{Ended, Machine},
};

/// More than goes in one request: 14 parts.
const LARGE_BYTES: usize = 110_000_000;

/// A file that is large and has no pattern.
fn large_file(machine: &Machine, name: &str) -> Vec<u8> {
    let bytes: Vec<u8> =
        std::iter::repeat_with(|| fastrand::u64(..).to_le_bytes()).flatten().take(LARGE_BYTES).collect();
    fs::write(machine.folder.join(name), &bytes).unwrap();
    bytes
}

/// Starts the program in the machine's folder, with the bucket at the end of `line`.
fn start(machine: &Machine, line: &Line, arguments: &[&str]) -> Child {
    let mut command = machine.command(arguments);
    command.current_dir(&machine.folder).env("AWS_ENDPOINT_URL_S3", &line.address).stdin(Stdio::null());
    command.spawn().unwrap()
}

fn run_over(machine: &Machine, line: &Line, arguments: &[&str]) -> Ended {
    Ended::of(start(machine, line, arguments).wait_with_output().unwrap())
}

/// Waits until `is_so`.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..6000 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}: not within a minute");
}

fn end(process: &Child, signal: Signal) {
    kill(Pid::from_raw(process.id().try_into().unwrap()), signal).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn a_large_upload_goes_on_where_it_was_broken_off() {
    let machine = machine_for_large_files("gala", &[]);
    let bytes = large_file(&machine, "large");
    let slow = Line::new(Fault::Slow(20));
    let mut first = start(&machine, &slow, &["cp", "large", "home:"]);
    wait_until("a part has arrived", || slow.sent() > 80_000_000);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(run(&machine, &["ls"]).out, "", "nothing half-written");
    assert_eq!(names(&machine.folder.join("kept/default.uploads")).len(), 1);

    let line = Line::new(Fault::None);
    let second = run_over(&machine, &line, &["cp", "large", "home:"]);
    assert_eq!((second.status, second.error.as_str()), (0, "Copied 1 file (104.90 MiB).\n"), "{second:?}");
    assert!(line.sent() < 70_000_000, "only what was missing: {}", line.sent());
    assert_eq!(names(&machine.folder.join("kept/default.uploads")), [""; 0]);

    let back = run(&machine, &["cp", "home:large", "back"]);
    assert_eq!(back.status, 0, "{back:?}");
    assert!(fs::read(machine.folder.join("back")).unwrap() == bytes);

    // Another content under the same name and of the same size is not mixed with the first.
    let mut third = start(&machine, &slow, &["cp", "large", "home:other"]);
    let before = slow.sent();
    wait_until("a part has arrived", || slow.sent() > before + 80_000_000);
    end(&third, Signal::SIGINT);
    assert_eq!(third.wait().unwrap().code(), Some(130));
    let changed = large_file(&machine, "large");
    assert_eq!(run(&machine, &["cp", "large", "home:other"]).status, 0);
    assert_eq!(run(&machine, &["cp", "home:other", "back"]).status, 0);
    assert!(fs::read(machine.folder.join("back")).unwrap() == changed);
}

#[test]
fn a_stream_may_be_large() {
    let machine = machine_for_large_files("gail", &[]);
    let bytes = large_file(&machine, "large");
    let mut up = machine.command(&["cp", "-", "home:stream"]).spawn().unwrap();
    up.stdin.take().unwrap().write_all(&bytes).unwrap();
    assert_eq!(up.wait().unwrap().code(), Some(0));
    let down = machine.command(&["cp", "home:stream", "-"]).stdin(Stdio::null()).output().unwrap();
    assert!(down.status.success() && down.stdout == bytes);
    // Who reads may have enough of it.
    let head = "latchkey cp home:stream - | head -c 5 | wc -c";
    let path = format!("{}:/usr/bin:/bin", crate::stack::root().join("target/debug").display());
    let mut shell = std::process::Command::new("sh");
    let counted = shell.args(["-c", head]).env_clear().envs(machine.variables()).env("PATH", path).output().unwrap();
    assert_eq!(String::from_utf8(counted.stdout).unwrap().trim(), "5");
}

#[test]
fn a_download_has_its_name_when_it_is_complete() {
    let machine = machine_for_large_files("gene", &[("small", "small")]);
    let bytes = large_file(&machine, "large");
    assert_eq!(run(&machine, &["cp", "large", "small", "home:"]).status, 0);
    let into = machine.folder.join("into");
    fs::create_dir(&into).unwrap();

    // Ctrl-C, and the end of the session.
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let slow = Line::new(Fault::Slow(20));
        let process = start(&machine, &slow, &["cp", "home:large", "home:small", "into"]);
        wait_until("it has begun", || slow.received() > 10_000_000);
        end(&process, signal);
        let ended = Ended::of(process.wait_with_output().unwrap());
        assert_eq!(ended.status, 130, "{ended:?}");
        assert!(ended.error.starts_with("Copied 1 file (5 B). Interrupted: "), "{ended:?}");
        assert_eq!(names(&into), ["small"]);
    }
    // Larger than may be written here.
    let limited = "trap '' XFSZ; ulimit -f 1000; exec \"$0\" cp home:large into/";
    let program = crate::stack::root().join("target/debug/latchkey");
    let mut shell = std::process::Command::new("sh");
    let shell = shell.args(["-c", limited]).arg(program).env_clear().envs(machine.variables());
    let ended = Ended::of(shell.current_dir(&machine.folder).output().unwrap());
    assert_eq!(ended.status, 1, "{ended:?}");
    assert_eq!(ended.error, "latchkey: into/large cannot be written: File too large (os error 27).\n");
    assert_eq!(names(&into), ["small"]);
    let full = run(&machine, &["cp", "home:small", "/dev/full"]);
    assert_eq!(full.error, "latchkey: /dev/full cannot be written: No space left on device (os error 28).\n");

    // A line that breaks off is used again, until it does so too often.
    let cut = Line::new(Fault::Cut { after: 1_000_000, times: 3 });
    let ended = run_over(&machine, &cut, &["cp", "home:large", "into"]);
    assert_eq!((ended.status, cut.cuts()), (0, 3), "{ended:?}");
    assert!(fs::read(into.join("large")).unwrap() == bytes);
    fs::remove_file(into.join("large")).unwrap();
    let cut = Line::new(Fault::Cut { after: 1_000_000, times: u64::MAX });
    let ended = run_over(&machine, &cut, &["cp", "home:large", "into"]);
    assert_eq!(ended.status, 5, "{ended:?}");
    assert_eq!(names(&into), ["small"]);
}

#[test]
fn what_arrives_damaged_is_refused() {
    let machine = machine_for_large_files("gwen", &[("small", &"x".repeat(100_000))]);
    large_file(&machine, "large");
    assert_eq!(run(&machine, &["cp", "large", "small", "home:"]).status, 0);
    for (name, every) in [("small", 50_000), ("large", 5_000_000)] {
        let line = Line::new(Fault::Flip { every });
        let ended = run_over(&machine, &line, &["cp", &format!("home:{name}"), "back"]);
        assert!(ended.status != 0 && !machine.folder.join("back").exists(), "{name}: {ended:?}");
    }
}

#[test]
fn what_changed_meanwhile_is_not_removed() {
    let machine = machine_for_large_files("gus", &[("note", &"x".repeat(5_000_000))]);
    let slow = Line::new(Fault::Slow(20));
    let process = start(&machine, &slow, &["mv", "note", "home:"]);
    wait_until("it is read", || slow.sent() > 1_000_000);
    let note = machine.folder.join("note");
    fs::File::options().append(true).open(&note).unwrap().write_all(b"and this").unwrap();
    let ended = Ended::of(process.wait_with_output().unwrap());
    assert_eq!(
        (ended.status, ended.error.as_str()),
        (1, "latchkey: note was copied, but not removed: it changed meanwhile.\n"),
        "{ended:?}"
    );
    assert!(fs::read_to_string(&note).unwrap().ends_with("and this"));
    assert_eq!(run(&machine, &["ls"]).out, "note\n", "as it was");
}
