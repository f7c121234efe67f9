//! The commands behind `make up`, `make status` and the others.

use std::{env::consts::ARCH, fs, process::Command};

use serde_json::Value;

use crate::stack::{recorded, root, stack_py, state};

#[test]
fn a_port_that_is_taken_is_one_clear_line() {
    let port = recorded("endpoint").rsplit_once(':').unwrap().1;
    let other = state().join("other");
    let said = stack_py(&["start", "--state", other.to_str().unwrap(), "--port", port]).unwrap_err();
    let next = port.parse::<u16>().unwrap() + 1;
    assert_eq!(said, format!("latchkey: port {port} is taken; choose another: make up PORT={next}\n"));
}

#[test]
fn nothing_that_runs_is_nothing_to_stop() {
    let nowhere = state().join("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    assert_eq!(stack_py(&["down", "--state", nowhere]).unwrap(), "» Nothing runs\n");
    assert_eq!(stack_py(&["status", "--state", nowhere]).unwrap(), "» Nothing runs (make up)\n");
    let said = stack_py(&["token", "--state", nowhere]).unwrap_err();
    assert_eq!(said, "latchkey: the local AWS is not running (make up)\n");
}

#[test]
fn the_demo_shows_the_main_job_and_can_be_shown_again() {
    let endpoint = recorded("endpoint");
    let state = state();
    let state_text = state.to_str().unwrap();
    for round in ["confirmed by the pre-sign-up function", "done before"] {
        let shown = stack_py(&["demo", "--state", state_text]).unwrap();
        for expected in [round, "[email_domain_blocked]", "hello.txt", "403 {", "AccessDenied", endpoint] {
            assert!(shown.contains(expected), "{expected}: {shown}");
        }
        let people: Value = serde_json::from_str(&fs::read_to_string(state.join("people.json")).unwrap()).unwrap();
        assert!(shown.contains(people["ada"].as_str().unwrap()));
    }
    let token = stack_py(&["token", "--state", state_text]).unwrap();
    assert_eq!(token.trim().split('.').count(), 3);
    let status = stack_py(&["status", "--state", state_text]).unwrap();
    assert!(status.contains(endpoint) && status.contains(recorded("bucket")), "{status}");
    let logs = stack_py(&["logs", "--state", state_text]).unwrap();
    assert!(logs.contains("token-exchange") && !logs.contains(token.trim()), "{logs}");
}

/// What `make invoke` prints on a machine without a container engine.
fn invoke(state: &str, function: &str, event: &str) -> Result<Value, String> {
    let event = root().join("events").join(event);
    let output = Command::new("python3")
        .args(["local/stack.py", "invoke", "--state", state, function, event.to_str().unwrap()])
        .env("DOCKER_HOST", "unix:///nowhere")
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    if output.status.success() { Ok(serde_json::from_slice(&output.stdout).unwrap()) } else { Err(said) }
}

#[test]
fn a_function_can_be_invoked_with_an_event() {
    let (running, nowhere) = (state(), state().join("nowhere"));
    let [running, nowhere] = [&running, &nowhere].map(|state| state.to_str().unwrap());
    let refused = invoke(running, "pre-sign-up", "pre-sign-up.blocked-domain.json").unwrap();
    assert_eq!(refused["errorType"], "SignUpRefused", "{refused}");
    // No domain is blocked where nothing is deployed.
    let admitted = invoke(nowhere, "pre-sign-up", "pre-sign-up.blocked-domain.json").unwrap();
    assert_eq!(admitted["response"]["autoConfirmUser"], false, "{admitted}");
    let said = invoke(running, "nobody", "pre-sign-up.blocked-domain.json").unwrap_err();
    assert!(said.starts_with("latchkey: there is no function 'nobody'; there are list-objects, "), "{said}");
    let said = invoke(running, "pre-sign-up", "none.json").unwrap_err();
    assert!(said.starts_with("latchkey: there is no event /"), "{said}");
}

#[test]
fn a_build_for_another_processor_is_noticed() {
    let other = if ARCH == "aarch64" { "x86_64" } else { "arm64" };
    let python = root().join(".venv/build/bin/python");
    let output = Command::new(python).arg(root().join("local/built.py")).arg(other).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains(&format!(" was not built for {other} but for ")), "{said}");
}

#[test]
fn the_outputs_of_a_stack_can_be_asked_for_as_on_aws() {
    let output = Command::new("make")
        .args(["-s", "outputs", &format!("AWS_STACK={}", recorded("stack_name"))])
        .current_dir(root())
        .env("AWS_ENDPOINT_URL", recorded("endpoint"))
        .env("AWS_DEFAULT_REGION", recorded("region"))
        .env("AWS_ACCESS_KEY_ID", recorded("access_key_id"))
        .env("AWS_SECRET_ACCESS_KEY", recorded("secret_access_key"))
        .output()
        .unwrap();
    let outputs: Value = serde_json::from_slice(&output.stdout).unwrap();
    let bucket = outputs.as_array().unwrap().iter().find(|output| output["OutputKey"] == "BucketName").unwrap();
    assert_eq!(bucket["OutputValue"], recorded("bucket"));
}
