//! What an operator has already: pools, app clients and a bucket that the template does not make.

use serde_json::{Value, json};

use crate::stack::Stack;

const USER_POOL: &[(&str, &str)] =
    &[("ExistingUserPoolId", "eu-central-1_AbCdEfGhI"), ("MoreUserPoolClientIds", "web,phone")];
const IDENTITY_POOL: (&str, &str) = ("ExistingIdentityPoolId", "eu-west-1:baeef75e-ef45-4c7a-a193-b2e63ab10699");
const BUCKET: (&str, &str) = ("ExistingBucketName", "theirs");

const PROVIDER: &str = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI";

/// What a stack of the usual parameters makes and this one does not.
fn missing(stack: &Stack) -> Vec<String> {
    let made = stack.resources();
    Stack::new().resources().keys().filter(|name| !made.contains_key(*name)).cloned().collect()
}

/// Nothing refers to what is not made.
fn assert_whole(stack: &Stack) {
    let all = Value::Object(stack.resources()).to_string() + &stack.outputs().to_string();
    for name in missing(stack) {
        assert!(!all.contains(&format!("<{name}>")) && !all.contains(&format!("<{name}.")), "{name}");
    }
}

#[test]
fn what_is_there_already_is_not_made() {
    let of_users =
        ["CommandLine", "CommandLineBranding", "ManagedLoginBranding", "UserPool", "UserPoolClient", "UserPoolDomain"];
    let of_identities = ["IdentityPool", "IdentityPoolRoles"];
    let of_bucket = ["Bucket", "BucketPolicy"];
    let all = [USER_POOL, &[IDENTITY_POOL, BUCKET]].concat();
    let all_missing = [&of_bucket[..], &of_identities, &of_users].concat();
    for (name, parameters, expected) in [
        ("nothing", &[][..], &[][..]),
        ("a user pool", USER_POOL, &of_users[..]),
        ("an identity pool", &[IDENTITY_POOL], &of_identities),
        ("a bucket", &[BUCKET], &of_bucket),
        ("everything", &all, &all_missing),
    ] {
        let stack = Stack::new().with(parameters);
        let found = missing(&stack);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), sorted(expected), "{name}");
        assert_whole(&stack);
        assert_eq!(stack.outputs()["Connect"].is_null(), parameters.is_empty(), "{name}");
    }
}

fn sorted<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

#[test]
fn nothing_that_a_parameter_adds_touches_what_is_not_ours() {
    let added = [
        ("FeaturePlan", "PLUS"),
        ("ThreatProtection", "ENFORCED"),
        ("UserPoolWebAclArn", "arn:acl"),
        ("HomeOf", "user"),
        ("TeamClaim", "custom:team"),
        ("AllowedOrigins", "https://app.example.com"),
        ("BucketKmsKeyArn", "arn:key"),
        ("FormerBucketKmsKeyArns", "arn:former"),
        ("GroupRoles", "true"),
        ("OidcName", "Company"),
        ("SamlName", "Other"),
    ];
    let stack = Stack::new().with(&[USER_POOL, &[IDENTITY_POOL, BUCKET], &added].concat());
    let resources = stack.resources();
    let kinds = ["AWS::Cognito::", "AWS::S3::", "AWS::WAFv2::"];
    let touching: Vec<_> = resources
        .iter()
        .filter(|(_, resource)| kinds.iter().any(|kind| resource["Type"].as_str().unwrap().starts_with(kind)))
        .map(|(name, _)| name)
        .collect();
    assert!(touching.is_empty(), "{touching:?}");
    assert_whole(&stack);
}

#[test]
fn tokens_of_an_existing_user_pool_and_its_clients_are_accepted_everywhere() {
    let stack = Stack::new().with(USER_POOL);
    let issuer = format!("https://{PROVIDER}");
    let jwt = json!({ "Issuer": issuer, "Audience": ["web", "phone"] });
    assert_eq!(stack.properties("JwtAuthorizer")["JwtConfiguration"], jwt);
    for function in ["TokenExchange", "ListObjects", "ObjectLinks"] {
        let variables = &stack.properties(function)["Environment"]["Variables"];
        let found = ["USER_POOL_ID", "USER_POOL_CLIENT_IDS", "USER_POOL_ISSUER"].map(|name| &variables[name]);
        assert_eq!(found, [&json!("eu-central-1_AbCdEfGhI"), &json!("web,phone"), &json!(issuer)], "{function}");
    }
    let of = |client: &str| json!({ "ProviderName": PROVIDER, "ClientId": client, "ServerSideTokenCheck": true });
    assert_eq!(stack.properties("IdentityPool")["CognitoIdentityProviders"], json!([of("web"), of("phone")]));
    let source = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_AbCdEfGhI";
    assert_eq!(stack.properties("PreSignUpPermission")["SourceArn"], source);
    let tagged = Stack::new().with(&[USER_POOL, &[("HomeOf", "user")]].concat());
    assert_eq!(tagged.properties("IdentityPoolTags")["IdentityProviderName"], PROVIDER);
    let alarm = &stack.properties("SignInsThrottledAlarm")["Dimensions"];
    let watched = json!([
        { "Name": "UserPool", "Value": "eu-central-1_AbCdEfGhI" }, { "Name": "UserPoolClient", "Value": "web" },
    ]);
    assert_eq!(alarm, &watched);
}

#[test]
fn outputs_name_what_is_used_and_nothing_that_there_is_not() {
    let outputs = Stack::new().with(&[USER_POOL, &[IDENTITY_POOL, BUCKET]].concat()).outputs();
    for (name, expected) in [
        ("UserPoolId", json!("eu-central-1_AbCdEfGhI")),
        ("UserPoolClientId", json!("web")),
        ("UserPoolClientIds", json!("web,phone")),
        ("IdentityPoolId", json!(IDENTITY_POOL.1)),
        ("BucketName", json!("theirs")),
        ("SignInUrl", Value::Null),
        ("AuthorizeUrl", Value::Null),
        ("OAuthTokenUrl", Value::Null),
        ("UserPoolTrigger", json!("<PreSignUp.Arn>")),
        ("AuthenticatedRoleArn", json!("<AuthenticatedRole.Arn>")),
        ("Connect", json!("make connect AWS_STACK=latchkey")),
    ] {
        assert_eq!(outputs[name], expected, "{name}");
    }
    let usual = Stack::new().outputs();
    for name in ["UserPoolTrigger", "Connect"] {
        assert_eq!(usual[name], Value::Null, "{name}");
    }
}

#[test]
fn further_app_clients_join_that_of_the_stack() {
    for (count, clients) in ["a", "a,b", "a,b,c", "a,b,c,d"].into_iter().enumerate() {
        let stack = Stack::new().with(&[("MoreUserPoolClientIds", clients), ("GroupRoles", "true")]);
        let expected: Vec<_> = ["<UserPoolClient>", "<CommandLine>"].into_iter().chain(clients.split(',')).collect();
        assert_eq!(stack.properties("JwtAuthorizer")["JwtConfiguration"]["Audience"], json!(expected));
        let variables = &stack.properties("TokenExchange")["Environment"]["Variables"];
        assert_eq!(variables["USER_POOL_CLIENT_IDS"], json!(expected.join(",")));
        let providers = stack.properties("IdentityPool")["CognitoIdentityProviders"].clone();
        let providers = providers.as_array().unwrap();
        assert_eq!(providers.len(), count + 3, "{clients}");
        for (provider, client) in providers.iter().zip(&expected) {
            let known = json!({
                "ProviderName": "<UserPool.ProviderName>", "ClientId": client, "ServerSideTokenCheck": true,
            });
            assert_eq!(provider, &known);
        }
        // A group's role is for its members, whichever application they came through.
        let mappings = stack.properties("IdentityPoolRoles")["RoleMappings"].clone();
        let mut mapped: Vec<_> =
            mappings.as_object().unwrap().values().map(|mapping| mapping["IdentityProvider"].clone()).collect();
        let mut named: Vec<_> =
            expected.iter().map(|client| json!(format!("<UserPool.ProviderName>:{client}"))).collect();
        mapped.sort_by_key(Value::to_string);
        named.sort_by_key(Value::to_string);
        assert_eq!(mapped, named, "{clients}");
        assert_eq!(stack.outputs()["UserPoolClientId"], "<UserPoolClient>");
        assert_eq!(stack.outputs()["UserPoolClientIds"], json!(expected.join(",")));
    }
}

#[test]
fn people_have_their_home_in_an_existing_bucket_by_an_existing_identity_pool() {
    let key = ("BucketKmsKeyArn", "arn:aws:kms:eu-west-1:111122223333:key/1");
    let teams = ("TeamClaim", "custom:team");
    for resource in ["AuthenticatedRole", "PersonPolicy"] {
        let ours = Stack::new().with(&[key, teams]).properties(resource).to_string();
        let theirs = Stack::new().with(&[IDENTITY_POOL, BUCKET, key, teams]).properties(resource).to_string();
        assert_eq!(
            theirs,
            ours.replace("<Bucket.Arn>", "arn:aws:s3:::theirs").replace("<IdentityPool>", IDENTITY_POOL.1)
        );
    }
    let stack = Stack::new().with(&[IDENTITY_POOL, BUCKET]);
    for function in ["TokenExchange", "ListObjects", "ObjectLinks"] {
        let variables = &stack.properties(function)["Environment"]["Variables"];
        let found = (&variables["BUCKET_NAME"], &variables["IDENTITY_POOL_ID"]);
        assert_eq!(found, (&json!("theirs"), &json!(IDENTITY_POOL.1)), "{function}");
    }
}

#[test]
fn at_most_four_further_app_clients_can_be_named() {
    let stack = Stack::new();
    let pattern = stack.parameter("MoreUserPoolClientIds")["AllowedPattern"].as_str().unwrap();
    // The template has as many places in the identity pool.
    let providers = &stack.declared("IdentityPool")["CognitoIdentityProviders"];
    assert_eq!(providers.as_array().unwrap().len(), 6);
    assert!(pattern.ends_with("{0,3}$"), "{pattern}");
}

#[test]
fn the_command_lines_app_client_of_an_existing_pool_is_the_one_that_is_named() {
    let named = Stack::new().with(&[USER_POOL, &[("ExistingCommandLineClientId", "phone")]].concat());
    for (stack, client) in [(named, "phone"), (Stack::new().with(USER_POOL), "")] {
        let variables = &stack.properties("TokenExchange")["Environment"]["Variables"];
        assert_eq!(variables["CLI_CLIENT_ID"], client);
        assert_eq!(variables["CLI_REDIRECT_URIS"] == "", client.is_empty());
        assert_eq!(stack.outputs()["CommandLineClientId"].as_str().unwrap_or_default(), client);
        // Nobody knows which role an identity pool of the operator's gives.
        let theirs = Stack::new().with(&[IDENTITY_POOL]).properties("TokenExchange");
        assert_eq!(theirs["Environment"]["Variables"]["AUTHENTICATED_ROLE_ARN"], "");
    }
}
