use std::{
    ffi::OsString,
    io,
    process::{Command, ExitCode, ExitStatus},
};

use crate::error::CliError;

/// Variables with keys, which win over everything else.
pub(crate) const KEYS: [&str; 4] =
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];

/// Variables that lead to other keys.
///
/// Source: "Settings reference" in the AWS SDKs and Tools reference guide.
pub(crate) const WAYS_TO_KEYS: [&str; 8] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CREDENTIAL_EXPIRATION",
];

/// `command`, a program and its arguments, with the region and without the variables that would give it other keys. None
/// for an empty one.
pub(crate) fn without_other_keys(command: &[OsString], region: &str) -> Option<Command> {
    let (program, arguments) = command.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).env("AWS_REGION", region).env("AWS_DEFAULT_REGION", region);
    for name in KEYS.iter().chain(&WAYS_TO_KEYS) {
        command.env_remove(name);
    }
    Some(command)
}

/// Why `command` was not run.
pub(crate) fn cannot_run(command: &Command, error: &io::Error) -> CliError {
    CliError::Failed(format!("{} cannot be run: {error}.", command.get_program().display()))
}

/// The exit status of a command, to end as it ended. As a shell has it: 128 and the signal's number, if one ended it.
pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
