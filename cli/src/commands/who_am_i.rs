use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use serde_json::Value;

use crate::{api, error::CliError, sign_in::Session};

/// Prints who the person is, and what they have.
///
/// # Errors
///
/// As [`Session::with_token`], and what the API answers.
pub(crate) async fn print(mut session: Session, json: bool) -> Result<ExitCode, CliError> {
    let sign_in = session.with_token().await?;
    let answer = api::who_am_i(&session.network, &sign_in).await?;
    let text = if json { format!("{answer:#}\n") } else { shown(&answer, &sign_in.api) };
    stdout().write_all(text.as_bytes()).map_err(CliError::failed)?;
    Ok(ExitCode::SUCCESS)
}

/// The answer for people: a line for each thing that is there.
fn shown(answer: &Value, api: &str) -> String {
    let text = |pointer| answer.pointer(pointer).and_then(Value::as_str);
    let lines = [
        ("API", Some(api)),
        ("user", text("/user_name").or(text("/sub"))),
        ("identity", text("/identity_id")),
        ("role", text("/role/arn")),
        ("bucket", text("/bucket")),
        ("home", text("/home")),
        ("team", text("/team/prefix")),
        ("token until", text("/token_expires_at")),
    ];
    let lines = lines.iter().filter_map(|(name, value)| Some(format!("{name:<12} {}\n", (*value)?)));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_there_is_not_shown() {
        let answer = json!({ "sub": "1", "user_name": "ada", "identity_id": "eu-west-1:2", "home": "private/2/" });
        let expected = "API          https://a\nuser         ada\nidentity     eu-west-1:2\nhome         private/2/\n";
        assert_eq!(shown(&answer, "https://a"), expected);
    }
}
