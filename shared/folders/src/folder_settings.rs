use std::convert::Infallible;

use cognito::UserPoolSettings;
use settings::{SettingError, Variables};
use validation::{HomePrefix, IdentityId, TeamPrefix, VerifiedToken, pool::UnusableSubject};

use crate::Folders;

/// The bucket, and whose folders are where in it.
#[derive(Clone, Debug)]
pub struct FolderSettings {
    /// The bucket's name.
    pub bucket: String,
    /// The prefix of each person's own objects.
    pub home_prefix: HomePrefix,
    /// The prefix of what a team shares, if there are teams.
    pub team_prefix: Option<TeamPrefix>,
}

impl FolderSettings {
    /// Reads `BUCKET_NAME`, `HOME_PREFIX`, `TEAM_PREFIX` and `TEAM_CLAIM`. The last is for `user_pool`, where the claim
    /// is read.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the first variable that is missing or malformed.
    pub fn new(variables: &Variables, user_pool: &mut UserPoolSettings) -> Result<Self, SettingError> {
        let team_prefix = variables.optional("TEAM_PREFIX", TeamPrefix::parse)?;
        if team_prefix.is_some() {
            let claim = variables.required("TEAM_CLAIM", |name| Ok::<_, Infallible>(name.to_owned()))?;
            user_pool.policy = user_pool.policy.clone().with_team_claim(claim);
        }
        Ok(Self {
            bucket: variables.required("BUCKET_NAME", bucket_name)?,
            home_prefix: variables.required("HOME_PREFIX", HomePrefix::parse)?,
            team_prefix,
        })
    }

    /// The folders of the person of `token`, who is `identity` to the identity pool.
    ///
    /// # Errors
    ///
    /// [`UnusableSubject`] when homes are named after the `sub`, and this one could lead into another home.
    pub fn of(&self, identity: &IdentityId, token: &VerifiedToken) -> Result<Folders, UnusableSubject> {
        let home = self.home_prefix.of(identity, token.subject())?;
        Ok(Folders::new(home, self.team_prefix.as_ref(), token.team()))
    }
}

/// Source: "General purpose bucket naming rules" in the Amazon S3 user guide.
fn bucket_name(text: &str) -> Result<String, &'static str> {
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    if plain && (3..=63).contains(&text.len()) { Ok(text.to_owned()) } else { Err("expected a bucket name") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: [(&str, &str); 4] = [
        ("USER_POOL_ID", "eu-west-1_Ab"),
        ("USER_POOL_CLIENT_IDS", "client"),
        ("BUCKET_NAME", "my-bucket"),
        ("HOME_PREFIX", "private/{identity_id}/"),
    ];

    fn settings_with(changes: &[(&str, &str)]) -> Result<FolderSettings, String> {
        let variables = SETTINGS.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let variables: std::collections::HashMap<_, _> = variables.collect();
        let variables = variables.into_iter().collect();
        let mut user_pool = UserPoolSettings::new(&variables).unwrap();
        FolderSettings::new(&variables, &mut user_pool).map_err(|error| error.to_string())
    }

    #[test]
    fn each_setting_is_required_and_checked() {
        let cases = [
            ("BUCKET_NAME", "", "BUCKET_NAME is not set"),
            ("BUCKET_NAME", "My_Bucket", "BUCKET_NAME is \"My_Bucket\": expected a bucket name"),
            ("HOME_PREFIX", "", "HOME_PREFIX is not set"),
            (
                "HOME_PREFIX",
                "x/",
                "HOME_PREFIX is \"x/\": needs {identity_id} or {sub} exactly once, as in private/{identity_id}/",
            ),
            ("TEAM_PREFIX", "team/{team}/", "TEAM_CLAIM is not set"),
            ("TEAM_PREFIX", "team/", "TEAM_PREFIX is \"team/\": needs {team} exactly once, as in team/{team}/"),
        ];
        for (name, value, expected) in cases {
            assert_eq!(settings_with(&[(name, value)]).map(drop), Err(expected.to_owned()));
        }
        assert!(settings_with(&[("TEAM_PREFIX", "team/{team}/"), ("TEAM_CLAIM", "custom:team")]).is_ok());
    }
}
