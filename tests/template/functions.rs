//! What a function's own role may do: write the function's own log, and send traces where tracing is on.

use serde_json::{Map, Value, json};

use crate::stack::Stack;

/// The error says what is wrong with the role of the function `name`.
fn check(resources: &Map<String, Value>, name: &str) -> Result<(), String> {
    let function = &resources[name]["Properties"];
    let role_name = referred(&function["Role"], ".Arn>")?;
    let role = &resources[role_name]["Properties"];
    let users = resources.values().filter(|other| other["Properties"]["Role"] == function["Role"]).count();
    if users != 1 {
        return Err(format!("{role_name} is of {users} functions"));
    }
    let lambda = json!({
        "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole",
    });
    if role["AssumeRolePolicyDocument"]["Statement"] != json!([lambda]) {
        return Err(format!("{role_name} trusts {}", role["AssumeRolePolicyDocument"]));
    }
    let known = ["AssumeRolePolicyDocument", "ManagedPolicyArns", "Policies", "Description", "Tags"];
    let members = role.as_object().ok_or_else(|| format!("there is no {role_name}"))?;
    if let Some(other) = members.keys().find(|member| !known.contains(&member.as_str())) {
        return Err(format!("{role_name} has {other}"));
    }
    let traces = if function["TracingConfig"]["Mode"] == "Active" { json!(["<TracingPolicy>"]) } else { json!(null) };
    if role["ManagedPolicyArns"] != traces {
        return Err(format!("{role_name} has {}", role["ManagedPolicyArns"]));
    }
    let expected = [json!({
        "Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": format!("<{}.Arn>", referred(&function["LoggingConfig"]["LogGroup"], ">")?),
    })];
    let policies = role["Policies"].as_array().into_iter().flatten();
    let statements = policies.flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().into_iter().flatten());
    let statements: Vec<_> = statements.cloned().collect();
    if statements == expected { Ok(()) } else { Err(format!("{role_name} may {}", Value::Array(statements))) }
}

/// The name of the resource that the value refers to.
fn referred<'v>(value: &'v Value, end: &str) -> Result<&'v str, String> {
    let name = value.as_str().and_then(|text| text.strip_prefix('<')?.strip_suffix(end));
    name.ok_or_else(|| format!("{value} is no resource of the template"))
}

fn function_names(resources: &Map<String, Value>) -> Vec<&String> {
    resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::Lambda::Function").map(|(name, _)| name).collect()
}

#[test]
fn a_functions_role_may_write_its_own_log_and_nothing_else() {
    for tracing in ["PassThrough", "Active"] {
        let resources = Stack::new().with(&[("Tracing", tracing)]).resources();
        let names = function_names(&resources);
        assert!(names.len() >= 4, "{names:?}");
        for name in names {
            assert_eq!(check(&resources, name), Ok(()), "{name}");
        }
    }
}

#[test]
fn tracing_allows_traces_and_nothing_else() {
    let policy = Stack::new().with(&[("Tracing", "Active")]).properties("TracingPolicy");
    let traces = json!([{
        "Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*",
    }]);
    assert_eq!(policy["PolicyDocument"]["Statement"], traces);
    assert!(!Stack::new().resources().contains_key("TracingPolicy"));
}

#[test]
fn no_two_functions_share_a_log() {
    let resources = Stack::new().resources();
    let log = |name: &String| resources[name]["Properties"]["LoggingConfig"]["LogGroup"].to_string();
    let mut logs: Vec<_> = function_names(&resources).into_iter().map(log).collect();
    logs.sort_unstable();
    let all = logs.len();
    logs.dedup();
    assert_eq!(logs.len(), all);
}

#[test]
fn a_role_that_may_anything_more_is_noticed() {
    let role = "/Resources/TokenExchangeRole/Properties";
    let statements = &format!("{role}/Policies/0/PolicyDocument/Statement");
    let more = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" });
    let cases = [
        ("another statement", statements.clone(), more.clone()),
        ("another policy", format!("{role}/Policies"), json!({ "PolicyDocument": { "Statement": [more] } })),
        ("traces without tracing", role.to_owned(), json!({ "ManagedPolicyArns": [{ "Ref": "TracingPolicy" }] })),
        ("another action", format!("{statements}/0/Action"), json!("logs:CreateLogGroup")),
        ("every log", format!("{statements}/0/Resource"), json!("*")),
        ("another's log", format!("{statements}/0/Resource"), json!({ "Fn::GetAtt": ["ListObjectsLogs", "Arn"] })),
        ("a managed policy", role.to_owned(), json!({ "ManagedPolicyArns": ["arn:aws:iam::aws:policy/Any"] })),
        ("another who takes it", format!("{role}/AssumeRolePolicyDocument/Statement/0/Principal"), json!("*")),
        (
            "a role that others have",
            "/Resources/ListObjects/Properties/Role".to_owned(),
            json!({ "Fn::GetAtt": ["TokenExchangeRole", "Arn"] }),
        ),
        (
            "a role from elsewhere",
            "/Resources/TokenExchange/Properties/Role".to_owned(),
            json!("arn:aws:iam::1:role/r"),
        ),
    ];
    for (name, place, value) in cases {
        let stack = Stack::new().changed(&place, |target| add(target, value));
        assert!(check(&stack.resources(), "TokenExchange").is_err(), "{name}");
    }
}

/// One more item of a list, other members of an object, or another value.
fn add(target: &mut Value, value: Value) {
    match (target, value) {
        (Value::Array(items), value) => items.push(value),
        (Value::Object(members), Value::Object(others)) => members.extend(others),
        (target, value) => *target = value,
    }
}
