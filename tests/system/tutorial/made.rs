use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    command_line::machine::sign_in_as,
    stack::{Call, Keys, PASSWORD, Reply, STACK, call, post, recorded},
};

/// An operation of the user pool's that an administrator may call.
fn user_pool(operation: &str, input: &Value) -> Value {
    let headers = vec![
        ("Content-Type", "application/x-amz-json-1.1".to_owned()),
        ("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}")),
    ];
    let (service, method, path, body) = ("cognito-idp", "POST", "/".to_owned(), input.to_string());
    let reply = call(&STACK, Some(&Keys::admin()), &Call { service, method, path, headers, body });
    assert_eq!(reply.status, 200, "{operation}: {reply:?}");
    reply.body
}

/// What a new person's sign-in at the pool brings, as Postman gets it: with a code, PKCE and Postman's callback address.
pub(super) fn sign_in(pool: &str, client: &str, name: &str) -> Value {
    const CALLBACK: &str = "https://oauth.pstmn.io/v1/callback";
    const VERIFIER: &str = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";
    const CHALLENGE: &str = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM";
    let user = json!({ "UserPoolId": pool, "Username": name, "Password": PASSWORD, "Permanent": true });
    for operation in ["AdminCreateUser", "AdminSetUserPassword"] {
        user_pool(operation, &user);
    }
    let endpoint = recorded("endpoint");
    let asked = format!(
        "client_id={client}&response_type=code&scope=openid+email+profile&redirect_uri={CALLBACK}\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let place = sign_in_as(&format!("{endpoint}/oauth2/authorize?{asked}"), name, PASSWORD);
    let code = place.strip_prefix(&format!("{CALLBACK}?code=")).unwrap().split('&').next().unwrap();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let exchange = format!(
        "grant_type=authorization_code&client_id={client}&redirect_uri={CALLBACK}&code={code}&code_verifier={VERIFIER}"
    );
    post(&format!("{endpoint}/oauth2/token"), &form, &exchange).body
}

/// What the commands made by hand.
pub(super) struct Made {
    pub(super) folder: PathBuf,
    /// What somebody's sign-in brought.
    pub(super) tokens: Value,
    /// The shell's variables.
    pub(super) names: Value,
}

impl Made {
    /// A variable of the shell.
    pub(super) fn name(&self, name: &str) -> &str {
        self.names[name].as_str().unwrap()
    }

    /// A token by its name.
    pub(super) fn token(&self, kind: &str) -> &str {
        self.tokens[kind].as_str().unwrap()
    }

    /// What the identity pool says of the tutorial's file after `change`. Nobody signs such a request.
    pub(super) fn ask(&self, operation: &str, file: &str, change: impl FnOnce(&mut Value)) -> Reply {
        let mut input = self.read(file);
        change(&mut input);
        let target = format!("AWSCognitoIdentityService.{operation}");
        let headers = [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target.as_str())];
        post(recorded("endpoint"), &headers, &input.to_string())
    }

    /// The same for what is refused.
    pub(super) fn error(&self, operation: &str, file: &str, change: impl FnOnce(&mut Value)) -> String {
        let reply = self.ask(operation, file, change);
        assert_eq!(reply.status, 400, "{reply:?}");
        format!("{}: {}", reply.text("__type"), reply.text("message"))
    }

    /// An app client of the same user pool, which the identity pool was not told of.
    pub(super) fn another_client(&self) -> String {
        let mut input = self.read("app-client.json");
        input["ClientName"] = "another".into();
        let made = user_pool("CreateUserPoolClient", &input);
        made["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned()
    }

    /// One of the files that the commands wrote.
    pub(super) fn read(&self, file: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.folder.join(file)).unwrap()).unwrap()
    }
}
