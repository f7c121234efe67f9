//! The documents tell what is true: their commands run, outputs have the members that they show, links lead somewhere.

use std::{collections::BTreeSet, fs, os::unix::fs::symlink, path::PathBuf, process::Command};

use serde_json::{Value, json};

use crate::stack::{Keys, PASSWORD, Person, api, get, object, post, put, recorded, root, state};

pub(crate) fn text(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}

/// The fenced blocks of a Markdown text, in order: language and content.
pub(crate) fn blocks(markdown: &str) -> Vec<(&str, &str)> {
    let fenced = markdown.split("\n```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap()).collect()
}

/// The paths of all members, e.g. `/objects/0/key`.
pub(crate) fn members(value: &Value) -> BTreeSet<String> {
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
    let calls = blocks.windows(2).filter_map(|pair| match pair {
        [("sh", command), ("json", shown)] if command.starts_with("curl") => Some((command, shown)),
        _ => None,
    });
    let folder = folder("calls");
    let mut count = 0;
    for (command, shown) in calls {
        let answer = run(&folder, command, &[("ID_TOKEN", &person.id_token)]);
        let answer: Value = answer.parse().unwrap_or_else(|error| panic!("{command}: {error}: {answer}"));
        assert_eq!(members(&answer), members(&serde_json::from_str(shown).unwrap()), "{command}");
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn what_a_stack_says_of_itself_is_as_it_is_shown() {
    let authorization = Person::new("whoopi").id_token;
    let document = text("docs/api.md");
    for (heading, path) in [("## `GET /whoami`", "/whoami"), ("## Metadata", "/.well-known/oauth-protected-resource")] {
        let section = document.split_once(&format!("\n{heading}\n")).unwrap().1;
        let shown = blocks(section).into_iter().find(|(language, _)| *language == "json").unwrap().1;
        let seen = get(&api(path), &[("Authorization", authorization.as_str())]);
        assert_eq!(members(&seen.body), members(&serde_json::from_str(shown).unwrap()), "{heading}");
    }
    let metadata = get(&api("/.well-known/oauth-protected-resource"), &[]);
    assert_eq!((metadata.status, metadata.text("resource")), (200, recorded("api_url")));
    // A refusal of the function's names it.
    let refused =
        get(&api("/objects"), &[("Authorization", &Person::sign_in("whoopi", recorded("client_id")).access_token)]);
    let named = format!("resource_metadata=\"{}\"", api("/.well-known/oauth-protected-resource"));
    assert!(refused.header("www-authenticate").unwrap().ends_with(&named), "{refused:?}");
}

/// A folder to run commands in, with the tools where they are in the project's.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = state().join(name);
    fs::create_dir_all(&folder).unwrap();
    symlink(root().join(".venv"), folder.join(".venv")).unwrap();
    folder
}

/// What the commands print, each of which has to succeed.
fn run(folder: &PathBuf, commands: &str, variables: &[(&str, &str)]) -> String {
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", commands])
        .current_dir(folder)
        .env("API", api(""))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{commands}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The shell commands of the section `heading`, in order.
fn commands<'t>(markdown: &'t str, heading: &str) -> Vec<&'t str> {
    let section = markdown.split_once(&format!("\n{heading}\n")).unwrap().1;
    let section = section.split("\n## ").next().unwrap();
    blocks(section).into_iter().filter(|(language, _)| *language == "sh").map(|(_, command)| command).collect()
}

#[test]
fn the_commands_around_the_calls_work_one_after_the_other() {
    let person = Person::new("oscar");
    let (keys, home) = person.keys_and_home();
    put(&keys, &format!("{home}is it 100%?.txt")).unwrap();
    put(&Keys::admin(), "public/a").unwrap();
    let folder = folder("commands");
    let readme = text("README.md");
    // The first asks make for what the test sets.
    let all = commands(&readme, "## Four calls").split_off(1).join("\n");
    let fresh = [("ID_TOKEN", person.id_token.as_str()), ("AWS_EC2_METADATA_DISABLED", "true")];
    run(&folder, &format!("unset AWS_ACCESS_KEY_ID\n{all}"), &fresh);
    assert_eq!(fs::read_to_string(folder.join("hello.txt")).unwrap(), "Hello, Ada!\n");

    fs::remove_file(folder.join("hello.txt")).unwrap();
    let declared = r#"{"size": 12, "content_type": "text/plain"}"#;
    let link = object(&person.id_token, "POST", "~/hello.txt", declared);
    let variables = [("ID_TOKEN", person.id_token.as_str()), ("URL", link.text("url"))];
    let api = text("docs/api.md");
    let all = commands(&api, "## `/objects/{key+}`");
    assert_eq!(all.len(), 2);
    run(&folder, &all.join("\n"), &variables);
    assert_eq!(fs::read_to_string(folder.join("hello.txt")).unwrap(), "Hello, Ada!\n");
    assert_eq!(fs::read(folder.join("odd.txt")).unwrap(), b"");
}

#[test]
fn an_id_token_can_be_had_as_the_readme_says() {
    drop(Person::new("peggy"));
    let readme = text("README.md");
    let all = commands(&readme, "### Get an id token on AWS");
    let [_, ask, exchange] = all[..] else { panic!("{all:?}") };
    let folder = folder("id-token");
    let (endpoint, client_id) = (recorded("endpoint"), recorded("client_id"));
    let token_url = format!("{endpoint}/oauth2/token");
    let mut variables = vec![
        ("SIGN_IN_URL", recorded("sign_in_url")),
        ("OAUTH_TOKEN_URL", token_url.as_str()),
        ("CLIENT_ID", client_id),
    ];
    let printed = run(&folder, &format!("{ask}\necho \"$VERIFIER\""), &variables);
    let (address, verifier) = printed.trim().split_once('\n').unwrap();
    // In place of the browser: what its form sends is what the page was asked for, with the name and the password.
    let asked = address.split_once('?').unwrap().1;
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let reply = post(&format!("{endpoint}/login"), &form, &format!("{asked}&username=peggy&password={PASSWORD}"));
    let place = reply.header("location").unwrap_or_else(|| panic!("{reply:?}"));
    let code = place.strip_prefix("http://localhost:3000/callback?code=").unwrap().split('&').next().unwrap();
    variables.extend([("VERIFIER", verifier), ("CODE", code)]);
    let id_token = run(&folder, &format!("{exchange}\necho \"$ID_TOKEN\""), &variables);
    let keys = run(
        &folder,
        "curl -sS --fail \"$API/credentials\" -H \"Authorization: $ID_TOKEN\"",
        &[("ID_TOKEN", id_token.trim())],
    );
    assert!(keys.parse::<Value>().is_ok_and(|keys| keys["Version"] == json!(1)), "{keys}");
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

/// The documents for people, by their paths.
fn documents() -> Vec<PathBuf> {
    let folders = ["", "docs", "docs/decisions", "local", "events"].map(|folder| root().join(folder));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

/// The anchors of a document's headings, as forges make them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings.map(|heading| heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn each_link_between_documents_leads_somewhere() {
    let documents = documents();
    assert!(documents.len() > 20);
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("https://") && !link.contains(' ')) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { document.clone() } else { document.parent().unwrap().join(file) };
            assert!(target.exists(), "{}: {link}", document.display());
            if !anchor.is_empty() {
                let found = anchors(&fs::read_to_string(&target).unwrap());
                assert!(found.iter().any(|known| known == anchor), "{}: {link}", document.display());
            }
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
