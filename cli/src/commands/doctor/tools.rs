use std::{env, ffi::OsString};

use super::check::Checks;
use crate::{
    aws_tools::{
        config_file::{self, ConfigFile},
        credential_process,
        environment::{KEYS, WAYS_TO_KEYS},
    },
    error::CliError,
};

/// Looks for profiles that get their keys from us, and returns their names.
pub(super) fn check_profile(checks: &mut Checks) -> Vec<String> {
    match profiles() {
        Ok((path, ours)) if ours.is_empty() => {
            checks.warning(
                "profile",
                format!("None in {path} gets its keys from latchkey."),
                "Run `latchkey configure`.",
            );
            ours
        }
        Ok((path, ours)) => {
            let rivals: Result<Vec<_>, _> = ours.iter().map(|name| config_file::rival(name)).collect();
            match rivals.map(|rivals| rivals.into_iter().flatten().next()) {
                Ok(Some(rival)) => checks.warning("profile", rival, "Remove them."),
                Ok(None) => checks.ok("profile", format!("{} in {path} gets its keys from latchkey.", ours.join(", "))),
                Err(error) => checks.failed("profile", error, None),
            }
            ours
        }
        Err(error) => {
            checks.failed("profile", error, None);
            Vec::new()
        }
    }
}

fn profiles() -> Result<(String, Vec<String>), CliError> {
    let path = ConfigFile::Config.path()?;
    let text = config_file::read(&path)?.unwrap_or_default();
    let sections = ConfigFile::Config.sections(&config_file::lines(&text));
    let ours =
        sections.iter().filter(|section| section.value("credential_process").is_some_and(credential_process::is_ours));
    let ours = ours.filter_map(|section| section.profile).map(str::to_owned).collect();
    Ok((path.display().to_string(), ours))
}

/// Looks for variables that would give the AWS tools other keys than those of `profiles`.
pub(super) fn check_variables(checks: &mut Checks, profiles: &[String]) {
    add_variables(checks, profiles, |name| env::var_os(name));
}

fn add_variables(checks: &mut Checks, profiles: &[String], variable: impl Fn(&str) -> Option<OsString>) {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let is_ours = |value: OsString| value.to_str().is_some_and(|value| profiles.iter().any(|name| name == value));
    let wins = |name: &&&str| match **name {
        name @ ("AWS_PROFILE" | "AWS_DEFAULT_PROFILE") => set(name).is_some_and(|value| !is_ours(value)),
        name => set(name).is_some(),
    };
    let winners: Vec<&str> = KEYS.iter().chain(&WAYS_TO_KEYS).filter(wins).copied().collect();
    let endpoint = set("AWS_ENDPOINT_URL").map_or("", |_| " AWS_ENDPOINT_URL sends all requests elsewhere.");
    if winners.is_empty() {
        checks.ok("variables", format!("None leads the AWS tools to other keys.{endpoint}"));
    } else {
        let names = winners.join(", ");
        let message = format!("The AWS tools may take other keys because of {names}.{endpoint}");
        checks.warning("variables", message, format!("Unset {names}."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_in_the_way_is_named_and_its_value_is_not() {
        let ours = ["files".to_owned()];
        let cases: [(&[(&str, &str)], &str); 6] = [
            (&[], "ok       variables  None leads the AWS tools to other keys.\n"),
            (&[("AWS_PROFILE", "files")], "ok       variables  None leads the AWS tools to other keys.\n"),
            (&[("AWS_ACCESS_KEY_ID", "")], "ok       variables  None leads the AWS tools to other keys.\n"),
            (
                &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1")],
                "ok       variables  None leads the AWS tools to other keys. AWS_ENDPOINT_URL sends all requests elsewhere.\n",
            ),
            (
                &[("AWS_PROFILE", "work")],
                "warning  variables  The AWS tools may take other keys because of AWS_PROFILE. Unset AWS_PROFILE.\n",
            ),
            (
                &[("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "s")],
                "warning  variables  The AWS tools may take other keys because of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. \
                 Unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.\n",
            ),
        ];
        for (variables, expected) in cases {
            let mut checks = Checks::default();
            let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
            add_variables(&mut checks, &ours, value);
            assert_eq!(checks.shown(), expected);
        }
    }
}
