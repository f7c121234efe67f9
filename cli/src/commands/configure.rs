use std::{env, process::ExitCode};

use crate::{
    aws_tools::{
        config_file::{self, ConfigFile},
        credential_process,
        profile::{self, Change},
    },
    error::CliError,
    sign_in::{ProfileName, Session},
};

/// What to do with which profile of the AWS tools.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The name of the profile in the AWS tools' configuration.
    #[arg(value_name = "NAME", default_value = "latchkey")]
    name: ProfileName,
    /// The keys of this role, one of those that your groups give you.
    #[arg(long, value_name = "ARN", conflicts_with = "remove")]
    role_arn: Option<String>,
    /// Remove the profile.
    #[arg(long)]
    remove: bool,
    /// Show what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Writes a profile with which every AWS tool gets its keys from us, or removes it, and shows what changes.
///
/// # Errors
///
/// A [`CliError`]: nobody is signed in, the profile is somebody else's, or a file cannot be written.
pub(crate) async fn configure(mut session: Session, arguments: &Arguments) -> Result<ExitCode, CliError> {
    let name = arguments.name.to_string();
    let path = ConfigFile::Config.path()?;
    let text = config_file::read(&path)?;
    let settings = if arguments.remove { None } else { Some(settings(&session, arguments.role_arn.as_deref())?) };
    let edited = profile::edit(text.as_deref().unwrap_or_default(), &name, settings.as_deref());
    let changes = edited.map_err(|error| {
        CliError::Failed(format!("The profile {name} in {} {error}. Choose another name.", path.display()))
    })?;
    if changes.iter().all(|change| matches!(change, Change::Keep(_))) {
        eprintln!("There is nothing to change in {}.", path.display());
        return Ok(ExitCode::SUCCESS);
    }
    eprint!("{}:\n{}", path.display(), shown(&changes));
    if arguments.dry_run {
        eprintln!("Nothing was changed.");
        return Ok(ExitCode::SUCCESS);
    }
    let backup = config_file::replace(&path, text.as_deref(), &profile::changed(&changes))?;
    if let Some(backup) = backup {
        eprintln!("What was there before is in {}.", backup.display());
    }
    if !arguments.remove {
        say_what_is_next(&mut session, &name).await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The settings of the profile.
///
/// Source: "Process credential provider", "AWS Region" and "Service-specific endpoints" in the AWS SDKs and Tools reference
/// guide.
fn settings(session: &Session, role: Option<&str>) -> Result<Vec<(&'static str, String)>, CliError> {
    let region = session.kept()?.app.region;
    let mut settings = vec![
        ("region", plain(region)?),
        ("credential_process", credential_process::new(&session.vault.profile, role)?),
    ];
    if let Some(endpoint) = session.network.usual_endpoint()? {
        settings.push(("endpoint_url", endpoint));
    }
    Ok(settings)
}

/// The region, as the API says it: nothing else comes into the file with it.
fn plain(value: String) -> Result<String, CliError> {
    let is_plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !value.is_empty();
    if is_plain { Ok(value) } else { Err(CliError::failed("The API's region is not one.")) }
}

/// The lines that go and come. Of settings that may hold keys, which somebody may have added, the names alone.
fn shown(changes: &[Change<'_>]) -> String {
    let line = |change: &Change<'_>| {
        let (sign, line) = match change {
            Change::Keep(_) => return None,
            Change::Remove(line) => ('-', *line),
            Change::Add(line) => ('+', line.as_str()),
        };
        let line = line.trim_end();
        let line = match line.split_once('=') {
            Some((name, _)) if name.trim_start().to_ascii_lowercase().starts_with("aws_") => format!("{name}= …"),
            _ => line.to_owned(),
        };
        Some(format!("{sign} {line}\n")).filter(|_| !line.is_empty())
    };
    changes.iter().filter_map(line).collect()
}

/// Says the next command, and what would keep it from working.
async fn say_what_is_next(session: &mut Session, name: &str) -> Result<(), CliError> {
    if let Some(problem) = config_file::rival(name)? {
        eprintln!("{problem} Remove them, or choose another name.");
    }
    if env::var_os("LATCHKEY_HOME").is_some() {
        eprintln!("The AWS tools need LATCHKEY_HOME too, as it is set here.");
    }
    // Without an answer, the profile is there all the same.
    let place = session.folders().await.map(|(folders, _)| format!(" s3://{}/{}", folders.bucket, folders.home));
    let option = if name == ProfileName::DEFAULT { String::new() } else { format!(" --profile {name}") };
    eprintln!("Next: aws s3 ls{option}{}", place.unwrap_or_default());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_cannot_bring_further_lines() {
        for (region, is_accepted) in [("eu-west-1", true), ("", false), ("x\ncredential_process = y", false)] {
            assert_eq!(plain(region.to_owned()).is_ok(), is_accepted, "{region:?}");
        }
    }

    #[test]
    fn what_changes_is_shown_without_keys() {
        let changes = [
            Change::Keep("[default]\n"),
            Change::Remove("aws_secret_access_key = abc\n"),
            Change::Add("\n".to_owned()),
            Change::Add("region = x\r\n".to_owned()),
        ];
        assert_eq!(shown(&changes), "- aws_secret_access_key = …\n+ region = x\n");
    }
}
