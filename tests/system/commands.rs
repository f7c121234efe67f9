//! The commands behind `make up`, `make status` and the others.

use std::fs;

use crate::stack::{recorded, stack_py, state};

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
        let people: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(state.join("people.json")).unwrap()).unwrap();
        assert!(shown.contains(people["ada"].as_str().unwrap()));
    }
    let token = stack_py(&["token", "--state", state_text]).unwrap();
    assert_eq!(token.trim().split('.').count(), 3);
    let status = stack_py(&["status", "--state", state_text]).unwrap();
    assert!(status.contains(endpoint) && status.contains(recorded("bucket")), "{status}");
    let logs = stack_py(&["logs", "--state", state_text]).unwrap();
    assert!(logs.contains("token-exchange") && !logs.contains(token.trim()), "{logs}");
}
