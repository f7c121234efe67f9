//! The operator's commands (`operations/`), by their own tests. Each module of tests starts a local AWS of its own.

use std::process::Command;

use crate::stack::root;

/// Runs `operations/tests/NAME.py`.
fn pass(name: &str) {
    let output = Command::new(root().join(".venv/aws/bin/python"))
        .args(["-m", "unittest", &format!("operations.tests.{name}")])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_account_is_checked_before_the_first_deployment() {
    pass("test_preflight");
    pass("test_preflight_names");
    pass("test_preflight_roles");
    pass("test_preflight_providers");
    pass("test_preflight_existing");
}

#[test]
fn an_operators_own_pools_and_bucket_get_what_they_lack() {
    pass("test_connect");
}

#[test]
fn a_stack_that_was_deleted_comes_back() {
    pass("test_rescue");
}

#[test]
fn an_operator_finds_a_persons_home_and_can_erase_it() {
    pass("test_home");
}

#[test]
fn each_stack_has_its_own_answers() {
    pass("test_answers");
}

#[test]
fn homes_are_moved_from_one_layout_to_the_other() {
    pass("test_move_pairs");
    pass("test_move_objects");
    pass("test_move");
}
