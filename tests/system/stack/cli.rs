use std::process::Command;

use serde_json::Value;

use super::{STACK, Stack, outcome, recorded, root};

/// Whom the AWS CLI works for.
#[derive(Clone, Debug)]
pub(crate) struct Keys(Vec<(&'static str, String)>);

impl Keys {
    /// The account's root.
    pub(crate) fn admin() -> Self {
        Self::new(recorded("access_key_id"), recorded("secret_access_key"))
    }

    /// A user's of the account.
    pub(crate) fn new(id: &str, secret: &str) -> Self {
        Self(vec![("AWS_ACCESS_KEY_ID", id.to_owned()), ("AWS_SECRET_ACCESS_KEY", secret.to_owned())])
    }

    /// As environment variables.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The keys in an answer of `POST /token` or `GET /credentials`.
    pub(crate) fn of(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("no {name}: {answer}")).to_owned();
        Self(vec![
            ("AWS_ACCESS_KEY_ID", text("AccessKeyId")),
            ("AWS_SECRET_ACCESS_KEY", text("SecretAccessKey")),
            ("AWS_SESSION_TOKEN", text("SessionToken")),
        ])
    }

    /// One of them, by the name of its environment variable.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
    }

    /// None: the CLI gets them itself from `url`, where it shows `token`.
    ///
    /// Source: "Container credential provider" in the AWS SDKs and Tools reference guide.
    pub(crate) fn from_container_provider(url: String, token: &str) -> Self {
        Self(vec![("AWS_CONTAINER_CREDENTIALS_FULL_URI", url), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token.to_owned())])
    }
}

/// Runs the AWS CLI at the usual stack. An `Err` has what it said on standard error.
pub(crate) fn aws(keys: &Keys, arguments: &[&str]) -> Result<String, String> {
    aws_at(&STACK, keys, arguments)
}

/// Runs the AWS CLI at `stack`.
pub(crate) fn aws_at(stack: &Stack, keys: &Keys, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(root().join(".venv/aws/bin/aws"))
        .args(arguments)
        .env_clear()
        .envs(keys.variables())
        .env("AWS_ENDPOINT_URL", stack.text("endpoint"))
        .env("AWS_DEFAULT_REGION", stack.text("region"))
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output();
    outcome(output.unwrap())
}

/// Puts an empty object into the usual stack's bucket.
pub(crate) fn put(keys: &Keys, key: &str) -> Result<String, String> {
    aws(keys, &["s3api", "put-object", "--bucket", recorded("bucket"), "--key", key])
}
