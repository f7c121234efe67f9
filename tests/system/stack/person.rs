use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Keys, Reply, STACK, Stack, aws, aws_at, exchange_at, post, recorded};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "Correct-Horse-7-Battery";

/// Somebody who has signed up and signed in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) id_token: String,
    pub(crate) access_token: String,
}

impl Person {
    /// Signs up with an address that the pre-sign-up function confirms, and signs in.
    pub(crate) fn new(name: &str) -> Self {
        let reply = sign_up(name, &address_of(name));
        assert_eq!(reply.status, 200, "{reply:?}");
        Self::sign_in(name, recorded("client_id"))
    }

    /// The same at `stack`, where an administrator makes the user: not every stack lets people sign up.
    pub(crate) fn new_at(stack: &Stack, name: &str) -> Self {
        Self::new_in_team(stack, name, None)
    }

    /// The same for somebody in a team.
    pub(crate) fn new_in_team(stack: &Stack, name: &str, team: Option<&str>) -> Self {
        let email = address_of(name);
        let pool = stack.text("user_pool_id");
        let user = ["--user-pool-id", pool, "--username", stack.sign_in_name(name, &email)];
        let attributes = format!("Name=email,Value={email}");
        let create =
            ["cognito-idp", "admin-create-user", "--message-action", "SUPPRESS", "--user-attributes", &attributes];
        aws_at(stack, &Keys::admin(), &[&create[..], &user].concat()).unwrap();
        if let Some(team) = team {
            let attribute = format!("Name=custom:team,Value={team}");
            let update = ["cognito-idp", "admin-update-user-attributes", "--user-attributes", &attribute];
            aws_at(stack, &Keys::admin(), &[&update[..], &user].concat()).unwrap();
        }
        let set = ["cognito-idp", "admin-set-user-password", "--permanent", "--password", PASSWORD];
        aws_at(stack, &Keys::admin(), &[&set[..], &user].concat()).unwrap();
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
        let (keys, identity_id) = self.keys_and_identity_at(stack);
        let owner = if stack.has_parameter("HomeOf=user") { self.subject() } else { identity_id };
        (keys, format!("private/{owner}/"))
    }

    /// The person's keys and their identity id at `stack`.
    pub(crate) fn keys_and_identity_at(&self, stack: &Stack) -> (Keys, String) {
        let reply = exchange_at(stack, &self.id_token, "");
        assert_eq!(reply.status, 200, "{reply:?}");
        (Keys::of(&reply.body), reply.text("IdentityId").to_owned())
    }

    /// The `sub` of the id token.
    pub(crate) fn subject(&self) -> String {
        claims(&self.id_token)["sub"].as_str().unwrap().to_owned()
    }
}

/// What a token says.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
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
        "ClientId": stack.text("client_id"), "Username": stack.sign_in_name(name, email), "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": email }],
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    cognito(stack, "SignUp", &input)
}

/// The e-mail address of somebody with an account.
fn address_of(name: &str) -> String {
    format!("{name}@example.com")
}

fn initiate_auth(stack: &Stack, name: &str, client_id: &str) -> Reply {
    let email = address_of(name);
    cognito(
        stack,
        "InitiateAuth",
        &json!({
            "ClientId": client_id, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": stack.sign_in_name(name, &email), "PASSWORD": PASSWORD },
        }),
    )
}

fn cognito(stack: &Stack, operation: &str, input: &Value) -> Reply {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let headers = [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target.as_str())];
    post(stack.text("endpoint"), &headers, &input.to_string())
}
