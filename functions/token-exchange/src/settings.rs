use cognito::IdentityPoolSettings;
use cognito::UserPoolSettings;
use https::Trust;
use settings::{SettingError, Variables};

/// Everything that the function is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose tokens are accepted.
    pub user_pool: UserPoolSettings,
    /// Where they are exchanged.
    pub identity_pool: IdentityPoolSettings,
    /// Whose certificates are trusted there.
    pub trust: Trust,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the first variable that is missing or malformed.
    pub fn new(variables: &Variables) -> Result<Self, SettingError> {
        Ok(Self {
            user_pool: UserPoolSettings::new(variables)?,
            identity_pool: IdentityPoolSettings::new(variables)?,
            trust: Trust::new(variables)?,
        })
    }
}
