//! The commands behind `make up`, `make status` and the others.

use std::{
    env::{self, consts::ARCH},
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{self, Command, Output, Stdio},
};

use runtime::bootstrap;
use serde_json::{Value, json};

use crate::{
    command_line::machine::{PROGRAM, address_of_page, sign_in_as, visit},
    stack::{recorded, root, stack_py, state},
};

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
    assert_eq!(stack_py(&["down", "--state", nowhere]).unwrap(), "» Nothing is running\n");
    assert_eq!(stack_py(&["status", "--state", nowhere]).unwrap(), "» Nothing is running (start it with make up)\n");
    let said = stack_py(&["token", "--state", nowhere]).unwrap_err();
    assert_eq!(said, "latchkey: the local AWS is not running (make up)\n");
}

#[test]
fn the_demo_shows_the_main_job_and_can_be_shown_again() {
    let endpoint = recorded("endpoint");
    let state = state();
    let state_text = state.to_str().unwrap();
    for round in ["confirmed by the pre-sign-up function", "has signed up before"] {
        let shown = stack_py(&["demo", "--state", state_text]).unwrap();
        for expected in [round, "[email_domain_blocked]", "hello.txt", "403 {", "AccessDenied", endpoint] {
            assert!(shown.contains(expected), "{expected}: {shown}");
        }
        let people: Value = serde_json::from_str(&fs::read_to_string(state.join("people.json")).unwrap()).unwrap();
        assert!(shown.contains(people["ada"].as_str().unwrap()));
    }
    let token = stack_py(&["token", "--state", state_text]).unwrap();
    assert_eq!(token.split('.').count(), 3);
    // SDKs send the whole file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names.
    assert_eq!(token, token.trim());
    let status = stack_py(&["status", "--state", state_text]).unwrap();
    assert!(status.contains(endpoint) && status.contains(recorded("bucket")), "{status}");
    let logs = stack_py(&["logs", "--state", state_text]).unwrap();
    assert!(logs.contains("token-exchange") && !logs.contains(token.trim()), "{logs}");
    placeholders_of_an_event_stand_for_what_the_demo_person_has(state_text);
}

/// Belongs to the test of the demo, which brings the person about.
fn placeholders_of_an_event_stand_for_what_the_demo_person_has(state: &str) {
    let file = Path::new(state).join("event.json");
    let file = file.to_str().unwrap();
    let with_token = |token: &str| {
        let http = json!({ "method": "GET", "path": "/credentials", "protocol": "HTTP/1.1", "sourceIp": "::1" });
        let event = json!({
            "version": "2.0", "routeKey": "GET /credentials", "rawPath": "/credentials", "rawQueryString": "",
            "headers": { "authorization": token }, "isBase64Encoded": false,
            "requestContext": { "http": http, "stage": "$default", "timeEpoch": 0 },
        });
        fs::write(file, event.to_string()).unwrap();
        invoke(state, "token-exchange", file)
    };
    assert_eq!(with_token("${ID_TOKEN}").unwrap()["statusCode"], 200);
    assert_eq!(with_token("${TAMPERED_ID_TOKEN}").unwrap()["statusCode"], 401);
    let said = with_token("${EXPIRED_ID_TOKEN}").unwrap_err();
    assert!(said.contains("latchkey: the event needs ${EXPIRED_ID_TOKEN}, which cannot be made here: "), "{said}");
    let said = with_token("${X}").unwrap_err();
    assert!(said.contains("latchkey: the event has the placeholder ${X}, which nobody knows; "), "{said}");
}

/// `make up` with a Cargo that is this shell script, so that no test waits for a build.
#[expect(clippy::disallowed_methods, reason = "the rest of the PATH stays as it is")]
fn up_with_cargo(state: &Path, script: &str) -> Output {
    let folder = state.join("cargo");
    fs::create_dir_all(&folder).unwrap();
    let cargo = folder.join("cargo");
    fs::write(&cargo, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    Command::new("python3")
        .arg(root().join("local/stack.py"))
        .args(["up", "--port", "0", "--owner-pid", &process::id().to_string(), "--state", state.to_str().unwrap()])
        .env("PATH", format!("{}:{}", folder.display(), env::var("PATH").unwrap()))
        .output()
        .unwrap()
}

#[test]
fn a_build_that_fails_starts_nothing() {
    let other = state().join("unbuilt");
    let output = up_with_cargo(&other, "echo 'error: expected `;`' >&2; exit 101");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "error: expected `;`\nlatchkey: the programs could not be built; nothing was started\n");
    assert_eq!(output.status.code(), Some(1));
    assert!(!other.join("stack.json").exists());
}

#[test]
fn up_deploys_what_cargo_has_just_built_and_says_how_long_each_phase_took() {
    let other = state().join("quick");
    let other_text = other.to_str().unwrap();
    let programs = ["token-exchange", "list-objects", "object-links", "pre-sign-up", "latchkey"];
    let built = programs.map(|name| {
        let program = if name == "latchkey" { root().join(PROGRAM) } else { bootstrap(name) };
        format!("echo '{}'", json!({ "target": { "name": name }, "executable": program }))
    });
    let output = up_with_cargo(&other, &built.join("\n"));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shown}{}", String::from_utf8_lossy(&output.stderr));
    for expected in ["programs built in ", "Deploying template.yaml", "  done in ", "hello.txt", "Up after "] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    what_is_shown_of_the_command_line_works_as_it_is_pasted(&other, &shown);
    // The newest build is the one that is invoked.
    let answer = invoke(other_text, "pre-sign-up", "pre-sign-up/blocked-domain.json").unwrap();
    assert_eq!(answer["errorType"], "SignUpRefused", "{answer}");
    assert!(other.join("quick/functions/pre-sign-up/bootstrap").exists());
    assert_eq!(stack_py(&["down", "--state", other_text]).unwrap(), "» Stopped\n");
}

/// Belongs to the test of `up`, which brings the stack about.
fn what_is_shown_of_the_command_line_works_as_it_is_pasted(state: &Path, shown: &str) {
    let section = shown.split("\nThe command line, ").nth(1).unwrap().split("\nThe API:\n").next().unwrap();
    let lines = section.lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    let (set_up, lines): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("export "));
    let bash = |line: &str| {
        let mut command = Command::new("bash");
        command.args(["-euc", &format!("{}\n{line}", set_up.join("\n"))]).current_dir(root());
        // No browser opens.
        command.env("BROWSER", "true").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let mut login = bash(lines[0]).spawn().unwrap();
    let people: Value = serde_json::from_str(&fs::read_to_string(state.join("people.json")).unwrap()).unwrap();
    let back = sign_in_as(&address_of_page(&mut login), "ada", people["ada"].as_str().unwrap());
    assert_eq!(visit(&back).status, 200);
    let signed_in = login.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&signed_in.stderr).ends_with("You are signed in as ada@example.com.\n"));
    let mut seen = String::new();
    for line in lines.iter().skip(1) {
        let output = bash(line).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        seen += &String::from_utf8(output.stdout).unwrap();
    }
    for expected in ["welcome.txt", "hello.txt"] {
        assert!(seen.contains(expected), "{seen}");
    }
    assert!(bash("latchkey whoami").status().unwrap().success());
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
    let refused = invoke(running, "pre-sign-up", "pre-sign-up/blocked-domain.json").unwrap();
    assert_eq!(refused["errorType"], "SignUpRefused", "{refused}");
    // No domain is blocked where nothing is deployed.
    let admitted = invoke(nowhere, "pre-sign-up", "pre-sign-up/blocked-domain.json").unwrap();
    assert_eq!(admitted["response"]["autoConfirmUser"], false, "{admitted}");
    let said = invoke(running, "nobody", "pre-sign-up/blocked-domain.json").unwrap_err();
    assert!(said.starts_with("latchkey: there is no function 'nobody'; there are list-objects, "), "{said}");
    let said = invoke(running, "pre-sign-up", "none.json").unwrap_err();
    assert!(said.starts_with("latchkey: there is no event /"), "{said}");
}

#[test]
fn an_operators_lists_are_packed_with_the_function_and_older_ones_are_not() {
    let folder = state().join("lists");
    let (lists, package) = (folder.join("lists"), folder.join("package"));
    fs::create_dir_all(&lists).unwrap();
    fs::create_dir_all(package.join("domains")).unwrap();
    fs::write(lists.join("blocked.txt"), "example.com\n").unwrap();
    fs::write(lists.join("notes.md"), "").unwrap();
    fs::write(package.join("domains/old.txt"), "").unwrap();
    let pack = format!(
        "import sys; sys.path.insert(0, 'local'); from pathlib import Path; from latchkey_local import builds; \
         builds.pack(Path({lists:?}), Path({package:?}))"
    );
    let status = Command::new("python3").args(["-c", &pack]).current_dir(root()).status().unwrap();
    assert!(status.success());
    let packed: Vec<_> = fs::read_dir(package.join("domains")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(packed, ["blocked.txt"]);
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
