use std::{ffi::OsString, process::ExitCode};

use crate::{aws_tools::environment, error::CliError, sign_in::Session};

/// Runs `command` with the person's keys in its environment, and ends as it ends.
///
/// # Errors
///
/// As [`Session::keys`], and [`CliError::Failed`] when the command cannot be run.
pub(crate) async fn exec(mut session: Session, role: Option<&str>, command: &[OsString]) -> Result<ExitCode, CliError> {
    let (keys, region) = session.keys(role).await?;
    let Some(mut child) = environment::without_other_keys(command, &region) else { return Ok(ExitCode::SUCCESS) };
    child
        .env("AWS_ACCESS_KEY_ID", &keys.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", keys.secret_access_key.expose())
        .env("AWS_SESSION_TOKEN", keys.token.expose());
    #[cfg(unix)]
    {
        // In our place, so that signals reach it.
        let error = std::os::unix::process::CommandExt::exec(&mut child);
        Err(environment::cannot_run(&child, &error))
    }
    #[cfg(not(unix))]
    {
        // Ctrl-C reaches both, and the command decides what it means.
        let _interruptions = tokio::signal::windows::ctrl_c().map_err(CliError::failed)?;
        let status = child.status().map_err(|error| environment::cannot_run(&child, &error))?;
        Ok(environment::exit_code(status))
    }
}
