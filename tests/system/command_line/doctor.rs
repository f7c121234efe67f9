//! `latchkey doctor`: what is wrong, and what to do.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value;

use super::machine::{Ended, Machine};
use crate::stack::recorded;

const NAMES: [&str; 10] =
    ["address", "document", "clock", "keyring", "token", "exchange", "bucket", "profile", "variables", "versions"];

/// The status of each check, in order.
fn statuses(ended: &Ended) -> Vec<String> {
    let json = ended.json();
    let checks = json["checks"].as_array().unwrap();
    let names: Vec<_> = checks.iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, NAMES);
    checks.iter().map(|check| check["status"].as_str().unwrap().to_owned()).collect()
}

fn check(ended: &Ended, name: &str) -> Value {
    let place = NAMES.iter().position(|known| *known == name).unwrap();
    ended.json()["checks"][place].clone()
}

#[test]
fn what_is_wrong_is_said_with_the_next_step() {
    let machine = Machine::new("carmen");
    let nowhere = machine.run(&["doctor", "--json"]);
    let lost = ["failed", "skipped", "skipped", "ok", "failed", "skipped", "skipped", "warning", "ok", "ok"];
    assert_eq!((nowhere.status, statuses(&nowhere)), (2, lost.map(str::to_owned).into()), "{nowhere:?}");

    let nobody = machine.run(&["doctor", "--json", "--url", recorded("api_url")]);
    let signed_out = ["ok", "ok", "ok", "ok", "failed", "skipped", "skipped", "warning", "ok", "ok"];
    assert_eq!((nobody.status, statuses(&nobody)), (3, signed_out.map(str::to_owned).into()), "{nobody:?}");
    assert_eq!(check(&nobody, "token")["next_step"], "Run `latchkey login`.");

    machine.log_in();
    assert_eq!(machine.run(&["configure"]).status, 0);
    let well = machine.run(&["doctor", "--json"]);
    assert_eq!((well.status, statuses(&well)), (0, vec!["ok".to_owned(); 10]), "{well:?}");
    for (name, words) in
        [("exchange", ", of arn:aws:iam::"), ("token", "and is renewed"), ("versions", "the AWS CLI 1.")]
    {
        assert!(check(&well, name)["message"].as_str().unwrap().contains(words), "{well:?}");
    }
    let shown = machine.run(&["doctor"]);
    assert_eq!((shown.status, shown.out.lines().count()), (0, NAMES.len()), "{shown:?}");
    for ended in [&well, &shown] {
        assert!(!ended.out.contains("eyJ") && !ended.out.contains("@example.com"), "{ended:?}");
    }

    let in_the_way =
        Ended::of(machine.command(&["doctor", "--json"]).env("AWS_ACCESS_KEY_ID", "AKIA").output().unwrap());
    assert_eq!((in_the_way.status, &check(&in_the_way, "variables")["status"]), (0, &Value::from("warning")));
    assert_eq!(check(&in_the_way, "variables")["next_step"], "Unset AWS_ACCESS_KEY_ID.");

    let elsewhere = machine.run(&["doctor", "--json", "--url", "http://127.0.0.1:9"]);
    assert_eq!((elsewhere.status, &check(&elsewhere, "address")["status"]), (5, &Value::from("failed")));
    let no_api = machine.run(&["doctor", "--json", "--url", recorded("endpoint")]);
    assert_eq!((no_api.status, &check(&no_api, "document")["status"]), (1, &Value::from("failed")), "{no_api:?}");
    let plain = machine.run(&["doctor", "--json", "--url", "http://api.example.com"]);
    assert_eq!((plain.status, &check(&plain, "address")["status"]), (2, &Value::from("failed")));

    let credentials = machine.folder.join(".aws/credentials");
    fs::write(&credentials, "[latchkey]\naws_access_key_id = AKIA\n").unwrap();
    assert_eq!(check(&machine.run(&["doctor", "--json"]), "profile")["status"], "warning");
    fs::remove_file(&credentials).unwrap();

    let key = machine.folder.join("kept/key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let open = machine.run(&["doctor", "--json"]);
    assert_eq!((open.status, &check(&open, "keyring")["status"]), (0, &Value::from("warning")), "{open:?}");
    fs::write(&key, "not a key").unwrap();
    for (arguments, address) in
        [(&["doctor", "--json"][..], "skipped"), (&["doctor", "--json", "--url", recorded("api_url")], "ok")]
    {
        let damaged = machine.run(arguments);
        assert_eq!((damaged.status, &check(&damaged, "keyring")["status"]), (1, &Value::from("failed")), "{damaged:?}");
        assert_eq!(check(&damaged, "address")["status"], address, "{damaged:?}");
        assert_eq!(check(&damaged, "token")["status"], "skipped", "{damaged:?}");
    }
    // As it says.
    fs::remove_file(&key).unwrap();
    machine.log_in();
    assert_eq!(machine.run(&["doctor"]).status, 0);
}
