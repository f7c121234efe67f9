//! The deployed stack, and who speaks to it.

mod api;
mod cli;
mod http;
mod person;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
    sync::LazyLock,
};

use serde_json::Value;

pub(crate) use self::{
    api::{api, credentials, exchange, objects},
    cli::{Keys, aws},
    http::{Reply, get, post},
    person::{Person, sign_up},
};

/// What `local/stack.py` recorded of the stack that it deployed.
static RECORD: LazyLock<Value> = LazyLock::new(|| {
    remove_what_earlier_runs_left();
    let state = state_dir(process::id());
    let state = state.to_str().unwrap();
    stack_py(&["start", "--state", state, "--port", "0", "--owner-pid", &process::id().to_string()]).unwrap();
    stack_py(&["deploy", "--state", state]).unwrap();
    serde_json::from_str(&fs::read_to_string(Path::new(state).join("stack.json")).unwrap()).unwrap()
});

/// A text of the stack's record, such as `bucket` or `client_id`. The first call starts and deploys the stack.
pub(crate) fn recorded(name: &str) -> &'static str {
    RECORD[name].as_str().unwrap_or_else(|| panic!("the record has no {name}: {:?}", *RECORD))
}

/// The name of the deployed function that the crate `name` is.
pub(crate) fn function(name: &str) -> &'static str {
    RECORD["functions"][name].as_str().unwrap()
}

/// The project's top folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Where this run keeps its stack.
pub(crate) fn state() -> PathBuf {
    state_dir(process::id())
}

/// Runs a command of the local AWS. An `Err` has what it said on standard error.
pub(crate) fn stack_py(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("python3").arg(root().join("local/stack.py")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

const STATE_PREFIX: &str = "local-aws-";

fn state_dir(pid: u32) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{STATE_PREFIX}{pid}"))
}

/// The folder of a run stays for whoever looks into a failure, until the next run.
fn remove_what_earlier_runs_left() {
    for entry in fs::read_dir(env!("CARGO_TARGET_TMPDIR")).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap_or_default();
        let ended = name.strip_prefix(STATE_PREFIX).is_some_and(|pid| !Path::new("/proc").join(pid).exists());
        if ended {
            // Its emulator may be about to end too, and may still write.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
