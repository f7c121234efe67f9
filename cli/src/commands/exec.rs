use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use crate::{error::CliError, sign_in::Session};

/// Variables that would give the command other keys than these.
///
/// Source: "Settings reference" in the AWS SDKs and Tools reference guide.
const OTHER_KEYS: [&str; 6] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CREDENTIAL_EXPIRATION",
];

/// Runs `command` with the person's keys in its environment, and ends as it ends.
///
/// # Errors
///
/// As [`Session::keys`], and [`CliError::Failed`] when the command cannot be run.
pub(crate) async fn exec(mut session: Session, role: Option<&str>, command: &[OsString]) -> Result<ExitCode, CliError> {
    let (keys, region) = session.keys(role).await?;
    let Some((program, arguments)) = command.split_first() else { return Ok(ExitCode::SUCCESS) };
    let mut child = Command::new(program);
    child.args(arguments);
    for name in OTHER_KEYS {
        child.env_remove(name);
    }
    child
        .env("AWS_ACCESS_KEY_ID", &keys.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", keys.secret_access_key.expose())
        .env("AWS_SESSION_TOKEN", keys.token.expose())
        .env("AWS_REGION", &region)
        .env("AWS_DEFAULT_REGION", &region);
    let problem = |error: std::io::Error| CliError::Failed(format!("{} cannot be run: {error}.", program.display()));
    #[cfg(unix)]
    {
        // In our place, so that signals reach it.
        Err(problem(std::os::unix::process::CommandExt::exec(&mut child)))
    }
    #[cfg(not(unix))]
    {
        // Ctrl-C reaches both, and the command decides what it means.
        let _interruptions = tokio::signal::windows::ctrl_c().map_err(CliError::failed)?;
        let status = child.status().map_err(problem)?;
        Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
    }
}
