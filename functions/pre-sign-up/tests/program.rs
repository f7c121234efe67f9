//! The program as Lambda runs it, logging all that it can: what it writes and returns, and how it ends when it cannot
//! start.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use runtime::{Function, Invoked, assert_counted, assert_refuses_to_start, metric_lines};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_pre-sign-up");

fn variables(more: &[(&str, &str)]) -> Vec<(String, String)> {
    let usual = [
        ("SIGN_UP_BLOCKED_DOMAINS", "blocked.example"),
        ("AWS_LAMBDA_LOG_LEVEL", "TRACE"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
    ];
    usual.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn sign_up(email: &Value) -> Value {
    json!({
        "version": "1", "triggerSource": "PreSignUp_SignUp", "userName": "5ec2e7-name",
        "request": {
            "userAttributes": { "email": email, "name": "5ec2e7" }, "clientMetadata": { "note": "5ec2e7" },
        },
        "response": {},
    })
}

#[test]
fn no_address_is_logged_or_shown_in_an_error() {
    let mut function = Function::start(Path::new(PROGRAM), &variables(&[]));
    let cases = [
        (sign_up(&json!("5ec2e7@example.com")), None),
        (sign_up(&json!("5ec2e7@blocked.example")), Some("[email_domain_blocked]")),
        (sign_up(&json!("5ec2e7@@example.com")), Some("[email_malformed]")),
        (sign_up(&json!(["5ec2e7@example.com"])), Some("[email_malformed]")),
        (sign_up(&json!(null)), Some("[email_missing]")),
        (json!("5ec2e7"), Some("[unreadable_event] The sign-up could not be checked.")),
        (json!({ "triggerSource": "PreSignUp_5ec2e7" }), Some("[unreadable_event]")),
    ];
    for (event, refusal) in &cases {
        match (function.invoke(event), refusal) {
            (Invoked::Response(answer), None) => assert_eq!(answer["request"], event["request"]),
            (Invoked::Error(error), Some(refusal)) => {
                assert_eq!(error["errorType"], "SignUpRefused");
                assert!(error["errorMessage"].as_str().unwrap().starts_with(refusal), "{error}");
                assert!(!error.to_string().contains("5ec2e7"), "{error}");
            }
            (invoked, _) => unreachable!("{event}: {invoked:?}"),
        }
    }
    let log = function.stop().log;
    assert!(!log.contains("5ec2e7"), "{log}");
    assert_eq!(log.matches("\"message\":\"decided\"").count(), cases.len(), "one line each: {log}");
    assert!(log.contains("\"domain\":\"example.com\"") && log.contains("blocked.example is blocked"), "{log}");
    let counted = [
        ("ColdStarts", 1),
        ("SignUps Decision=admitted", 1),
        ("SignUps Decision=email_domain_blocked", 1),
        ("SignUps Decision=email_malformed", 2),
        ("SignUps Decision=email_missing", 1),
        ("SignUps Decision=unreadable_event", 2),
    ];
    assert_counted(&log, &counted);
    let first = metric_lines(&log).find(|line| line["Decision"] == "admitted").unwrap();
    let directive = json!([{
        "Namespace": "Latchkey", "Dimensions": [["Function", "Decision"]], "Metrics": [{ "Name": "SignUps" }],
    }]);
    assert_eq!(first["_aws"]["CloudWatchMetrics"], directive, "as CloudWatch reads it");
    assert_eq!((&first["Function"], &first["SignUps"]), (&json!("tested"), &json!(1)));
}

#[test]
fn a_key_that_is_too_short_stops_it_and_is_not_shown() {
    let ended = Function::start(Path::new(PROGRAM), &variables(&[("SIGN_UP_INVITE_KEY", "5ec2e7")])).wait();
    assert!(ended.log.starts_with("Error: SIGN_UP_INVITE_KEY is shorter than 32 bytes"), "{}", ended.log);
    assert!(!ended.log.contains("5ec2e7"), "{}", ended.log);
}

/// A folder with the program and a list, as they are packed for Lambda.
fn package(name: &str, list: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(package.join("domains")).unwrap();
    fs::write(package.join("domains/blocked.txt"), list).unwrap();
    let program = package.join("bootstrap");
    // A link, because a copy that another test's fork still has open for writing cannot be started.
    let _ = fs::remove_file(&program);
    fs::hard_link(PROGRAM, &program).unwrap();
    program
}

#[test]
fn a_list_of_domains_may_be_packed_with_it() {
    let many: Vec<_> = (0..50_000).map(|n| format!("*.blocked-{n}.example")).collect();
    let named = variables(&[("SIGN_UP_BLOCKED_DOMAINS", "@blocked.txt")]);
    let mut function = Function::start(&package("with-a-list", &many.join("\n")), &named);
    let refused = function.invoke(&sign_up(&json!("ada@mail.blocked-49999.example")));
    assert!(
        matches!(&refused, Invoked::Error(error) if error["errorMessage"].as_str().unwrap().starts_with("[email_domain_blocked]"))
    );
    assert!(matches!(function.invoke(&sign_up(&json!("ada@example.com"))), Invoked::Response(_)));
}

#[test]
fn a_list_that_is_missing_or_wrong_stops_it() {
    let cases = [
        ("@none.txt", "domains/none.txt is not in the function's package: No such file or directory (os error 2)"),
        ("@blocked.txt", "line 2: \"a b\" is not a domain such as example.com or *.example.com"),
    ];
    let program = package("with-a-wrong-list", "# partners\na b\n");
    for (value, problem) in cases {
        let ended = Function::start(&program, &variables(&[("SIGN_UP_BLOCKED_DOMAINS", value)])).wait();
        let expected = format!("Error: SIGN_UP_BLOCKED_DOMAINS is {value:?}: {problem}\n");
        assert!(ended.log.contains(&expected), "{}", ended.log);
    }
}

#[test]
fn a_wrong_setting_stops_it_with_one_line_that_names_it() {
    let problem = "is \"yes\": expected true or false";
    assert_refuses_to_start(PROGRAM, variables(&[]), ("SIGN_UP_BLOCK_DISPOSABLE", "yes"), problem);
}
