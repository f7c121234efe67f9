use serde_json::Value;

use crate::stack::{Keys, Stack, aws_at};

/// The name of the bucket.
pub(super) const BUCKET: &str = "theirs";

/// What was made by hand, by its ids.
pub(super) struct Theirs {
    user_pool: String,
    web: String,
    pub(super) phone: String,
    /// An app client that no stack is told of.
    pub(super) stranger: String,
    pub(super) identity_pool: String,
}

impl Theirs {
    /// Makes a user pool with three app clients, an identity pool for one of them, and a bucket with two objects.
    pub(super) fn make(stack: &Stack) -> Self {
        let policy = "PasswordPolicy={MinimumLength=10,RequireNumbers=true,TemporaryPasswordValidityDays=3}";
        let pool = ["cognito-idp", "create-user-pool", "--pool-name", "theirs", "--policies", policy];
        let more = ["--alias-attributes", "email", "--auto-verified-attributes", "email", "--query", "UserPool.Id"];
        let user_pool = made(stack, &[&pool[..], &more].concat());
        let [web, phone, stranger] = ["web", "phone", "stranger"].map(|name| app_client(stack, &user_pool, name));
        let provider = format!(
            "ProviderName=cognito-idp.{}.amazonaws.com/{user_pool},ClientId={stranger},ServerSideTokenCheck=false",
            stack.text("region")
        );
        let create = ["cognito-identity", "create-identity-pool", "--identity-pool-name", "theirs"];
        let more = ["--no-allow-unauthenticated-identities", "--cognito-identity-providers", &provider];
        let identity_pool = made(stack, &[&create[..], &more, &["--query", "IdentityPoolId"]].concat());
        let create = ["s3api", "create-bucket", "--bucket", BUCKET, "--query", "Location"];
        let region = format!("LocationConstraint={}", stack.text("region"));
        made(stack, &[&create[..], &["--create-bucket-configuration", &region]].concat());
        Self::fill(stack, BUCKET);
        Self { user_pool, web, phone, stranger, identity_pool }
    }

    /// Puts an object where nobody may read it, and one where everybody may.
    pub(super) fn fill(stack: &Stack, bucket: &str) {
        for key in ["theirs.txt", "public/theirs.txt"] {
            aws_at(stack, &Keys::admin(), &["s3api", "put-object", "--bucket", bucket, "--key", key]).unwrap();
        }
    }

    /// The parameters for the user pool.
    pub(super) fn user_pool_parameters(&self) -> Vec<String> {
        let clients = format!("MoreUserPoolClientIds={},{}", self.web, self.phone);
        vec![format!("ExistingUserPoolId={}", self.user_pool), clients]
    }

    /// Everything that AWS says of them, or why it says nothing. People and objects come and go, and are not among it.
    pub(super) fn described(&self, stack: &Stack) -> Vec<String> {
        let user_pool = ["--user-pool-id", &self.user_pool];
        let identity_pool = ["--identity-pool-id", &self.identity_pool];
        let provider = format!("cognito-idp.{}.amazonaws.com/{}", stack.text("region"), self.user_pool);
        let ask = |service, operation, of: &[&str]| {
            let said = aws_at(stack, &Keys::admin(), &[&[service, operation], of].concat());
            said.unwrap_or_else(|error| error)
        };
        let mut said = vec![
            ask("cognito-idp", "describe-user-pool", &user_pool),
            ask("cognito-idp", "get-user-pool-mfa-config", &user_pool),
            ask("cognito-idp", "list-user-pool-clients", &user_pool),
            ask("cognito-idp", "list-groups", &user_pool),
            ask("cognito-identity", "describe-identity-pool", &identity_pool),
            ask("cognito-identity", "get-identity-pool-roles", &identity_pool),
            ask(
                "cognito-identity",
                "get-principal-tag-attribute-map",
                &[&identity_pool[..], &["--identity-provider-name", &provider]].concat(),
            ),
        ];
        said.extend([&self.web, &self.phone, &self.stranger].map(|client| {
            ask("cognito-idp", "describe-user-pool-client", &[&user_pool[..], &["--client-id", client]].concat())
        }));
        said.extend(
            [
                "get-bucket-cors",
                "get-bucket-encryption",
                "get-bucket-lifecycle-configuration",
                "get-bucket-logging",
                "get-bucket-ownership-controls",
                "get-bucket-policy",
                "get-bucket-versioning",
                "get-public-access-block",
            ]
            .map(|operation| ask("s3api", operation, &["--bucket", BUCKET])),
        );
        // How many people there are is no setting.
        said.iter().map(|text| text.lines().filter(|line| !line.contains("EstimatedNumberOfUsers")).collect()).collect()
    }
}

/// An app client that takes passwords, so that tests can sign people in.
pub(super) fn app_client(stack: &Stack, user_pool: &str, name: &str) -> String {
    let create = ["cognito-idp", "create-user-pool-client", "--user-pool-id", user_pool, "--client-name", name];
    let flows = ["--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    made(stack, &[&create[..], &flows, &["--query", "UserPoolClient.ClientId"]].concat())
}

/// The one text that an AWS CLI command prints.
fn made(stack: &Stack, arguments: &[&str]) -> String {
    let text = aws_at(stack, &Keys::admin(), arguments).unwrap();
    serde_json::from_str::<Value>(&text).unwrap().as_str().unwrap().to_owned()
}
