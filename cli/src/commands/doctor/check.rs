use std::process::ExitCode;

use serde::Serialize;

use crate::error::CliError;

/// What came of looking at one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    name: &'static str,
    status: Status,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    /// It works, or not for everything.
    Warning,
    Failed,
    /// It builds on something that failed.
    Skipped,
}

/// What was looked at, in order.
#[derive(Debug, Default)]
pub(super) struct Checks {
    checks: Vec<Check>,
    /// The first thing that failed.
    failure: Option<CliError>,
}

impl Checks {
    pub(super) fn ok(&mut self, name: &'static str, message: impl Into<String>) {
        self.add(name, Status::Ok, message.into(), None);
    }

    pub(super) fn warning(&mut self, name: &'static str, message: impl Into<String>, next_step: impl Into<String>) {
        self.add(name, Status::Warning, message.into(), Some(next_step.into()));
    }

    /// Adds what failed, with its own next step or else that of the error.
    pub(super) fn failed(&mut self, name: &'static str, error: CliError, next_step: Option<&str>) {
        let (message, own_step) = match &error {
            CliError::Failed(text) | CliError::Usage(text) | CliError::Refused(text) => (text.clone(), None),
            CliError::NotSignedIn(text) => ((*text).to_owned(), Some("Run `latchkey login`.")),
            CliError::TryLater(text) => (text.clone(), Some("Try again later.")),
        };
        self.add(name, Status::Failed, message, next_step.or(own_step).map(str::to_owned));
        self.failure.get_or_insert(error);
    }

    pub(super) fn skipped(&mut self, names: &[&'static str]) {
        let reason = "Something before it failed.";
        for name in names {
            self.add(name, Status::Skipped, reason.to_owned(), None);
        }
    }

    /// The exit status of the first thing that failed.
    pub(super) fn exit_code(&self) -> ExitCode {
        self.failure.as_ref().map_or(ExitCode::SUCCESS, CliError::exit_code)
    }

    /// For programs.
    pub(super) fn json(&self) -> String {
        format!("{:#}\n", serde_json::json!({ "checks": self.checks }))
    }

    /// For people: a line for each.
    pub(super) fn shown(&self) -> String {
        let line = |check: &Check| {
            let status = match check.status {
                Status::Ok => "ok",
                Status::Warning => "warning",
                Status::Failed => "failed",
                Status::Skipped => "skipped",
            };
            let next_step = check.next_step.as_ref().map(|step| format!(" {step}")).unwrap_or_default();
            format!("{status:<8} {:<10} {}{next_step}\n", check.name, check.message)
        };
        self.checks.iter().map(line).collect()
    }

    fn add(&mut self, name: &'static str, status: Status, message: String, next_step: Option<String>) {
        self.checks.push(Check { name, status, message, next_step });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_is_a_line_and_the_first_failure_is_the_exit_status() {
        let mut checks = Checks::default();
        checks.ok("address", "It answers.");
        checks.warning("clock", "It is slow.", "Set it.");
        assert_eq!(checks.exit_code(), ExitCode::SUCCESS);
        checks.failed("token", CliError::NotSignedIn("You are not signed in."), None);
        checks.failed("bucket", CliError::TryLater("It has no time.".to_owned()), Some("Wait."));
        checks.skipped(&["profile"]);
        let expected = "ok       address    It answers.\n\
                        warning  clock      It is slow. Set it.\n\
                        failed   token      You are not signed in. Run `latchkey login`.\n\
                        failed   bucket     It has no time. Wait.\n\
                        skipped  profile    Something before it failed.\n";
        assert_eq!(checks.shown(), expected);
        assert_eq!(checks.exit_code(), CliError::NotSignedIn("").exit_code());
        let json: serde_json::Value = serde_json::from_str(&checks.json()).unwrap();
        assert_eq!(
            json["checks"][0],
            serde_json::json!({ "name": "address", "status": "ok", "message": "It answers." })
        );
        assert_eq!(json["checks"][2]["next_step"], "Run `latchkey login`.");
    }
}
