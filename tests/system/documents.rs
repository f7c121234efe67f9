//! The documents tell what is true: their commands run, outputs have the members that they show, links lead somewhere.

use std::{collections::BTreeSet, fs, process::Command};

use serde_json::Value;

use crate::stack::{Person, api, put, root};

fn text(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}

/// The fenced blocks of a Markdown text, in order: language and content.
fn blocks(markdown: &str) -> Vec<(&str, &str)> {
    let fenced = markdown.split("\n```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap()).collect()
}

/// The paths of all members, e.g. `/objects/0/key`.
fn members(value: &Value) -> BTreeSet<String> {
    let below = |name: &str, value: &Value| -> Vec<String> {
        members(value).into_iter().map(|path| format!("/{name}{path}")).chain([format!("/{name}")]).collect()
    };
    match value {
        Value::Object(object) => object.iter().flat_map(|(name, value)| below(name, value)).collect(),
        // One item stands for all.
        Value::Array(items) => items.first().into_iter().flat_map(|item| below("0", item)).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn each_call_answers_as_it_is_shown() {
    let person = Person::new("nina");
    let (keys, home) = person.keys_and_home();
    for key in [format!("{home}hello.txt"), format!("{home}reports/2026-11.csv")] {
        put(&keys, &key).unwrap();
    }
    let readme = text("README.md");
    let blocks = blocks(&readme);
    let calls: Vec<_> = blocks.windows(2).filter(|pair| pair[0].1.starts_with("curl")).collect();
    assert_eq!(calls.len(), 4);
    for call in calls {
        let [("sh", command), ("json", shown)] = call else { panic!("a call without its answer: {call:?}") };
        let output = Command::new("bash")
            .args(["-c", command])
            .env("API", api(""))
            .env("ID_TOKEN", &person.id_token)
            .output()
            .unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(members(&answer), members(&serde_json::from_str(shown).unwrap()), "{command}");
    }
}

#[test]
fn each_make_target_that_is_named_exists() {
    let makefile = text("Makefile");
    for word in text("README.md").split("make ").skip(1) {
        let target =
            word.trim_start_matches("-s ").split(|c: char| !c.is_ascii_lowercase() && c != '-').next().unwrap();
        assert!(makefile.contains(&format!("\n{target}:")), "make {target}");
    }
}

#[test]
fn each_link_between_documents_leads_somewhere() {
    for document in [
        "README.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
        "docs/api.md",
        "docs/configuration.md",
        "docs/decisions/0009-local-aws.md",
        "docs/logging.md",
        "docs/operations.md",
    ] {
        let folder = root().join(document).parent().unwrap().to_owned();
        let text = text(document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("https://") && !link.starts_with('#')) {
            let file = link.split('#').next().unwrap();
            assert!(folder.join(file).exists(), "{document}: {link}");
        }
    }
}

#[test]
fn openapi_describes_each_route_of_the_template() {
    let (template, openapi) = (text("template.yaml"), text("docs/openapi.yaml"));
    let routes: Vec<_> = template.split("RouteKey: ").skip(1).filter_map(|rest| rest.lines().next()).collect();
    assert!(!routes.is_empty());
    for route in routes {
        let (method, path) = route.split_once(' ').unwrap();
        // OpenAPI has no word for a parameter that takes slashes.
        let described = format!("\n  {}:\n", path.replace("+}", "}"));
        let (_, operations) = openapi.split_once(&described).unwrap_or_else(|| panic!("{route}"));
        let operations = operations.split("\n  /").next().unwrap();
        assert!(format!("\n{operations}").contains(&format!("\n    {}:\n", method.to_lowercase())), "{route}");
    }
}

#[test]
fn each_alarm_of_the_template_is_explained_and_no_other() {
    let (template, operations) = (text("template.yaml"), text("docs/operations.md"));
    let in_template: BTreeSet<_> =
        template.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix("Alarm:")).collect();
    let alarms = operations.split("\n## Alarms\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = alarms.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let explained: BTreeSet<_> = rows
        .flat_map(|names| names.split(", "))
        .filter_map(|name| name.trim_matches('`').strip_suffix("Alarm"))
        .collect();
    assert!(!in_template.is_empty());
    assert_eq!(explained, in_template);
}

#[test]
fn each_metric_is_explained() {
    let logging = text("docs/logging.md");
    for metric in crate::alarms::emitted() {
        assert!(logging.contains(&format!("`{metric}`")), "{metric}");
    }
}
