//! `AuthenticatedPolicyArns`: what the document shows limits people to the rows and the methods that are theirs.

use std::fs;

use serde_json::json;

use crate::stack::{Call, OTHER_STACK, Person, Reply, call, made, root};

/// The policy that the document shows, for the table and the APIs of these tests.
pub(crate) fn shown_policy() -> String {
    let document = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let (_, section) = document.split_once("\n### More than files\n").unwrap();
    let block = section.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    block.replace("REGION", "eu-west-1").replace("ACCOUNT", "111122223333").replace("API_ID", "*")
}

fn is_allowed(reply: &Reply) -> bool {
    match reply.status {
        403 => false,
        400 => !reply.body.to_string().contains("AccessDenied"),
        _ => true,
    }
}

#[test]
fn people_use_their_own_rows_alone() {
    let stack = &*OTHER_STACK;
    let table = ["dynamodb", "create-table", "--table-name", "profiles", "--billing-mode", "PAY_PER_REQUEST"];
    let key = ["--key-schema", "AttributeName=owner,KeyType=HASH", "--attribute-definitions"];
    let types = ["AttributeName=owner,AttributeType=S", "--query", "TableDescription.TableName"];
    made(stack, &[&table[..], &key, &types].concat());
    let [mia, noa] = ["mia", "noa"].map(|name| Person::new_at(stack, name));
    let (keys, own) = mia.keys_and_identity_at(stack);
    let others = noa.keys_and_identity_at(stack).1;
    for (owner, expected) in [(&own, true), (&others, false)] {
        for (operation, member) in [("PutItem", "Item"), ("GetItem", "Key"), ("DeleteItem", "Key")] {
            let target = format!("DynamoDB_20120810.{operation}");
            let headers = vec![("content-type", "application/x-amz-json-1.0".to_owned()), ("x-amz-target", target)];
            let body = json!({ "TableName": "profiles", member: { "owner": { "S": owner } } }).to_string();
            let ask = Call { service: "dynamodb", method: "POST", path: "/".to_owned(), headers, body };
            let reply = call(stack, Some(&keys), &ask);
            assert_eq!(is_allowed(&reply), expected, "{operation}: {reply:?}");
        }
    }
}

#[test]
fn people_call_the_methods_below_their_own_path_alone() {
    let stack = &*OTHER_STACK;
    let api =
        made(stack, &["apigatewayv2", "create-api", "--name", "people", "--protocol-type", "HTTP", "--query", "ApiId"]);
    let below = |arguments: &[&str]| made(stack, &[arguments, &["--api-id", &api]].concat());
    // Nobody answers there: who may call the method gets as far as that.
    let nowhere = "http://127.0.0.1:9/";
    let proxy =
        ["apigatewayv2", "create-integration", "--integration-type", "HTTP_PROXY", "--integration-method", "GET"];
    let to = ["--integration-uri", nowhere, "--payload-format-version", "1.0", "--query", "IntegrationId"];
    let target = format!("integrations/{}", below(&[&proxy[..], &to].concat()));
    let route = ["apigatewayv2", "create-route", "--route-key", "GET /people/{path+}", "--target", &target];
    below(&[&route[..], &["--authorization-type", "AWS_IAM", "--query", "RouteId"]].concat());
    below(&["apigatewayv2", "create-stage", "--stage-name", "$default", "--auto-deploy", "--query", "StageName"]);
    let [pia, quin] = ["pia", "quin"].map(|name| Person::new_at(stack, name));
    let (keys, own) = pia.keys_and_identity_at(stack);
    let others = quin.keys_and_identity_at(stack).1;
    for (owner, status) in [(&own, 502), (&others, 403)] {
        let path = format!("/_aws/execute-api/{api}/people/{owner}/letters");
        let ask = Call { service: "execute-api", method: "GET", path, ..Call::default() };
        let reply = call(stack, Some(&keys), &ask);
        assert_eq!(reply.status, status, "{reply:?}");
    }
}
