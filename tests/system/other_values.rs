//! The template with other values than its defaults.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::stack::{Call, Keys, OTHER_STACK, Person, aws_at, call, get, post, recorded, sign_up_at};

/// What the AWS CLI prints, of the other stack.
fn json(arguments: &[&str]) -> Value {
    aws_at(&OTHER_STACK, &Keys::admin(), &[arguments, &["--output", "json"]].concat()).unwrap().parse().unwrap()
}

fn texts(list: &Value, name: &str, value: &str) -> BTreeMap<String, String> {
    let text = |item: &Value, member: &str| item[member].as_str().unwrap_or_default().to_owned();
    list.as_array().unwrap().iter().map(|item| (text(item, name), text(item, value))).collect()
}

#[test]
fn the_template_deploys_with_every_parameter_at_another_value() {
    let name = OTHER_STACK.text("stack_name");
    let stack = json(&["cloudformation", "describe-stacks", "--stack-name", name, "--query", "Stacks[0]"]);
    assert_eq!(stack["StackStatus"], "CREATE_COMPLETE", "{stack}");
    let values = texts(&stack["Parameters"], "ParameterKey", "ParameterValue");
    let declared = json(&["cloudformation", "get-template-summary", "--stack-name", name, "--query", "Parameters"]);
    let defaults = texts(&declared, "ParameterKey", "DefaultValue");
    let same =
        defaults.iter().filter(|(name, default)| values.get(*name) == Some(default)).map(|(name, _)| name.as_str());
    // The built template takes the architecture that was built, and no other. Without the directory, most of the others
    // would mean nothing: that is a stack of its own (`providers.rs`). What exists already has tests of its own.
    let others = [
        "Architecture",
        "DirectorySignIn",
        "ExistingBucketName",
        "ExistingCommandLineClientId",
        "ExistingIdentityPoolId",
        "ExistingUserPoolId",
    ];
    assert_eq!(same.collect::<Vec<_>>(), others, "still the default");
}

#[test]
fn a_value_that_is_not_safe_or_lacks_its_companion_is_refused() {
    let file = format!("{}/packaged.yaml", OTHER_STACK.state.display());
    // It is too long to be sent by itself.
    aws_at(&OTHER_STACK, &Keys::admin(), &["s3", "cp", &file, "s3://latchkey-artifacts/template.yaml"]).unwrap();
    let template = format!("{}/latchkey-artifacts/template.yaml", OTHER_STACK.text("endpoint"));
    for (parameter, value, reason) in [
        ("CallbackUrls", "http://app.example.com/callback", "must be https addresses, or http on localhost"),
        ("CallbackUrls", "http://localhost.example.com/callback", "must be https addresses, or http on localhost"),
        ("LogoutUrls", "ftp://localhost/", "must be https addresses, or http on localhost"),
        ("AllowedOrigins", "*", "must be https origins, or http on localhost"),
        ("AllowedOrigins", "https://app.example.com/", "must be https origins, or http on localhost"),
        ("IdTokenMinutes", "4", "not less than 5"),
        ("DomainPrefix", "my-aws-files", "without aws, amazon or cognito"),
        ("DomainPrefix", "cognito", "without aws, amazon or cognito"),
        ("FeaturePlan", "LITE", "FeaturePlan LITE needs RefreshTokenRotation DISABLED."),
        ("ThreatProtection", "ENFORCED", "ThreatProtection needs FeaturePlan PLUS."),
        ("SignUpOnePerMailbox", "true", "SignUpOnePerMailbox needs SignInName email"),
        ("SignUpAutoConfirmDomains", "example.com", "SignUpAutoConfirmDomains lets in whoever types such an address."),
        ("SignUpBlockedDomains", &"a".repeat(1001), "at most 1000 characters, or @FILE.txt"),
        ("SignUpBlockedDomains", "@../blocked.txt", "or @FILE.txt"),
        ("OidcName", "Company", "OidcName needs OidcIssuer, OidcClientId and OidcClientSecret."),
        ("OidcName", "cognito", "must be 3 to 32 letters, digits, dots and hyphens, and not COGNITO"),
        ("OidcName", "Our_Company", "must be 3 to 32 letters, digits, dots and hyphens, and not COGNITO"),
        ("OidcIssuer", "http://login.example.com", "must be an https address, without a query or a fragment"),
        ("OidcScopes", "email profile", "must be scopes separated by spaces, openid among them"),
        ("SamlName", "Company", "SamlName needs SamlMetadataUrl."),
        ("SamlMetadataUrl", "http://idp.example.com/metadata", "must be an https address"),
        ("DirectorySignIn", "false", "DirectorySignIn false needs OidcName or SamlName, or nobody could sign in."),
        ("EmailFrom", "codes@example.com", "EmailFrom, EmailReplyTo and EmailConfigurationSet need EmailIdentityArn."),
        ("FormerBucketKmsKeyArns", "alias/files", "must be keys' ARNs, not aliases"),
        ("ExistingUserPoolId", "eu-west-1_AbCdEfGhI", "ExistingUserPoolId needs MoreUserPoolClientIds"),
        ("ExistingUserPoolId", "AbCdEfGhI", "must be a user pool's id, such as eu-west-1_AbCdEfGhI"),
        ("ExistingIdentityPoolId", "eu-west-1_AbCdEfGhI", "must be an identity pool's id, such as eu-west-1:"),
        ("ExistingBucketName", "s3://files", "must be a bucket's name"),
        ("MoreUserPoolClientIds", "web phone", "must be one to four ids of app clients"),
        ("UploadMaxBytes", "53687091200001", "not greater than 53687091200000"),
        ("AuthenticatedPolicyArns", "arn:aws:iam::111122223333:role/r", "must be ARNs of managed policies"),
        ("ApiDocumentationUrl", "http://docs.example.com/", "must be an https address"),
        ("ApiDomainName", "api.example.com", "ApiDomainName needs ApiDomainCertificateArn."),
    ] {
        let pair = format!("ParameterKey={parameter},ParameterValue={value}");
        let creation = ["cloudformation", "create-change-set", "--change-set-type", "CREATE"];
        let names = ["--stack-name", "refused", "--change-set-name", "refused", "--capabilities", "CAPABILITY_IAM"];
        let content = ["--template-url", &template, "--parameters", &pair];
        let said = aws_at(&OTHER_STACK, &Keys::admin(), &[&creation[..], &names, &content].concat()).unwrap_err();
        assert!(said.contains(reason), "{pair}: {said}");
    }
}

#[test]
fn homes_by_user_are_of_one_user_each() {
    let stack = &*OTHER_STACK;
    let host = ("Host", "api.example.com");
    let list = |person: &Person, prefix: &str| {
        let url = format!("{}/objects?prefix={prefix}", stack.text("api_url"));
        get(&url, &[("Authorization", person.id_token.as_str()), host])
    };
    let [ina, jon] = ["ina", "jon"].map(|name| {
        let person = Person::new_at(stack, name);
        let home = format!("private/{}/", person.subject());
        (person, home)
    });
    for ((person, home), (_, others)) in [(&ina, &jon), (&jon, &ina)] {
        let seen = list(person, "~/");
        assert_eq!((seen.status, seen.text("prefix")), (200, home.as_str()), "{seen:?}");
        assert_eq!(list(person, others).status, 403, "{others}");
        // The keys themselves, whose identity has no home here.
        let (keys, identity_id) = person.keys_and_identity_at(stack);
        let home_by_identity = format!("private/{identity_id}/");
        for (prefix, allowed) in [(home, true), (others, false), (&home_by_identity, false)] {
            let bucket = ["--bucket", stack.text("bucket"), "--key", &format!("{prefix}note")];
            let written = aws_at(stack, &keys, &[&["s3api", "put-object"], &bucket[..]].concat());
            assert_eq!(written.is_ok(), allowed, "{prefix}: {written:?}");
        }
    }
}

#[test]
fn a_team_shares_its_folder_and_nobody_else_sees_it() {
    let stack = &*OTHER_STACK;
    let list_of = |what: &str, person: &Person, prefix: &str| {
        let url = format!("{}/{what}?prefix={prefix}", stack.text("api_url"));
        get(&url, &[("Authorization", person.id_token.as_str()), ("Host", "api.example.com")])
    };
    let list = |person: &Person, prefix: &str| list_of("objects", person, prefix);
    let put = |person: &Person, key: &str| {
        let (keys, _) = person.keys_and_identity_at(stack);
        aws_at(stack, &keys, &["s3api", "put-object", "--bucket", stack.text("bucket"), "--key", key]).is_ok()
    };
    let [rae, rob, bea, nia] = [("rae", Some("red")), ("rob", Some("red")), ("bea", Some("blue")), ("nia", None)]
        .map(|(name, team)| Person::new_in_team(stack, name, team));
    assert!(put(&rae, "team/red/plan.txt"));
    let seen = list(&rob, "~team/");
    assert_eq!((seen.status, seen.text("prefix")), (200, "team/red/"), "{seen:?}");
    assert_eq!(seen.body["objects"][0]["key"], "team/red/plan.txt");
    let seen = list_of("versions", &rob, "~team/");
    assert_eq!(seen.body["versions"][0]["key"], "team/red/plan.txt", "{seen:?}");
    let seen = list(&bea, "~team/");
    assert_eq!(
        (seen.status, seen.text("prefix"), &seen.body["objects"]),
        (200, "team/blue/", &Value::Array(Vec::new()))
    );
    assert_eq!(list(&nia, "~team/").status, 403);
    for outsider in [&bea, &nia] {
        for what in ["objects", "versions"] {
            assert_eq!(list_of(what, outsider, "team/red/").status, 403, "{what} {}", outsider.name);
        }
        assert!(!put(outsider, "team/red/plan.txt"), "{}", outsider.name);
    }
    // Not even the folder of the team without a name.
    assert!(!put(&nia, "team//plan.txt") && list(&nia, "team//").status == 403);
}

#[test]
fn the_api_answers_at_its_own_domain() {
    let outputs = &json(&["cloudformation", "describe-stacks", "--query", "Stacks[0].Outputs"]);
    let outputs = texts(outputs, "OutputKey", "OutputValue");
    assert_eq!(outputs["TokenUrl"], "https://api.example.com/token");
    let headers = vec![("host", "api.example.com".to_owned())];
    let ask = Call { service: "", method: "GET", path: "/credentials".to_owned(), headers, body: String::new() };
    assert_eq!(call(&OTHER_STACK, None, &ask).status, 401);
    assert_ne!(recorded("api_url"), OTHER_STACK.text("api_url"));
}

#[test]
fn an_upload_above_the_limit_gets_no_link() {
    let person = Person::new_at(&OTHER_STACK, "ulla");
    for (size, status) in [(1_000_000, 200), (1_000_001, 400)] {
        let path = format!("{}/objects/~/large", OTHER_STACK.text("api_url"));
        let body = serde_json::json!({ "size": size, "content_type": "text/plain" }).to_string();
        let headers = [("Authorization", person.id_token.as_str()), ("Host", "api.example.com")];
        assert_eq!(post(&path, &headers, &body).status, status, "{size}");
    }
}

#[test]
fn nobody_signs_up_where_only_administrators_create_users() {
    let reply = sign_up_at(&OTHER_STACK, "xena", "xena@example.com", &serde_json::json!({}));
    assert_eq!((reply.status, reply.text("__type")), (400, "NotAuthorizedException"), "{reply:?}");
}
