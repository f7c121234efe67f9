use serde_json::{Value, json};

use super::Actor;
use crate::stack::{Call, Keys, Stack, aws_at};

/// What the actor asks for, to do what a row of the table says.
pub(super) fn request(actor: &Actor, verb: &str, object: &str) -> Call {
    let bucket = actor.stack.text("bucket");
    let prefix = match object {
        "ada's home" => actor.homes.ada.as_str(),
        "grace's home" => actor.homes.grace.as_str(),
        "public" => "public/",
        "elsewhere" => "elsewhere/",
        "all homes" => "private/",
        _ => "",
    };
    let object_path = format!("/{bucket}/{prefix}note.txt");
    let encoded_prefix = prefix.replace('/', "%2F").replace(':', "%3A");
    match (verb, object) {
        ("list", _) => s3("GET", format!("/{bucket}?list-type=2&prefix={encoded_prefix}")),
        ("versions", _) => s3("GET", format!("/{bucket}?prefix={encoded_prefix}&versions=")),
        ("get", _) => s3("GET", object_path),
        ("version", _) => s3("GET", format!("{object_path}?versionId=none")),
        ("parts", _) => s3("GET", format!("{object_path}?uploadId=none")),
        ("abort", _) => s3("DELETE", format!("{object_path}?uploadId=none")),
        ("put", _) => s3("PUT", object_path),
        ("copy", _) => {
            let own = if actor.name == "grace" { &actor.homes.grace } else { &actor.homes.ada };
            let headers = vec![("x-amz-copy-source", object_path)];
            Call { headers, ..s3("PUT", format!("/{bucket}/{own}copy.txt")) }
        }
        ("delete", _) => s3("DELETE", format!("/{bucket}/{prefix}old.txt")),
        ("erase", _) => s3("DELETE", format!("{object_path}?versionId=none")),
        ("share", _) => {
            let headers = vec![("x-amz-acl", "public-read".to_owned())];
            Call { headers, ..s3("PUT", format!("{object_path}?acl=")) }
        }
        ("bucket", "list all") => s3("GET", "/".to_owned()),
        ("bucket", "read its policy") => s3("GET", format!("/{bucket}?policy=")),
        ("bucket", "change its policy") => s3("DELETE", format!("/{bucket}?policy=")),
        ("bucket", "delete") => s3("DELETE", format!("/{bucket}")),
        _ => request_elsewhere(actor, verb, object),
    }
}

/// What the actor asks of other services than S3.
fn request_elsewhere(actor: &Actor, verb: &str, object: &str) -> Call {
    let stack = actor.stack;
    match (verb, object) {
        ("sts", "who am I") => query("sts", "Action=GetCallerIdentity&Version=2011-06-15"),
        ("sts", "assume people's role") => {
            let role = role_of_people(stack);
            let action = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=again";
            query("sts", &format!("{action}&RoleArn={role}"))
        }
        ("iam", "list roles") => query("iam", "Action=ListRoles&Version=2010-05-08"),
        ("stacks", "list") => query("cloudformation", "Action=DescribeStacks&Version=2010-05-15"),
        ("lambda", "list functions") => lambda("GET", ""),
        ("lambda", "invoke") => lambda("POST", &format!("/{}/invocations", stack.function("token-exchange"))),
        ("dynamodb", "list tables") => target("dynamodb", "DynamoDB_20120810.ListTables", &json!({})),
        ("secrets", "list") => target("secretsmanager", "secretsmanager.ListSecrets", &json!({})),
        ("cognito", "list users") => {
            let pool = json!({ "UserPoolId": stack.text("user_pool_id") });
            target("cognito-idp", "AWSCognitoIdentityProviderService.ListUsers", &pool)
        }
        ("cognito", "list identities") => {
            let pool = json!({ "IdentityPoolId": stack.text("identity_pool_id"), "MaxResults": 1 });
            target("cognito-identity", "AWSCognitoIdentityService.ListIdentities", &pool)
        }
        ("logs", "list groups") => target("logs", "Logs_20140328.DescribeLogGroups", &json!({})),
        ("logs", "write the function's") => write_log(actor, "token-exchange"),
        ("logs", "write another's") => write_log(actor, "list-objects"),
        _ => panic!("nobody knows how to {verb} {object}"),
    }
}

fn s3(method: &'static str, path: String) -> Call {
    Call { service: "s3", method, path, ..Call::default() }
}

fn lambda(method: &'static str, path: &str) -> Call {
    let path = format!("/2015-03-31/functions{path}");
    Call { service: "lambda", method, path, body: "{}".to_owned(), ..Call::default() }
}

fn write_log(actor: &Actor, function: &str) -> Call {
    let group = format!("/aws/lambda/{}-{function}", actor.stack.text("stack_name"));
    let stream = json!({ "logGroupName": group, "logStreamName": actor.name });
    target("logs", "Logs_20140328.CreateLogStream", &stream)
}

/// A call in AWS's query protocol.
fn query(service: &'static str, parameters: &str) -> Call {
    let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    Call { service, method: "POST", path: "/".to_owned(), headers, body: parameters.to_owned() }
}

/// A call in AWS's JSON protocol.
pub(super) fn target(service: &'static str, operation: &str, input: &Value) -> Call {
    let json = ("content-type", "application/x-amz-json-1.1".to_owned());
    let headers = vec![json, ("x-amz-target", operation.to_owned())];
    Call { service, method: "POST", path: "/".to_owned(), headers, body: input.to_string() }
}

/// The ARN of the role that the identity pool gives to signed-in people.
fn role_of_people(stack: &Stack) -> String {
    let pool = ["--identity-pool-id", stack.text("identity_pool_id"), "--query", "Roles.authenticated"];
    let role = aws_at(stack, &Keys::admin(), &[&["cognito-identity", "get-identity-pool-roles"], &pool[..]].concat());
    serde_json::from_str(&role.unwrap()).unwrap()
}
