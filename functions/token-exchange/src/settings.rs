use cognito::{IdentityPoolSettings, UserPoolSettings};
use https::Trust;
use settings::{SettingError, Variables};

/// The settings of the function.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which tokens are accepted.
    pub user_pool: UserPoolSettings,
    /// The identity pool where they are exchanged.
    pub identity_pool: IdentityPoolSettings,
    /// Which certificate authorities are trusted.
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
