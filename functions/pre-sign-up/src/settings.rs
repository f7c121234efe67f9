use settings::{SettingError, Variables, switch};
use validation::sign_up::{DomainList, SignUpPolicy};

/// Everything that the function is told. What is not set does not restrict.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who may sign up.
    pub policy: SignUpPolicy,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the first variable that is malformed.
    pub fn new(variables: &Variables) -> Result<Self, SettingError> {
        let policy = SignUpPolicy {
            allowed: variables.optional("SIGN_UP_ALLOWED_DOMAINS", DomainList::parse)?,
            blocked: variables.optional("SIGN_UP_BLOCKED_DOMAINS", DomainList::parse)?,
            block_disposable: variables.optional("SIGN_UP_BLOCK_DISPOSABLE", switch)?.unwrap_or(false),
            auto_confirm: variables.optional("SIGN_UP_AUTO_CONFIRM_DOMAINS", DomainList::parse)?,
        };
        Ok(Self { policy })
    }
}

#[cfg(test)]
mod tests {
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
    fn nothing_set_is_no_restriction() {
        let policy = Settings::new(&Variables::from([("SIGN_UP_ALLOWED_DOMAINS", "")])).unwrap().policy;
        assert!(policy.decide(Some("ada@mailinator.com")).is_ok());
    }
}
