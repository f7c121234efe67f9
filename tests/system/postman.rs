//! The Postman collection: each of its requests and assertions, as newman runs them.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use test_tokens::SigningKey;

use crate::stack::{PASSWORD, Person, SHORT_STACK, STACK, Stack, claims, root, stack_py};

const COLLECTION: &str = "postman/latchkey.postman_collection.json";
const ENVIRONMENT: &str = "postman/latchkey.postman_environment.json";

fn parsed(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

/// What `make postman` writes for `stack`, and what it says.
pub(crate) fn environment(stack: &Stack) -> (PathBuf, String) {
    let folder = stack.state.join("postman");
    let [state, to] = [&stack.state, &folder].map(|path| path.to_str().unwrap());
    let said = stack_py(&["postman", "--state", state, "--to", to]).unwrap();
    (folder.join("local.postman_environment.json"), said)
}

/// The value of a variable.
pub(crate) fn value<'v>(environment: &'v Value, name: &str) -> &'v str {
    let variables = environment["values"].as_array().unwrap();
    let variable = variables.iter().find(|variable| variable["key"] == name).unwrap_or_else(|| panic!("no {name}"));
    variable["value"].as_str().unwrap()
}

/// Runs the collection, or a folder of it, with these values in the environment. Returns whether all went well, and what
/// it printed.
fn run(environment: &PathBuf, folder: Option<&str>, values: &Value) -> (bool, String) {
    let installed = root().join("tests/postman/node_modules");
    assert!(installed.exists(), "there is no {}: make system installs it", installed.display());
    let mut process = Command::new("node")
        .arg(root().join("tests/postman/run.mjs"))
        .arg(environment)
        .args(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(values.to_string().as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

/// The id token as it would be if it had ended an hour ago, signed by its user pool.
pub(crate) fn expired(id_token: &str) -> String {
    let mut ended = claims(id_token);
    for name in ["auth_time", "iat", "exp"] {
        ended[name] = (ended[name].as_u64().unwrap() - 7200).into();
    }
    let pool = ended["iss"].as_str().unwrap().rsplit('/').next().unwrap();
    let pem = STACK.state.join("emulator/cognito-pool-keys").join(format!("{pool}-id.pem"));
    let header = claims(&format!(".{}.", id_token.split('.').next().unwrap()));
    let key = SigningKey::from_pem(header["kid"].as_str().unwrap(), &fs::read_to_string(pem).unwrap());
    key.sign(&ended)
}

/// The requests of the collection, or of a folder.
fn requests(folder: &Value) -> Vec<&Value> {
    let items = folder["item"].as_array().unwrap().iter();
    items.flat_map(|item| if item["item"].is_array() { requests(item) } else { vec![item] }).collect()
}

/// How many assertions a request has.
fn assertions(request: &Value) -> usize {
    let scripts = request["event"].as_array().unwrap().iter();
    let lines = scripts.flat_map(|event| event["script"]["exec"].as_array().unwrap());
    lines.filter(|line| line.as_str().unwrap().starts_with("pm.test(")).count()
}

/// The variables in a text.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap())
}

#[test]
fn every_request_is_answered_as_the_collection_says() {
    let person = Person::new("pascal");
    let (environment, _) = environment(&STACK);
    let before = fs::read(&environment).unwrap();
    let values = json!({ "user_name": "pascal", "password": PASSWORD, "expired_id_token": expired(&person.id_token) });
    let (is_well, said) = run(&environment, None, &values);
    assert!(is_well, "{said}");
    let collection = parsed(COLLECTION);
    let each: Vec<usize> = requests(&collection).into_iter().map(assertions).collect();
    assert!(each.len() > 35 && !each.contains(&0), "{each:?}");
    let expected: usize = each.iter().sum();
    assert_eq!(said.lines().filter(|line| line.ends_with(": ok")).count(), expected, "{said}");
    assert_eq!(said.lines().count(), expected, "none is skipped: {said}");

    // Neither what it prints nor the environment has a secret.
    for secret in [PASSWORD, "eyJ", "ASIA", "X-Amz-"] {
        assert!(!said.contains(secret), "{said}");
    }
    assert!(fs::read(&environment).unwrap() == before);
}

#[test]
fn an_assertion_that_does_not_hold_is_a_failure() {
    let person = Person::new("pepper");
    let (environment, _) = environment(&STACK);
    let folder = Some("2 Keys");
    let cases = [
        ("as it is", json!({ "id_token": person.id_token }), None),
        (
            "another bucket",
            json!({ "id_token": person.id_token, "bucket": "another" }),
            Some("region and bucket: FAILED"),
        ),
        (
            "a tampered token",
            json!({ "id_token": person.tampered_token() }),
            Some("Who am I: 200 with a home in the bucket: FAILED"),
        ),
        (
            "no server",
            json!({ "api_url": "http://127.0.0.1:9" }),
            Some("Who am I: FAILED: Error: connect ECONNREFUSED"),
        ),
    ];
    for (name, values, failure) in cases {
        let (is_well, said) = run(&environment, folder, &values);
        assert_eq!(is_well, failure.is_none(), "{name}: {said}");
        assert!(said.contains(failure.unwrap_or(": ok")), "{name}: {said}");
    }
}

#[test]
fn a_token_of_the_oauth_form_serves_the_requests_that_need_a_variable() {
    let person = Person::new("pippa");
    let (environment, _) = environment(&STACK);
    let mut collection = parsed(COLLECTION);
    // As the app does it: the form's token takes the place of the variable.
    let fields = collection["auth"]["oauth2"].as_array_mut().unwrap();
    let field = fields.iter_mut().find(|field| field["key"] == "accessToken").unwrap();
    assert_eq!(field["value"].take(), "{{id_token}}");
    field["value"] = person.id_token.as_str().into();
    let (is_well, said) = run(&environment, Some("2 Keys"), &json!({ "collection": collection }));
    assert!(is_well, "{said}");
}

#[test]
fn the_environment_is_the_stacks_and_says_what_postman_needs() {
    let (usual, said) = environment(&STACK);
    assert!(said.contains("https://oauth.pstmn.io/v1/callback"), "{said}");
    let usual: Value = serde_json::from_slice(&fs::read(usual).unwrap()).unwrap();
    let endpoint = STACK.text("endpoint");
    for (name, expected) in [
        ("api_url", STACK.text("api_url")),
        ("authorize_url", &format!("{endpoint}/oauth2/authorize")),
        ("oauth_token_url", &format!("{endpoint}/oauth2/token")),
        ("client_id", STACK.text("client_id")),
        ("callback_url", "http://localhost:3000/callback"),
        ("region", STACK.text("region")),
        ("bucket", STACK.text("bucket")),
        ("s3_url", endpoint),
    ] {
        assert_eq!(value(&usual, name), expected, "{name}");
    }
    let (short, said) = environment(&SHORT_STACK);
    assert!(!said.contains("pstmn"), "{said}");
    let short: Value = serde_json::from_slice(&fs::read(short).unwrap()).unwrap();
    assert_eq!(value(&short, "callback_url"), "https://oauth.pstmn.io/v1/callback");
    assert_eq!(value(&short, "client_id"), SHORT_STACK.text("client_id"));
}

/// The variables that are shown on the screen. All others are secrets.
const SHOWN: [&str; 18] = [
    "api_url",
    "authorize_url",
    "oauth_token_url",
    "client_id",
    "callback_url",
    "scope",
    "region",
    "bucket",
    "s3_url",
    "cognito_identity_url",
    "user_name",
    "state",
    "code_challenge",
    "form_url",
    "identity_pool_id",
    "login",
    "home",
    "identity_id",
];

#[test]
fn no_secret_is_in_the_files() {
    let (environment, collection) = (parsed(ENVIRONMENT), parsed(COLLECTION));
    let mut known = Vec::new();
    for variable in environment["values"].as_array().unwrap() {
        let name = variable["key"].as_str().unwrap();
        assert_eq!(variable["type"], if SHOWN.contains(&name) { "default" } else { "secret" }, "{name}");
        assert_eq!(variable["value"], if name == "scope" { "openid email profile" } else { "" }, "{name}");
        known.push(name);
    }
    let text = collection.to_string();
    for word in ["eyJ", "ASIA", "X-Amz-Signature", "127.0.0.1", "amazoncognito.com"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(variables(&text).all(|name| known.contains(&name)));
    for name in &known {
        assert!(variables(&text).any(|used| used == *name) || text.contains(&format!(r#"\"{name}\""#)), "{name}");
    }
    // No address has a secret, but for those that are one.
    for request in requests(&collection) {
        let address = request["request"]["url"]["raw"].as_str().unwrap();
        let is_link = ["{{upload_url}}", "{{download_url}}"].contains(&address);
        assert!(is_link || variables(address).all(|name| SHOWN.contains(&name)), "{address}");
    }
}
