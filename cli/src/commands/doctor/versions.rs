use std::{process::Stdio, time::Duration};

use tokio::{process::Command, time::timeout};

use super::check::Checks;

/// How long a tool may take to say its version.
const TIMEOUT: Duration = Duration::from_secs(10);

/// botocore of the Python that is found first. Not what is in the current folder, which is anybody's.
const BOTOCORE: &str =
    "import sys; sys.path = [p for p in sys.path if p]; import botocore; print(botocore.__version__)";

/// A tool's name, and the first three numbers of its version.
type Version = (&'static str, [u32; 3]);

/// Looks at the AWS tools of this machine. Only those who use the API's own `/credentials` need a new one.
///
/// Source: docs/clients.md.
pub(super) async fn check(checks: &mut Checks) {
    let (aws, botocore) = tokio::join!(said("aws", &["--version"]), said("python3", &["-c", BOTOCORE]));
    let cli = aws.as_deref().and_then(|said| said.strip_prefix("aws-cli/")).and_then(numbers);
    let botocore = botocore.as_deref().and_then(numbers);
    add(checks, &[cli.map(|numbers| ("the AWS CLI", numbers)), botocore.map(|numbers| ("botocore", numbers))]);
}

fn add(checks: &mut Checks, found: &[Option<Version>]) {
    let found: Vec<Version> = found.iter().copied().flatten().collect();
    let text = |(name, [major, minor, patch]): &Version| format!("{name} {major}.{minor}.{patch}");
    let all = found.iter().map(text).collect::<Vec<_>>().join(", ");
    let old: Vec<_> = found.iter().filter(|version| !takes_https(version)).map(text).collect();
    if found.is_empty() {
        checks.ok("versions", "Neither the AWS CLI nor botocore is here.");
    } else if old.is_empty() {
        checks.ok("versions", format!("Here: {all}."));
    } else {
        let message = format!("{} cannot get keys from the API's own address.", old.join(", "));
        checks.warning(
            "versions",
            message,
            "Update, or use a profile, `latchkey exec` or `latchkey serve`: these work.",
        );
    }
}

/// Whether a tool's container credentials provider accepts https to any host.
fn takes_https((name, numbers): &Version) -> bool {
    let first = match (*name, numbers) {
        ("botocore", _) => [1, 42, 5],
        (_, [..=1, ..]) => [1, 43, 11],
        _ => [2, 33, 2],
    };
    *numbers >= first
}

/// The three numbers that a version begins with.
fn numbers(text: &str) -> Option<[u32; 3]> {
    let text = text.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let mut numbers = text.split('.').map(str::parse);
    Some([numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?])
}

/// What a program says on standard output, if it is there and in time.
async fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = timeout(TIMEOUT, command.output()).await.ok()?.ok()?;
    String::from_utf8(output.stdout).ok().filter(|_| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_a_tool_says() {
        let cases = [
            ("1.46.3 Python/3.11.7 Linux/6.1 botocore/1.43.62\n", Some([1, 46, 3])),
            ("2.9.19 Python/3.11.2", Some([2, 9, 19])),
            ("1.42.5\n", Some([1, 42, 5])),
            ("2.0.0dev4", Some([2, 0, 0])),
            ("1.2", None),
            ("none", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(numbers(text), expected, "{text}");
        }
    }

    #[test]
    fn an_old_tool_is_named() {
        let cases = [
            ("botocore", [1, 42, 4], false),
            ("botocore", [1, 42, 5], true),
            ("the AWS CLI", [1, 43, 10], false),
            ("the AWS CLI", [1, 43, 11], true),
            ("the AWS CLI", [2, 9, 19], false),
            ("the AWS CLI", [2, 33, 1], false),
            ("the AWS CLI", [2, 33, 2], true),
        ];
        for (name, numbers, is_new) in cases {
            assert_eq!(takes_https(&(name, numbers)), is_new, "{name} {numbers:?}");
            let mut checks = Checks::default();
            add(&mut checks, &[None, Some((name, numbers))]);
            assert_eq!(checks.shown().starts_with("ok"), is_new, "{}", checks.shown());
        }
        let mut checks = Checks::default();
        add(&mut checks, &[None, None]);
        assert!(checks.shown().starts_with("ok"), "{}", checks.shown());
    }
}
