use std::process::ExitCode;

use crate::{
    error::CliError,
    sign_in::{Session, authorization_server},
};

/// Ends the sign-in at Cognito, and removes everything that is kept of it. What is kept is removed in any case.
///
/// # Errors
///
/// A [`CliError`] when the sign-in may go on at Cognito, or when something cannot be removed.
pub(crate) async fn logout(session: Session) -> Result<ExitCode, CliError> {
    let lock = session.vault.lock().await?;
    // What cannot be read is removed too.
    let sign_in = session.vault.read().ok().flatten();
    session.vault.remove(&lock)?;
    let Some(sign_in) = sign_in else {
        eprintln!("You were not signed in.");
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(refresh_token) = &sign_in.refresh_token {
        authorization_server::revoke(&session.network, &sign_in.app, refresh_token).await.map_err(|error| {
            CliError::Failed(format!(
                "Nothing is kept here any more, but the sign-in was not ended at Cognito: {error}"
            ))
        })?;
    }
    eprintln!("You are signed out.");
    Ok(ExitCode::SUCCESS)
}
