//! How the program is run, what it says, and what it leaves.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{LazyLock, Mutex, MutexGuard},
};

use serde_json::{Value, json};

use crate::stack::{Keys, Stack, VERIFIED_STACK, aws_at, root};

/// A stack where nobody else is, for one test at a time.
pub(super) fn own_stack() -> MutexGuard<'static, &'static Stack> {
    static FREE: LazyLock<Mutex<&'static Stack>> = LazyLock::new(|| Mutex::new(&VERIFIED_STACK));
    FREE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The program, about to run against `stack`. Its reports go to a folder of their own.
#[expect(clippy::disallowed_methods, reason = "the program needs the PATH to find git")]
pub(super) fn verify(stack: &Stack, reports: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(root().join(".venv/aws/bin/python"));
    command
        .current_dir(root())
        .args(["-m", "operations.verify"])
        .args([stack.text("stack_name"), "--reports", reports.to_str().unwrap()])
        .args(more)
        .env_clear()
        .env("PATH", env::var("PATH").unwrap())
        .env("AWS_ENDPOINT_URL", stack.text("endpoint"))
        .env("AWS_REGION", stack.text("region"))
        .envs(Keys::admin().variables());
    command
}

pub(super) fn reports(stack: &Stack, name: &str) -> PathBuf {
    stack.state.join("reports").join(name)
}

/// The report in JSON, and everything that the program wrote or said.
pub(super) fn report(folder: &Path, said: &Output) -> (Value, String) {
    let mut texts = vec![text(&said.stdout), text(&said.stderr)];
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 2, "one in JSON and a page of text: {files:?} {texts:?}");
    texts.extend(files.iter().map(|file| fs::read_to_string(file).unwrap()));
    let json = files.iter().find(|file| file.extension().is_some_and(|extension| extension == "json")).unwrap();
    (serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap(), texts.concat())
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The names of the checks that came out like this.
pub(super) fn names(report: &Value, outcome: &str) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["outcome"] == outcome).map(|check| check["name"].as_str().unwrap().to_owned()).collect()
}

/// Tokens, access keys and links are told by their form; the others nobody knows but the program.
pub(super) fn assert_no_secret(written: &str, stack: &Stack) {
    for secret in ["eyJ", "ASIA", "AKIA", "X-Amz-", "SecretAccessKey\"", loopback::Cloud::INVITE_KEY] {
        assert!(!written.contains(secret), "{secret}: {written}");
    }
    let secret = stack.text("secret_access_key");
    assert!(!written.contains(&format!("\"{secret}\"")), "{written}");
}

/// The keys of a user of the account who has the rights in `document` and no others.
pub(super) fn user(stack: &Stack, name: &str, document: &str) -> Keys {
    let admin = |arguments: &[&str]| aws_at(stack, &Keys::admin(), arguments).unwrap();
    admin(&["iam", "create-user", "--user-name", name]);
    let policy = ["--policy-name", "verify", "--policy-document", document];
    admin(&[&["iam", "put-user-policy", "--user-name", name], &policy[..]].concat());
    let made = admin(&["iam", "create-access-key", "--user-name", name, "--query", "AccessKey"]);
    let made: Value = made.parse().unwrap();
    Keys::new(made["AccessKeyId"].as_str().unwrap(), made["SecretAccessKey"].as_str().unwrap())
}

/// The rights that an operator is told to have.
pub(super) fn policy(stack: &Stack) -> String {
    let policy = fs::read_to_string(root().join("operations/verify/policy.json")).unwrap();
    policy.replace("STACK", stack.text("stack_name")).replace("USER_POOL_ID", stack.text("user_pool_id"))
}

/// What the program has left: users, identities, objects with their versions, groups.
pub(super) fn left(stack: &Stack) -> Value {
    let ask = |arguments: &[&str]| -> Value {
        let text = aws_at(stack, &Keys::admin(), arguments).unwrap();
        text.parse().unwrap_or(Value::Null)
    };
    let (pool, identities) = (stack.text("user_pool_id"), stack.text("identity_pool_id"));
    json!({
        "users": ask(&["cognito-idp", "list-users", "--user-pool-id", pool, "--query", "Users[].Username"]),
        "members": ask(&[
            "cognito-idp", "list-users-in-group", "--user-pool-id", pool, "--group-name", "editors",
            "--query", "Users[].Username",
        ]),
        "identities": ask(&[
            "cognito-identity", "list-identities", "--identity-pool-id", identities, "--max-results", "60",
            "--query", "Identities[].IdentityId",
        ]),
        "objects": ask(&[
            "s3api", "list-object-versions", "--bucket", stack.text("bucket"),
            "--query", "[Versions, DeleteMarkers][][].Key",
        ]),
        "memory": ask(&[
            "lambda", "get-function-configuration", "--function-name", stack.function("token-exchange"),
            "--query", "MemorySize",
        ]),
    })
}

pub(super) fn nothing() -> Value {
    json!({ "users": [], "members": [], "identities": [], "objects": [], "memory": 256 })
}
