//! The deployed functions by themselves: what they answer when nobody stands before them, and what they may do.

use std::fs;

use serde_json::{Value, json};

use crate::stack::{Keys, Person, aws, function, recorded, root, state};

/// Invokes a function with an event, and returns its answer or its error.
fn invoke(name: &str, event: &Value) -> Value {
    let folder = state().join("invocations");
    fs::create_dir_all(&folder).unwrap();
    let file = |kind: &str| {
        let thread = std::thread::current();
        format!("{}/{}.{kind}.json", folder.display(), thread.name().unwrap_or("main").replace("::", "."))
    };
    let (input, output) = (file("event"), file("answer"));
    fs::write(&input, event.to_string()).unwrap();
    let payload = format!("fileb://{input}");
    aws(&Keys::admin(), &["lambda", "invoke", "--function-name", function(name), "--payload", &payload, &output])
        .unwrap();
    serde_json::from_str(&fs::read_to_string(output).unwrap()).unwrap()
}

fn event(file: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("events").join(file)).unwrap()).unwrap()
}

fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap_or_else(|| panic!("no body: {answer}"))).unwrap()
}

#[test]
fn every_event_of_the_folder_is_understood() {
    let mut cases = vec![
        ("list-objects.json", "list-objects", "401 invalid_token"),
        ("pre-sign-up.admin-create-user.json", "pre-sign-up", "admitted"),
        ("pre-sign-up.blocked-domain.json", "pre-sign-up", "[email_domain_blocked]"),
        ("pre-sign-up.external-provider.json", "pre-sign-up", "confirmed"),
        ("pre-sign-up.admin-create-user-without-email.json", "pre-sign-up", "admitted"),
        ("pre-sign-up.disposable-domain.json", "pre-sign-up", "[email_disposable]"),
        ("pre-sign-up.external-provider-blocked.json", "pre-sign-up", "[email_domain_blocked]"),
        ("pre-sign-up.external-provider-saml.json", "pre-sign-up", "confirmed"),
        ("pre-sign-up.malformed-email.json", "pre-sign-up", "[email_malformed]"),
        ("pre-sign-up.phone-only.json", "pre-sign-up", "[email_missing]"),
        ("pre-sign-up.sign-up-in-unicode.json", "pre-sign-up", "admitted"),
        ("pre-sign-up.sign-up-with-metadata.json", "pre-sign-up", "confirmed"),
        ("pre-sign-up.sign-up.json", "pre-sign-up", "confirmed"),
        ("token-exchange.credentials.json", "token-exchange", "401 invalid_token"),
        ("token-exchange.form-as-text.json", "token-exchange", "400 invalid_request"),
        ("token-exchange.json", "token-exchange", "400 invalid_request"),
        ("token-exchange.json-body.json", "token-exchange", "400 invalid_request"),
    ];
    cases.sort_unstable();
    let mut files: Vec<_> =
        fs::read_dir(root().join("events")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort_unstable();
    assert_eq!(files, cases.iter().map(|(file, ..)| *file).collect::<Vec<_>>());
    for (file, name, expected) in cases {
        let answer = invoke(name, &event(file));
        let outcome = match &answer {
            answer if answer["statusCode"].is_u64() => {
                let body = body(answer);
                let code = body["code"].as_str().or(body["error"].as_str()).unwrap_or("ok");
                format!("{} {code}", answer["statusCode"])
            }
            answer if answer["errorType"] == "SignUpRefused" => answer["errorMessage"].as_str().unwrap().to_owned(),
            answer if answer["response"]["autoConfirmUser"] == true => "confirmed".to_owned(),
            _ => "admitted".to_owned(),
        };
        assert!(outcome.starts_with(expected), "{file}: {outcome}: {answer}");
    }
}

#[test]
fn a_function_trusts_no_gateway_to_have_checked_the_token() {
    let person = Person::new("mona");
    for (name, file) in [("token-exchange", "token-exchange.credentials.json"), ("list-objects", "list-objects.json")] {
        let mut event = event(file);
        for (token, status) in [(&person.id_token, 200), (&person.tampered_token(), 401)] {
            event["headers"]["authorization"] = json!(format!("Bearer {token}"));
            let answer = invoke(name, &event);
            assert_eq!(answer["statusCode"], status, "{name}: {answer}");
        }
        event["headers"].as_object_mut().unwrap().remove("authorization");
        assert_eq!(body(&invoke(name, &event))["code"], "missing_token", "{name}");
    }
}

#[test]
fn a_functions_role_may_write_its_own_log_and_nothing_else() {
    let admin = Keys::admin();
    for name in ["token-exchange", "list-objects", "object-links", "pre-sign-up"] {
        let role = aws(
            &admin,
            &["lambda", "get-function-configuration", "--function-name", function(name), "--query", "Role"],
        );
        let role: String = serde_json::from_str(&role.unwrap()).unwrap();
        let role = role.rsplit_once('/').unwrap().1;
        let json = |arguments: &[&str]| -> Value {
            let all = [&["iam"], arguments, &["--role-name", role, "--output", "json"]].concat();
            serde_json::from_str(&aws(&admin, &all).unwrap()).unwrap()
        };
        assert_eq!(json(&["list-attached-role-policies"])["AttachedPolicies"], json!([]), "{name}");
        let policies = json(&["list-role-policies"])["PolicyNames"].clone();
        assert_eq!(policies, json!(["write-own-log"]), "{name}");
        let policy = json(&["get-role-policy", "--policy-name", "write-own-log"]);
        let statements = policy["PolicyDocument"]["Statement"].as_array().unwrap();
        assert_eq!(statements.len(), 1, "{name}");
        assert_eq!(statements[0]["Action"], json!(["logs:CreateLogStream", "logs:PutLogEvents"]), "{name}");
        let group = format!("log-group:/aws/lambda/{}-{name}:*", recorded("stack_name"));
        let resource = statements[0]["Resource"].as_str().unwrap();
        assert!(resource.ends_with(&group), "{name}: {resource}");
    }
}
