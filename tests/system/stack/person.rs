use std::time::{Duration, SystemTime};

use loopback::Cloud;
use serde_json::{Value, json};
use validation::sign_up::{EmailAddress, InviteKey};

use super::{Keys, Reply, STACK, Stack, aws, exchange_at, post, recorded};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "Correct-Horse-7-Battery";

/// Somebody who has signed up and signed in.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) id_token: String,
    pub(crate) access_token: String,
}

impl Person {
    /// Signs up with an address that the pre-sign-up function confirms, and signs in.
    pub(crate) fn new(name: &str) -> Self {
        Self::new_at(&STACK, name)
    }

    /// The same at `stack`, with an invite, which only some stacks ask for.
    #[expect(clippy::disallowed_methods, reason = "the function reads the clock, so invites must be valid now")]
    pub(crate) fn new_at(stack: &Stack, name: &str) -> Self {
        let email = format!("{name}@example.com");
        let expires_at = SystemTime::now() + Duration::from_hours(1);
        let invite =
            InviteKey::parse(Cloud::INVITE_KEY).unwrap().invite(&EmailAddress::parse(&email).unwrap(), expires_at);
        let reply = sign_up_at(stack, name, &email, &json!({ "ClientMetadata": { "invite_code": invite } }));
        assert_eq!(reply.status, 200, "{reply:?}");
        Self::sign_in_at(stack, name, stack.text("client_id"))
    }

    /// Signs in at an app client.
    pub(crate) fn sign_in(name: &str, client_id: &str) -> Self {
        Self::sign_in_at(&STACK, name, client_id)
    }

    /// Signs in at an app client of `stack`.
    pub(crate) fn sign_in_at(stack: &Stack, name: &str, client_id: &str) -> Self {
        let reply = initiate_auth(stack, name, client_id);
        let token = |kind: &str| reply.body["AuthenticationResult"][kind].as_str().map(str::to_owned);
        let tokens = token("IdToken").zip(token("AccessToken"));
        let (id_token, access_token) = tokens.unwrap_or_else(|| panic!("{name} could not sign in: {reply:?}"));
        Self { name: name.to_owned(), id_token, access_token }
    }

    /// Why the person cannot sign in.
    pub(crate) fn sign_in_error(name: &str) -> String {
        let reply = initiate_auth(&STACK, name, recorded("client_id"));
        assert_eq!(reply.status, 400, "{reply:?}");
        reply.text("__type").to_owned()
    }

    /// The id token with another signature of the same length.
    pub(crate) fn tampered_token(&self) -> String {
        let (signed, signature) = self.id_token.rsplit_once('.').unwrap();
        format!("{signed}.{}", signature.chars().rev().collect::<String>())
    }

    /// The person's keys and their home.
    pub(crate) fn keys_and_home(&self) -> (Keys, String) {
        self.keys_and_home_at(&STACK)
    }

    /// The same at `stack`, where the person has signed in.
    pub(crate) fn keys_and_home_at(&self, stack: &Stack) -> (Keys, String) {
        let reply = exchange_at(stack, &self.id_token, "");
        assert_eq!(reply.status, 200, "{reply:?}");
        (Keys::of(&reply.body), format!("private/{}/", reply.text("IdentityId")))
    }
}

/// An app client of the same user pool that Latchkey was not told of.
pub(crate) fn another_client() -> String {
    let pool = recorded("user_pool_id");
    let arguments = ["cognito-idp", "create-user-pool-client", "--user-pool-id", pool, "--client-name", "another"];
    let flows = ["--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let query = ["--query", "UserPoolClient.ClientId", "--output", "text"];
    aws(&Keys::admin(), &[&arguments[..], &flows, &query].concat()).unwrap().trim().to_owned()
}

/// Cognito's `SignUp`, which anybody may call.
pub(crate) fn sign_up(name: &str, email: &str) -> Reply {
    sign_up_at(&STACK, name, email, &json!({}))
}

/// `SignUp` at `stack`, with further members.
pub(crate) fn sign_up_at(stack: &Stack, name: &str, email: &str, more: &Value) -> Reply {
    let mut input = json!({
        "ClientId": stack.text("client_id"), "Username": name, "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": email }],
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    cognito(stack, "SignUp", &input)
}

fn initiate_auth(stack: &Stack, name: &str, client_id: &str) -> Reply {
    cognito(
        stack,
        "InitiateAuth",
        &json!({
            "ClientId": client_id, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
        }),
    )
}

fn cognito(stack: &Stack, operation: &str, input: &Value) -> Reply {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let headers = [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target.as_str())];
    post(stack.text("endpoint"), &headers, &input.to_string())
}
