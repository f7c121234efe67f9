use settings::{SettingError, Variables, switch};
use validation::sign_up::{DomainList, InviteKey, SignUpPolicy};

/// The settings of the function. A rule that is not set restricts nobody.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who may sign up.
    pub policy: SignUpPolicy,
}

const AUTO_CONFIRM: &str = "SIGN_UP_AUTO_CONFIRM_DOMAINS";

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the first variable that is malformed, or that contradicts the others.
    pub fn new(variables: &Variables) -> Result<Self, SettingError> {
        let policy = SignUpPolicy {
            allowed: variables.optional("SIGN_UP_ALLOWED_DOMAINS", DomainList::parse)?,
            blocked: variables.optional("SIGN_UP_BLOCKED_DOMAINS", DomainList::parse)?,
            block_disposable: variables.optional("SIGN_UP_BLOCK_DISPOSABLE", switch)?.unwrap_or(false),
            one_per_mailbox: variables.optional("SIGN_UP_ONE_PER_MAILBOX", switch)?.unwrap_or(false),
            invite_key: variables.optional_secret("SIGN_UP_INVITE_KEY", InviteKey::parse)?,
            auto_confirm: variables.optional(AUTO_CONFIRM, DomainList::parse)?,
        };
        policy.check().map_err(|useless| SettingError::new(AUTO_CONFIRM, useless))?;
        Ok(Self { policy })
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use validation::sign_up::{Field, SignUp};

    use super::*;

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
            (
                ("SIGN_UP_AUTO_CONFIRM_DOMAINS", "*"),
                "SIGN_UP_AUTO_CONFIRM_DOMAINS is \"*\": \"*\" is not a domain such as example.com or *.example.com",
            ),
        ];
        for (variable, expected) in cases {
            assert_eq!(Settings::new(&Variables::from([variable])).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_secret_is_not_shown_when_it_is_malformed() {
        let error = Settings::new(&Variables::from([("SIGN_UP_INVITE_KEY", "too-short")])).unwrap_err();
        let expected = "SIGN_UP_INVITE_KEY is shorter than 32 bytes: use a random one, such as 64 hexadecimal digits";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn settings_that_contradict_each_other_are_named() {
        let variables = [("SIGN_UP_AUTO_CONFIRM_DOMAINS", "a.com,b.com"), ("SIGN_UP_BLOCKED_DOMAINS", "*.b.com")];
        let expected = "SIGN_UP_AUTO_CONFIRM_DOMAINS has b.com, which the allowed and the blocked domains never admit";
        assert_eq!(Settings::new(&Variables::from(variables)).unwrap_err().to_string(), expected);
    }

    #[test]
    fn without_settings_there_is_no_restriction() {
        let policy = Settings::new(&Variables::from([("SIGN_UP_ALLOWED_DOMAINS", "")])).unwrap().policy;
        let sign_up = SignUp { email: Field::text("ada+x@mailinator.com"), invite_code: Field::Empty };
        assert!(policy.decide(&sign_up, SystemTime::UNIX_EPOCH).is_ok());
    }
}
