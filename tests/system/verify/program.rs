//! What of the program the local AWS cannot show, asked of its modules.

use std::process::Command;

use serde_json::{Value, json};

use super::running::text;
use crate::stack::root;

/// What these lines of Python print, which may import the program's modules.
fn python(lines: &str) -> String {
    let mut python = Command::new(root().join(".venv/aws/bin/python"));
    let output = python.args(["-c", lines]).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    text(&output.stdout)
}

#[test]
fn secrets_are_hidden_from_readers_and_found_in_logs() {
    let told = python(
        "from operations.verify.redaction import Secrets; known = Secrets(); known.add('correct-horse', 'eyJhbGci.eyJzdWIi.c2lnbmVk')
known.add_link('https://bucket.example/key?X-Amz-Signature=0123456789abcdef'); known.add_personal('ada@example.com')
print(known.redacted('correct-horse, eyJzdWIi, 0123456789abcdef, ada@example.com, https://other.example/?X-Amz-Date=1'))
print(known.kinds_in('nothing'), known.kinds_in('c2lnbmVk of Ada@Example.com'))",
    );
    let expected = "***, ***, ***, ada@example.com, ***\n[] ['a token, key, password or link', 'an e-mail address, user \
                    name or subject']\n";
    assert_eq!(told, expected);
}

#[test]
fn the_list_of_local_differences_hides_no_fault_and_keeps_no_entry_without_its_reason() {
    let told = python(
        "from operations.verify.checks import Check, Outcome, judge_on_local_aws
listed = 'How a path with an encoded ? arrives'
cases = [Check(listed, Outcome.FAILED), Check(listed), Check('another', Outcome.RECORDED, agrees=False), Check('another')]
[judge_on_local_aws(case) for case in cases]; print(*(case.outcome.value for case in cases))",
    );
    assert_eq!(told, "differs failed failed passed\n");
}

/// The local AWS asks nobody for a second factor.
#[test]
fn a_second_factor_is_what_an_authenticator_app_shows() {
    let code = "from operations.verify.second_factor import code; print(code('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59))";
    // The last six digits of the first case in RFC 6238, appendix B.
    assert_eq!(python(code), "287082\n");
}

/// The local AWS writes no such lines.
///
/// Source: "Lambda Telemetry API Event schema reference" in the Lambda developer guide.
#[test]
fn lambdas_reports_are_told_by_function_and_memory() {
    let report = |more: &str| {
        let metrics = format!(
            r#"{{"durationMs": 40.5, "billedDurationMs": 41, "memorySizeMB": 512, "maxMemoryUsedMB": 21{more}}}"#
        );
        format!(r#"{{"time": "", "type": "platform.report", "record": {{"requestId": "", "metrics": {metrics}}}}}"#)
    };
    let lines = [report(r#", "initDurationMs": 90.25"#), report(""), report(""), "not JSON".to_owned()];
    let told = python(&format!(
        "import json; from operations.verify.parts.log_lines import times; print(json.dumps(times({{'Logs': {lines:?}}})))"
    ));
    let told: Value = told.parse().unwrap();
    let expected = json!({ "Logs, 512 MB": {
        "cold": { "count": 1, "start": 90.2, "first": 40.5 }, "warm": { "count": 2, "median": 40.5 },
    } });
    assert_eq!(told, expected);
}
