//! Sign-in through an identity provider: who comes in, what becomes of what the provider says, and what is refused.
//!
//! The passwords of this stack's user pool are switched off. Where they are not, the providers are beside them.

use std::process::Command;

use serde_json::{Value, json};

use crate::stack::{
    Keys, OTHER_STACK, PASSWORD, PROVIDERS_STACK, Person, Stack, aws_at, claims, exchange_at, get, objects_at, post,
    root, sign_up_at, stack_py,
};

const OIDC: &str = "CompanyOidc";
const SAML: &str = "CompanySaml";

/// The id token of somebody who signs in at `provider`, by following its redirects and its forms. An `Err` has what arrives
/// at the application instead.
fn sign_in(stack: &Stack, name: &str, provider: &str) -> Result<String, String> {
    stack_py(&["token", "--state", stack.state.to_str().unwrap(), name, "--provider", provider])
}

/// What the AWS CLI prints of the user pool of `stack`.
fn pool(stack: &Stack, operation: &str, more: &[&str]) -> Result<Value, String> {
    let about = ["cognito-idp", operation, "--user-pool-id", stack.text("user_pool_id"), "--output", "json"];
    aws_at(stack, &Keys::admin(), &[&about[..], more].concat()).map(|text| text.parse().unwrap_or_default())
}

#[test]
fn a_person_of_each_provider_signs_in_and_lists_their_own_files() {
    let stack = &*PROVIDERS_STACK;
    let mut homes = Vec::new();
    for (name, provider, user, verified) in [
        ("olga", OIDC, "CompanyOidc_olga", true),
        ("olga", SAML, "CompanySaml_olga@example.com", true),
        ("sami", OIDC, "CompanyOidc_sami", false),
        ("sami", SAML, "CompanySaml_sami@example.com", false),
    ] {
        let token = sign_in(stack, name, provider).unwrap();
        let claims = claims(&token);
        assert_eq!(claims["cognito:username"], user);
        assert_eq!(claims["identities"][0]["providerName"], provider);
        assert_eq!(
            (&claims["email"], &claims["email_verified"]),
            (&json!(format!("{name}@example.com")), &json!(verified))
        );
        assert_eq!(claims["name"], if name == "olga" { "Olga" } else { "Sami" });
        // What no attribute is mapped to does not arrive.
        assert_eq!(claims["custom:team"], Value::Null);
        assert_eq!(pool(stack, "admin-get-user", &["--username", user]).unwrap()["UserStatus"], "EXTERNAL_PROVIDER");

        let reply = exchange_at(stack, &token, "");
        assert_eq!(reply.status, 200, "{reply:?}");
        let home = format!("private/{}/", reply.text("IdentityId"));
        let put = ["s3api", "put-object", "--bucket", stack.text("bucket"), "--key", &format!("{home}note")];
        aws_at(stack, &Keys::of(&reply.body), &put).unwrap();
        let listed = objects_at(stack, &token, "");
        assert_eq!((listed.status, listed.text("prefix")), (200, home.as_str()), "{listed:?}");
        assert_eq!(listed.body["objects"][0]["key"], format!("{home}note"));
        for other in &homes {
            assert_eq!(objects_at(stack, &token, &format!("prefix={other}")).status, 403, "{user}: {other}");
        }
        homes.push(home);
    }
}

#[test]
fn a_refused_person_arrives_at_the_application_and_no_user_was_made() {
    let blocked =
        "PreSignUp failed with error [email_domain_blocked] Sign-ups with this e-mail domain are not accepted..";
    let nameless = "Invalid user attributes: email: The attribute email is required";
    for (name, provider, reason) in
        [("mallory", OIDC, blocked), ("mallory", SAML, blocked), ("noel", OIDC, nameless), ("noel", SAML, nameless)]
    {
        let said = sign_in(&PROVIDERS_STACK, name, provider).unwrap_err();
        assert_eq!(said, format!("latchkey: {name} could not sign in: invalid_request: {reason}\n"), "{provider}");
    }
    let users = pool(&PROVIDERS_STACK, "list-users", &["--query", "Users[].Username"]).unwrap();
    let made = users
        .as_array()
        .unwrap()
        .iter()
        .filter(|user| ["mallory", "noel"].iter().any(|name| user.as_str().unwrap().contains(name)));
    assert_eq!(made.count(), 0, "{users}");
}

#[test]
fn without_the_directory_no_password_opens_anything() {
    let stack = &*PROVIDERS_STACK;
    let reply = sign_up_at(stack, "walt", "walt@example.com", &json!({}));
    assert_eq!((reply.status, reply.text("__type")), (400, "NotAuthorizedException"), "{reply:?}");
    // Not even for somebody whom an administrator has made.
    pool(stack, "admin-create-user", &["--username", "walt", "--user-attributes", "Name=email,Value=walt@example.com"])
        .unwrap();
    pool(stack, "admin-set-user-password", &["--username", "walt", "--permanent", "--password", PASSWORD]).unwrap();
    let client = ["--client-id", stack.text("client_id"), "--auth-parameters"];
    let given = format!("USERNAME=walt,PASSWORD={PASSWORD}");
    let by_srp = "USERNAME=walt,SRP_A=1".to_owned();
    for (flow, given) in [
        ("USER_PASSWORD_AUTH", &given),
        ("USER_SRP_AUTH", &by_srp),
        ("USER_AUTH", &given),
        ("CUSTOM_AUTH", &"USERNAME=walt".to_owned()),
    ] {
        let initiate = ["cognito-idp", "initiate-auth", "--auth-flow", flow];
        let said = aws_at(stack, &Keys::admin(), &[&initiate[..], &client, &[given]].concat()).unwrap_err();
        assert!(
            said.contains("InvalidParameterException") || said.contains("NotAuthorizedException"),
            "{flow}: {said}"
        );
    }
    let admin = ["--auth-flow", "ADMIN_USER_PASSWORD_AUTH"];
    let said = pool(stack, "admin-initiate-auth", &[&admin[..], &client, &[&given]].concat()).unwrap_err();
    assert!(said.contains("InvalidParameterException"), "{said}");
    // The pages have no form, and take none.
    let page = get(stack.text("sign_in_url"), &[]);
    let page_text = page.body.as_str().unwrap();
    assert!(page_text.contains(OIDC) && page_text.contains(SAML) && !page_text.contains("<form"), "{page_text}");
    let query = stack.text("sign_in_url").split_once('?').unwrap().1;
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let login = format!("{}/login", stack.text("endpoint"));
    let reply = post(&login, &form, &format!("{query}&username=walt&password={PASSWORD}"));
    assert_eq!((reply.status, reply.text("error")), (400, "invalid_request"), "{reply:?}");
}

#[test]
fn providers_are_beside_the_directory_where_it_is_not_switched_off() {
    let stack = &*OTHER_STACK;
    assert!(!Person::new_at(stack, "yara").id_token.is_empty());
    let page = get(stack.text("sign_in_url"), &[]);
    let page = page.body.as_str().unwrap();
    assert!(page.contains(OIDC) && page.contains(SAML) && page.contains("<form"), "{page}");
    // Nobody sends an invite code through a provider, and this stack wants one.
    let said = sign_in(stack, "olga", OIDC).unwrap_err();
    assert!(said.contains("[invite_missing]"), "{said}");
}

#[test]
fn a_sign_in_goes_to_no_provider_that_is_not_the_stacks() {
    let url = format!("{}&identity_provider=Nobody", PROVIDERS_STACK.text("sign_in_url"));
    let reply = get(&url, &[]);
    assert_eq!((reply.status, reply.header("location")), (400, None), "{reply:?}");
}

#[test]
fn the_local_user_pool_takes_no_answer_that_does_not_hold() {
    let tests = Command::new(root().join(".venv/aws/bin/python"))
        .args([
            "-m",
            "unittest",
            "discover",
            "--start-directory",
            "local/emulator/tests",
            "--top-level-directory",
            "local/emulator",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tests.status.success(), "{}", String::from_utf8_lossy(&tests.stderr));
}
