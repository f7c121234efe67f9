//! Who may reach the resources, and that nothing grants anything unseen.

use std::collections::BTreeSet;

use serde_json::json;

use crate::stack::Stack;

#[test]
fn every_resource_that_grants_something_is_looked_at_by_these_tests() {
    let resources = Stack::new().with(&[("Tracing", "Active")]).resources();
    let grants = |kind: &str| {
        kind.starts_with("AWS::IAM::")
            || kind.ends_with("Policy")
            || kind.ends_with("Permission")
            || kind.contains("::Url")
    };
    let named = |wanted: fn(&str) -> bool| -> Vec<&str> {
        let granting = resources.iter().filter(|(_, resource)| grants(resource["Type"].as_str().unwrap()));
        granting.map(|(name, _)| name.as_str()).filter(|name| wanted(name)).collect()
    };
    let functions = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::Lambda::Function");
    let own_roles: BTreeSet<_> = functions.map(|(name, _)| format!("{name}Role")).collect();
    let roles: BTreeSet<_> = named(|name| name.ends_with("Role")).into_iter().map(str::to_owned).collect();
    assert_eq!(roles, own_roles.into_iter().chain(["AuthenticatedRole".to_owned()]).collect());
    assert_eq!(
        named(|name| !name.ends_with("Role") && !name.ends_with("Permission")),
        ["BucketPolicy", "PersonPolicy", "TracingPolicy"]
    );
}

#[test]
fn each_function_is_called_by_its_own_caller_alone() {
    let resources = Stack::new().resources();
    let api = |path: &str| {
        ("apigateway.amazonaws.com", format!("arn:aws:execute-api:eu-west-1:111122223333:<HttpApi>/*/{path}"))
    };
    let expected = [
        ("CredentialsPermission", "<TokenExchange>", api("GET/credentials")),
        ("DeleteObjectPermission", "<ObjectLinks>", api("DELETE/objects/*")),
        ("DeleteUploadPermission", "<ObjectLinks>", api("DELETE/uploads/*")),
        ("DeletionsPermission", "<ObjectLinks>", api("POST/deletions")),
        ("GetObjectPermission", "<ObjectLinks>", api("GET/objects/*")),
        ("GetUploadPermission", "<ObjectLinks>", api("GET/uploads/*")),
        ("HeadObjectPermission", "<ObjectLinks>", api("HEAD/objects/*")),
        ("ListVersionsPermission", "<ListObjects>", api("GET/versions")),
        ("MetadataPermission", "<TokenExchange>", api("GET/.well-known/oauth-protected-resource")),
        ("ObjectsPermission", "<ListObjects>", api("GET/objects")),
        ("PostObjectPermission", "<ObjectLinks>", api("POST/objects/*")),
        ("PostUploadPermission", "<ObjectLinks>", api("POST/uploads/*")),
        ("PreSignUpPermission", "<PreSignUp>", ("cognito-idp.amazonaws.com", "<UserPool.Arn>".to_owned())),
        ("PutObjectPermission", "<ObjectLinks>", api("PUT/objects/*")),
        ("TokenPermission", "<TokenExchange>", api("POST/token")),
        ("UploadsPermission", "<ObjectLinks>", api("POST/uploads")),
        ("WhoAmIPermission", "<TokenExchange>", api("GET/whoami")),
    ];
    let kind = "AWS::Lambda::Permission";
    let found: BTreeSet<_> =
        resources.iter().filter(|(_, resource)| resource["Type"] == kind).map(|(name, _)| name.as_str()).collect();
    assert_eq!(found, expected.iter().map(|(name, ..)| *name).collect());
    for (name, function, (principal, source)) in expected {
        let mut permission = json!({
            "FunctionName": function, "Action": "lambda:InvokeFunction", "Principal": principal, "SourceArn": source,
        });
        if principal == "cognito-idp.amazonaws.com" {
            permission["SourceAccount"] = json!("111122223333");
        }
        assert_eq!(resources[name]["Properties"], permission, "{name}");
    }
}

#[test]
fn the_bucket_takes_nothing_without_tls_and_no_old_links_and_is_never_public() {
    let stack = Stack::new();
    let policy = json!({
        "Bucket": "<Bucket>",
        "PolicyDocument": { "Version": "2012-10-17", "Statement": [
            {
                "Sid": "OnlyOverTls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                "Resource": ["<Bucket.Arn>", "<Bucket.Arn>/*"],
                "Condition": { "Bool": { "aws:SecureTransport": "false" } },
            },
            {
                "Sid": "NoLinksOlderThanAnHour", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                "Resource": ["<Bucket.Arn>", "<Bucket.Arn>/*"],
                "Condition": {
                    "StringEquals": { "s3:authType": "REST-QUERY-STRING" },
                    "NumericGreaterThan": { "s3:signatureAge": "3600000" },
                },
            },
        ] },
    });
    assert_eq!(stack.properties("BucketPolicy"), policy);
    let bucket = stack.properties("Bucket");
    let all = json!({
        "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
    });
    assert_eq!(bucket["PublicAccessBlockConfiguration"], all);
    assert_eq!(bucket["OwnershipControls"], json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] }));
}

#[test]
fn every_route_asks_for_a_token_but_the_exchange_and_what_everybody_may_know() {
    let open = ["POST /token", "GET /.well-known/oauth-protected-resource"];
    let resources = Stack::new().resources();
    let routes: Vec<_> = resources.values().filter(|resource| resource["Type"] == "AWS::ApiGatewayV2::Route").collect();
    assert!(routes.len() >= 3);
    for route in routes {
        let (key, kind) =
            (route["Properties"]["RouteKey"].as_str().unwrap(), &route["Properties"]["AuthorizationType"]);
        assert_eq!(kind, if open.contains(&key) { "NONE" } else { "JWT" }, "{key}");
    }
}

#[test]
fn every_throttle_is_of_a_route_that_is_made_before() {
    let resources = Stack::new().resources();
    let stage = &resources["Stage"];
    let before = stage["DependsOn"].as_array().unwrap();
    let keys: BTreeSet<_> = before
        .iter()
        .map(|route| resources[route.as_str().unwrap()]["Properties"]["RouteKey"].as_str().unwrap())
        .collect();
    let throttled = stage["Properties"]["RouteSettings"].as_object().unwrap().keys().map(String::as_str);
    assert_eq!(throttled.collect::<BTreeSet<_>>(), keys);
}

#[test]
fn a_domain_of_ones_own_is_the_only_one() {
    let stack = Stack::new().with(&[("ApiDomainName", "api.example.com"), ("ApiDomainCertificateArn", "arn:x")]);
    assert_eq!(stack.properties("HttpApi")["DisableExecuteApiEndpoint"], true);
    let outputs = stack.outputs();
    for (output, path) in [("ApiUrl", ""), ("TokenUrl", "/token"), ("CredentialsUrl", "/credentials")] {
        assert_eq!(outputs[output], format!("https://api.example.com{path}"));
    }
    assert_eq!(Stack::new().properties("HttpApi")["DisableExecuteApiEndpoint"], false);
}

#[test]
fn defaults_are_the_safe_ones() {
    let stack = Stack::new();
    let pool = stack.properties("UserPool");
    assert_eq!((&pool["DeletionProtection"], &pool["MfaConfiguration"]), (&json!("ACTIVE"), &json!("OFF")));
    let client = stack.properties("UserPoolClient");
    // Tokens of a sign-in through the API could change the address behind the sign-up policy's back.
    assert_eq!(client["ExplicitAuthFlows"], json!(["ALLOW_ADMIN_USER_PASSWORD_AUTH"]));
    assert_eq!(client["AllowedOAuthScopes"], json!(["openid", "email", "profile"]));
    assert_eq!(client["RefreshTokenRotation"], json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 30 }));
    let bucket = stack.properties("Bucket");
    assert_eq!(bucket["VersioningConfiguration"], json!({ "Status": "Enabled" }));
    let encryption = json!({ "ServerSideEncryptionConfiguration": [
        { "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } },
    ] });
    assert_eq!(bucket["BucketEncryption"], encryption);
    assert_eq!(stack.properties("HttpApi")["CorsConfiguration"], json!(null));
}
