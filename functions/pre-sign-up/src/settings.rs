use std::path::Path;

use settings::{SettingError, Variables, switch};
use validation::sign_up::{InviteKey, SignUpPolicy};

use crate::domains::domain_list;

/// The settings of the function. A rule that is not set restricts nobody.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who may sign up.
    pub policy: SignUpPolicy,
    /// Whether an invite also verifies the address that it proves.
    pub invite_verifies: bool,
}

const AUTO_CONFIRM: &str = "SIGN_UP_AUTO_CONFIRM_DOMAINS";

impl Settings {
    /// Reads the settings. Domain lists may be in files that are packed with the function, in `package`.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the first variable that is malformed, or that contradicts the others.
    pub fn new(variables: &Variables, package: &Path) -> Result<Self, SettingError> {
        let domains = |text: &str| domain_list(text, package);
        let policy = SignUpPolicy {
            allowed: variables.optional("SIGN_UP_ALLOWED_DOMAINS", domains)?,
            blocked: variables.optional("SIGN_UP_BLOCKED_DOMAINS", domains)?,
            block_disposable: variables.optional("SIGN_UP_BLOCK_DISPOSABLE", switch)?.unwrap_or(false),
            one_per_mailbox: variables.optional("SIGN_UP_ONE_PER_MAILBOX", switch)?.unwrap_or(false),
            invite_key: variables.optional_secret("SIGN_UP_INVITE_KEY", InviteKey::parse)?,
            auto_confirm: variables.optional(AUTO_CONFIRM, domains)?,
        };
        policy.check().map_err(|useless| SettingError::new(AUTO_CONFIRM, useless))?;
        let invite_verifies = variables.optional("SIGN_UP_INVITE_VERIFIES", switch)?.unwrap_or(false);
        Ok(Self { policy, invite_verifies })
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use validation::sign_up::{Field, SignUp};

    use super::*;

    fn settings(variables: &[(&str, &str)]) -> Result<Settings, SettingError> {
        let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::new(&owned.collect(), Path::new("/nowhere"))
    }

    #[test]
    fn a_malformed_setting_is_named() {
        let cases = [
            (
                ("SIGN_UP_ALLOWED_DOMAINS", "a.com,"),
                "SIGN_UP_ALLOWED_DOMAINS is \"a.com,\": \"\" is not a domain such as example.com or *.example.com",
            ),
            (
                ("SIGN_UP_BLOCKED_DOMAINS", "a b"),
                "SIGN_UP_BLOCKED_DOMAINS is \"a b\": \"a b\" is not a domain such as example.com or *.example.com",
            ),
            (("SIGN_UP_BLOCK_DISPOSABLE", "yes"), "SIGN_UP_BLOCK_DISPOSABLE is \"yes\": expected true or false"),
            (("SIGN_UP_ONE_PER_MAILBOX", "1"), "SIGN_UP_ONE_PER_MAILBOX is \"1\": expected true or false"),
            (("SIGN_UP_INVITE_VERIFIES", "1"), "SIGN_UP_INVITE_VERIFIES is \"1\": expected true or false"),
            (
                ("SIGN_UP_AUTO_CONFIRM_DOMAINS", "*"),
                "SIGN_UP_AUTO_CONFIRM_DOMAINS is \"*\": \"*\" is not a domain such as example.com or *.example.com",
            ),
        ];
        for (variable, expected) in cases {
            assert_eq!(settings(&[variable]).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_secret_is_not_shown_when_it_is_malformed() {
        let error = settings(&[("SIGN_UP_INVITE_KEY", "too-short")]).unwrap_err();
        let expected = "SIGN_UP_INVITE_KEY is shorter than 32 bytes: use a random one, such as 64 hexadecimal digits";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn settings_that_contradict_each_other_are_named() {
        let variables = [("SIGN_UP_AUTO_CONFIRM_DOMAINS", "a.com,b.com"), ("SIGN_UP_BLOCKED_DOMAINS", "*.b.com")];
        let expected = "SIGN_UP_AUTO_CONFIRM_DOMAINS has b.com, which the allowed and the blocked domains never admit";
        assert_eq!(settings(&variables).unwrap_err().to_string(), expected);
    }

    #[test]
    fn without_settings_there_is_no_restriction() {
        let policy = settings(&[("SIGN_UP_ALLOWED_DOMAINS", "")]).unwrap().policy;
        let sign_up = SignUp { email: Field::text("ada+x@mailinator.com"), invite_code: Field::Empty };
        assert!(policy.decide(&sign_up, SystemTime::UNIX_EPOCH).is_ok());
    }
}
