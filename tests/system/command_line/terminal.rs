//! What is different on a terminal: colours, questions and progress.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use super::{
    files::{machine_for_large_files, run},
    line::{Fault, Line},
    machine::Machine,
};
use crate::stack::root;

/// Runs the program in a pseudo-terminal where `typed` is typed, and returns what is shown there.
fn on_terminal(machine: &Machine, arguments: &str, variables: &[(&str, &str)], typed: &str) -> String {
    let line = format!("{} {arguments}", root().join("target/debug/latchkey").display());
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).env_clear().envs(machine.variables());
    command.env("TERM", "xterm").envs(variables.iter().copied()).current_dir(&machine.folder);
    let mut terminal = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    terminal.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    String::from_utf8(terminal.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn a_terminal_has_colours_questions_and_progress() {
    let machine =
        machine_for_large_files("thaddeus", &[("d/a", "a"), ("d/b", "b"), ("large", &"x".repeat(20_000_000))]);
    assert_eq!(run(&machine, &["cp", "-r", "d", "home:d"]).status, 0);

    let folder = "\u{1b}[1m\u{1b}[34md/\u{1b}[0m";
    assert_eq!(on_terminal(&machine, "ls", &[], "").replace('\r', ""), format!("{folder}\n"));
    assert_eq!(on_terminal(&machine, "ls", &[("NO_COLOR", "1")], "").replace('\r', ""), "d/\n");

    let question = "Remove 2 files in home:d/? [y/N] ";
    let kept = on_terminal(&machine, "rm -r home:d", &[], "n\n");
    assert!(kept.contains(question) && kept.contains("Removed 0 files."), "{kept}");
    let removed = on_terminal(&machine, "rm -r home:d", &[], "y\n");
    assert!(removed.contains(question) && removed.contains("Removed 2 files."), "{removed}");

    let slow = Line::new(Fault::Slow(5));
    let over = [("AWS_ENDPOINT_URL_S3", slow.address.as_str())];
    let shown = on_terminal(&machine, "cp large home:", &over, "");
    assert!(shown.contains("large [") && shown.contains("in all [") && shown.contains(" left"), "{shown}");
    assert!(shown.ends_with("Copied 1 file (19.07 MiB).\r\n"), "nothing of it is left: {shown}");
}
