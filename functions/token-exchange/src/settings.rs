use cognito::{IdentityPoolSettings, UserPoolSettings};
use folders::FolderSettings;
use https::Trust;
use settings::{SettingError, Variables, comma_separated};
use validation::pool::Region;

use crate::RoleSettings;

/// The settings of the function.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which tokens are accepted.
    pub user_pool: UserPoolSettings,
    /// The identity pool where they are exchanged.
    pub identity_pool: IdentityPoolSettings,
    /// How it chooses a role.
    pub roles: RoleSettings,
    /// The bucket, and whose folders are where in it. Without them, the function does not speak of them.
    pub folders: Option<FolderSettings>,
    /// How people sign in.
    pub sign_in: SignInSettings,
    /// Which certificate authorities are trusted.
    pub trust: Trust,
}

/// How people sign in, for clients that ask. What is missing is not mentioned.
#[derive(Clone, Debug)]
pub struct SignInSettings {
    /// The app client of the command line.
    pub cli_client_id: Option<String>,
    /// Where the command line receives the code of a sign-in.
    pub cli_redirect_uris: Vec<String>,
    /// The scopes that the app clients may ask for.
    pub scopes: Vec<String>,
    /// The region of the stack.
    pub region: Region,
    /// The prefix of what everybody may read.
    pub public_prefix: Option<String>,
    /// A page for people who want to use the API.
    pub documentation_url: Option<String>,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the first variable that is missing or malformed.
    pub fn new(variables: &Variables) -> Result<Self, SettingError> {
        let mut user_pool = UserPoolSettings::new(variables)?;
        let identity_pool = IdentityPoolSettings::new(variables)?;
        let has_folders = variables.text("BUCKET_NAME").is_some();
        let folders = has_folders.then(|| FolderSettings::new(variables, &mut user_pool)).transpose()?;
        let list = |name| variables.optional(name, comma_separated).map(Option::unwrap_or_default);
        let sign_in = SignInSettings {
            cli_client_id: variables.text("CLI_CLIENT_ID"),
            cli_redirect_uris: list("CLI_REDIRECT_URIS")?,
            scopes: list("SIGN_IN_SCOPES")?,
            region: identity_pool.stack_region(variables)?,
            public_prefix: variables.text("PUBLIC_PREFIX"),
            documentation_url: variables.text("API_DOCUMENTATION_URL"),
        };
        Ok(Self {
            user_pool,
            identity_pool,
            roles: RoleSettings::new(variables)?,
            folders,
            sign_in,
            trust: Trust::new(variables)?,
        })
    }
}
