use std::time::Duration;

use cognito::{IdentityPoolSettings, UserPoolSettings};
use folders::FolderSettings;
use https::Trust;
use settings::{Endpoint, SettingError, Variables};
use validation::pool::Region;

/// The settings of a function that works in the bucket for its callers.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which tokens are accepted.
    pub user_pool: UserPoolSettings,
    /// The identity pool where they are exchanged.
    pub identity_pool: IdentityPoolSettings,
    /// The bucket with the objects.
    pub bucket: BucketSettings,
    /// Which certificate authorities are trusted.
    pub trust: Trust,
}

/// Which bucket, its endpoint, and whose folders are where in it.
#[derive(Clone, Debug)]
pub struct BucketSettings {
    /// The bucket's name, and whose folders are where in it.
    pub folders: FolderSettings,
    /// The bucket's region, which is the stack's.
    pub region: Region,
    /// Replaces the endpoint of the region.
    pub endpoint: Option<Endpoint>,
    /// How long a caller's credentials are reused.
    pub credentials_reuse: Duration,
    /// Largest upload through a link, in bytes.
    pub upload_bytes_max: u64,
}

/// Longest reuse, in seconds.
const REUSE_SECONDS_MAX: u64 = 900;
/// The largest object that can be uploaded, in bytes: 10,000 parts of 5 GiB.
///
/// Source: "Amazon S3 multipart upload limits" in the Amazon S3 user guide.
const OBJECT_BYTES_MAX: u64 = 10_000 * 5 * 1024 * 1024 * 1024;

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the first variable that is missing or malformed.
    pub fn new(variables: &Variables) -> Result<Self, SettingError> {
        let identity_pool = IdentityPoolSettings::new(variables)?;
        let mut user_pool = UserPoolSettings::new(variables)?;
        let folders = FolderSettings::new(variables, &mut user_pool)?;
        Ok(Self {
            user_pool,
            bucket: BucketSettings {
                folders,
                region: identity_pool.stack_region(variables)?,
                endpoint: variables.endpoint("AWS_ENDPOINT_URL_S3")?,
                credentials_reuse: variables.required("CREDENTIALS_REUSE_SECONDS", reuse)?,
                upload_bytes_max: variables.optional("UPLOAD_BYTES_MAX", upload_bytes)?.unwrap_or(OBJECT_BYTES_MAX),
            },
            trust: Trust::new(variables)?,
            identity_pool,
        })
    }
}

fn reuse(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().filter(|seconds| *seconds <= REUSE_SECONDS_MAX);
    seconds.map(Duration::from_secs).ok_or("expected a whole number from 0 to 900")
}

fn upload_bytes(text: &str) -> Result<u64, String> {
    let bytes = text.parse().ok().filter(|bytes| (1..=OBJECT_BYTES_MAX).contains(bytes));
    bytes.ok_or_else(|| format!("expected a whole number from 1 to {OBJECT_BYTES_MAX}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: [(&str, &str); 6] = [
        ("USER_POOL_ID", "eu-west-1_Ab"),
        ("USER_POOL_CLIENT_IDS", "client"),
        ("IDENTITY_POOL_ID", "eu-west-1:12345678-1234-1234-1234-123456789abc"),
        ("BUCKET_NAME", "my-bucket"),
        ("HOME_PREFIX", "private/{identity_id}/"),
        ("CREDENTIALS_REUSE_SECONDS", "300"),
    ];

    fn settings_with(changes: &[(&str, &str)]) -> Result<Settings, String> {
        let variables = SETTINGS.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let variables: std::collections::HashMap<_, _> = variables.collect();
        Settings::new(&variables.into_iter().collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_bucket_is_in_the_functions_region() {
        assert_eq!(settings_with(&[]).unwrap().bucket.region.as_str(), "eu-west-1");
        assert_eq!(settings_with(&[("AWS_REGION", "eu-north-1")]).unwrap().bucket.region.as_str(), "eu-north-1");
    }

    #[test]
    fn each_setting_is_required_and_checked() {
        let cases = [
            ("BUCKET_NAME", "", "BUCKET_NAME is not set"),
            ("CREDENTIALS_REUSE_SECONDS", "", "CREDENTIALS_REUSE_SECONDS is not set"),
            (
                "CREDENTIALS_REUSE_SECONDS",
                "901",
                "CREDENTIALS_REUSE_SECONDS is \"901\": expected a whole number from 0 to 900",
            ),
            (
                "CREDENTIALS_REUSE_SECONDS",
                "-1",
                "CREDENTIALS_REUSE_SECONDS is \"-1\": expected a whole number from 0 to 900",
            ),
            ("IDENTITY_POOL_ID", "", "IDENTITY_POOL_ID is not set"),
            (
                "UPLOAD_BYTES_MAX",
                "53687091200001",
                "UPLOAD_BYTES_MAX is \"53687091200001\": expected a whole number from 1 to 53687091200000",
            ),
            ("UPLOAD_BYTES_MAX", "0", "UPLOAD_BYTES_MAX is \"0\": expected a whole number from 1 to 53687091200000"),
        ];
        for (name, value, expected) in cases {
            assert_eq!(settings_with(&[(name, value)]).map(drop), Err(expected.to_owned()));
        }
        for seconds in ["0", "900"] {
            assert!(settings_with(&[("CREDENTIALS_REUSE_SECONDS", seconds)]).is_ok());
        }
        for (bytes, expected) in [("", 53_687_091_200_000), ("1", 1), ("53687091200000", 53_687_091_200_000)] {
            assert_eq!(settings_with(&[("UPLOAD_BYTES_MAX", bytes)]).unwrap().bucket.upload_bytes_max, expected);
        }
    }
}
