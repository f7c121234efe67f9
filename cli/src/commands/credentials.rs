use std::{io::Write, process::ExitCode};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    error::CliError,
    sign_in::{Keys, Session},
};

/// What the AWS tools read from a `credential_process`. Without `Expiration`, they would never ask again.
///
/// Source: "Process credential provider" in the AWS SDKs and Tools reference guide.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    expiration: &'a str,
}

/// Prints the keys of `role`, and nothing else. Never opens a browser: these tools run where nobody looks.
///
/// # Errors
///
/// As [`Session::keys`].
pub(crate) async fn print(mut session: Session, role: Option<&str>) -> Result<ExitCode, CliError> {
    let text = output(&session.keys(role).await?.0)?;
    std::io::stdout().write_all(&text).map_err(CliError::failed)?;
    Ok(ExitCode::SUCCESS)
}

fn output(keys: &Keys) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let output = Output {
        version: 1,
        access_key_id: &keys.access_key_id,
        secret_access_key: keys.secret_access_key.expose(),
        session_token: keys.token.expose(),
        expiration: &keys.expiration,
    };
    let mut text = Zeroizing::new(serde_json::to_vec(&output).map_err(CliError::failed)?);
    text.push(b'\n');
    Ok(text)
}
