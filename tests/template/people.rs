//! What people may do with the keys that they get.

use serde_json::{Value, json};

use crate::stack::Stack;

const PERSON: &str = "${cognito-identity.amazonaws.com:sub}";

fn statements() -> Value {
    json!([
        {
            "Sid": "ListOwnHomeAndPublic", "Effect": "Allow", "Action": ["s3:ListBucket", "s3:ListBucketVersions"],
            "Resource": "<Bucket.Arn>",
            "Condition": { "StringLike": { "s3:prefix": [format!("private/{PERSON}/*"), "public/*"] } },
        },
        {
            "Sid": "UseOwnHome", "Effect": "Allow",
            "Action": [
                "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts", "s3:GetObjectVersion",
            ],
            "Resource": format!("<Bucket.Arn>/private/{PERSON}/*"),
        },
        {
            "Sid": "ReadPublic", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "<Bucket.Arn>/public/*",
        },
    ])
}

/// What the policy of people allows.
fn allowed(stack: &Stack) -> Value {
    stack.properties("PersonPolicy")["PolicyDocument"]["Statement"].clone()
}

#[test]
fn people_may_use_their_home_and_read_what_is_public() {
    let role = Stack::new().properties("AuthenticatedRole");
    let members: Vec<_> = role.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration"]);
    assert_eq!(role["MaxSessionDuration"], 3600);
    assert_eq!(role["ManagedPolicyArns"], json!(["<PersonPolicy>"]));
    let policy = Stack::new().properties("PersonPolicy");
    assert_eq!(policy["PolicyDocument"], json!({ "Version": "2012-10-17", "Statement": statements() }));
}

#[test]
fn policies_of_the_operator_may_be_added() {
    let more = "arn:aws:iam::111122223333:policy/rows,arn:aws:iam::aws:policy/AmazonPollyReadOnlyAccess";
    let role = Stack::new().with(&[("AuthenticatedPolicyArns", more)]).properties("AuthenticatedRole");
    let all = format!("<PersonPolicy>,{more}");
    assert_eq!(role["ManagedPolicyArns"], json!(all.split(',').collect::<Vec<_>>()));
}

#[test]
fn homes_may_be_named_after_the_user_everywhere_at_once() {
    let stack = Stack::new().with(&[("HomeOf", "user")]);
    let role = stack.properties("AuthenticatedRole");
    let text = statements().to_string().replace(PERSON, "${aws:PrincipalTag/sub}");
    assert_eq!(allowed(&stack).to_string(), text);
    let trust: Value = serde_json::from_str(role["AssumeRolePolicyDocument"].as_str().unwrap()).unwrap();
    assert_eq!(trust["Statement"][0]["Action"], json!(["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]));
    let tags = json!({
        "IdentityPoolId": "<IdentityPool>", "IdentityProviderName": "<UserPool.ProviderName>", "UseDefaults": false,
        "PrincipalTags": { "sub": "sub" },
    });
    assert_eq!(stack.properties("IdentityPoolTags"), tags);
    for (stack, prefix) in [(&stack, "private/{sub}/"), (&Stack::new(), "private/{identity_id}/")] {
        for function in ["TokenExchange", "ListObjects", "ObjectLinks"] {
            let variables = &stack.properties(function)["Environment"]["Variables"];
            assert_eq!(variables["HOME_PREFIX"], prefix, "{function}");
        }
    }
    assert!(!Stack::new().resources().contains_key("IdentityPoolTags"));
}

#[test]
fn a_team_shares_a_folder_that_its_people_cannot_choose() {
    let stack = Stack::new().with(&[("TeamClaim", "custom:team")]);
    let (mut expected, own) = (statements(), statements()[1]["Action"].clone());
    let expected_items = expected.as_array_mut().unwrap();
    let team = "team/${aws:PrincipalTag/team}/*";
    expected_items.insert(
        2,
        json!({
            "Sid": "ListTeam", "Effect": "Allow", "Action": ["s3:ListBucket", "s3:ListBucketVersions"],
            "Resource": "<Bucket.Arn>",
            "Condition": { "StringLike": { "s3:prefix": team } },
        }),
    );
    let resource = format!("<Bucket.Arn>/{team}");
    expected_items.insert(3, json!({ "Sid": "UseTeam", "Effect": "Allow", "Action": own, "Resource": resource }));
    assert_eq!(allowed(&stack), expected);
    assert_eq!(stack.properties("IdentityPoolTags")["PrincipalTags"], json!({ "team": "custom:team" }));
    let pool = stack.properties("UserPool");
    assert_eq!(pool["Schema"][1]["Name"], "team");
    for client in ["UserPoolClient", "CommandLine"].map(|name| stack.properties(name)) {
        let has = |list: &str| client[list].as_array().unwrap().contains(&json!("custom:team"));
        assert!(has("ReadAttributes") && !has("WriteAttributes"), "{client}");
    }
    for function in ["TokenExchange", "ListObjects", "ObjectLinks"] {
        let variables = &stack.properties(function)["Environment"]["Variables"];
        let found = (&variables["TEAM_PREFIX"], &variables["TEAM_CLAIM"]);
        assert_eq!(found, (&json!("team/{team}/"), &json!("custom:team")));
    }
    // A claim of somebody else's making needs no attribute here.
    let stack = Stack::new().with(&[("TeamClaim", "department")]);
    assert_eq!(stack.properties("IdentityPoolTags")["PrincipalTags"], json!({ "team": "department" }));
    assert_eq!(stack.properties("UserPool")["Schema"].as_array().unwrap().len(), 1);
    let usual = Stack::new();
    assert_eq!(usual.properties("ListObjects")["Environment"]["Variables"]["TEAM_PREFIX"], "");
    assert_eq!(usual.properties("UserPoolClient")["ReadAttributes"], Value::Null);
}

#[test]
fn with_a_key_of_the_buckets_people_may_use_it_for_the_bucket_alone() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/1";
    let stack = Stack::new().with(&[("BucketKmsKeyArn", key)]);
    let mut expected = statements();
    expected.as_array_mut().unwrap().push(json!({
        "Sid": "UseBucketKey", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key,
        "Condition": { "StringEquals": {
            "kms:ViaService": "s3.eu-west-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": "<Bucket.Arn>",
        } },
    }));
    assert_eq!(allowed(&stack), expected);
    let former = "arn:aws:kms:eu-west-1:111122223333:key/2,arn:aws:kms:eu-west-1:111122223333:key/3";
    let parameters = [("BucketKmsKeyArn", key), ("FormerBucketKmsKeyArns", former)];
    let condition = expected[3]["Condition"].clone();
    expected.as_array_mut().unwrap().push(json!({
        "Sid": "ReadWithFormerBucketKeys", "Effect": "Allow", "Action": "kms:Decrypt",
        "Resource": former.split(',').collect::<Vec<_>>(),
        "Condition": condition,
    }));
    assert_eq!(allowed(&Stack::new().with(&parameters)), expected, "older objects can be read");
}

#[test]
fn only_the_identity_pool_gives_the_role_and_only_to_who_is_signed_in() {
    let stack = Stack::new();
    let trust = stack.properties("AuthenticatedRole")["AssumeRolePolicyDocument"].clone();
    let trust: Value = serde_json::from_str(trust.as_str().unwrap()).unwrap();
    let expected = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": { "Federated": "cognito-identity.amazonaws.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": { "cognito-identity.amazonaws.com:aud": "<IdentityPool>" },
                "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
            },
        }],
    });
    assert_eq!(trust, expected);
    let pool = stack.properties("IdentityPool");
    assert_eq!((&pool["AllowUnauthenticatedIdentities"], &pool["AllowClassicFlow"]), (&json!(false), &json!(false)));
    let roles = stack.properties("IdentityPoolRoles");
    let expected =
        json!({ "IdentityPoolId": "<IdentityPool>", "Roles": { "authenticated": "<AuthenticatedRole.Arn>" } });
    assert_eq!(roles, expected);
}

#[test]
fn groups_may_give_roles_through_each_app_client() {
    let mapping = |client: &str| {
        json!({
            "IdentityProvider": format!("<UserPool.ProviderName>:<{client}>"),
            "Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole",
        })
    };
    let mappings =
        |parameters: &[_]| Stack::new().with(parameters).properties("IdentityPoolRoles")["RoleMappings"].clone();
    let both = json!({ "App": mapping("UserPoolClient"), "CommandLine": mapping("CommandLine") });
    assert_eq!(mappings(&[("GroupRoles", "true")]), both);
    let one = json!({ "App": mapping("UserPoolClient") });
    assert_eq!(mappings(&[("GroupRoles", "true"), ("CommandLineClient", "false")]), one);
    assert_eq!(mappings(&[]), Value::Null);
    for (stack, expected) in [(Stack::new().with(&[("GroupRoles", "true")]), "true"), (Stack::new(), "false")] {
        assert_eq!(stack.properties("TokenExchange")["Environment"]["Variables"]["GROUP_ROLES"], expected);
    }
}
