//! `sam local invoke` itself, with the container engine that `local/container_engine` found or set up.

use std::{
    env, fs,
    io::Write,
    net::IpAddr,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use events::Case;
use runtime::{built, resource, root};
use serde_json::{Map, Value, json};

use crate::{Invocation, architecture};

/// The SAM CLI before a container engine.
pub(crate) struct SamLocal {
    /// This machine's address as containers see it.
    pub(crate) host: IpAddr,
    template: PathBuf,
}

impl SamLocal {
    /// How many run at once: the SAM CLI is busy for nearly all the time that it takes.
    pub(crate) const LANES: usize = 2;

    /// With the engine that the environment names.
    #[expect(clippy::disallowed_methods, reason = "the engine's script tells it here")]
    pub(crate) fn new() -> Self {
        let host = env::var("LATCHKEY_CONTAINER_HOST").expect("make test-sam-local runs this");
        Self { host: host.parse().expect("an address"), template: template() }
    }

    /// The events to send. The SAM CLI takes some seconds for each, and what a function makes of it the emulator has
    /// shown already: so it is one of each kind of answer, unless all are asked for.
    #[expect(clippy::disallowed_methods, reason = "the Makefile tells it here")]
    pub(crate) fn cases() -> Vec<Case> {
        match env::var("LATCHKEY_EVENTS").expect("make test-sam-local runs this").as_str() {
            "all" => Case::all(),
            "kinds" => Case::one_of_each_kind(),
            other => panic!("EVENTS is all or kinds, not {other:?}"),
        }
    }

    /// How often an event is sent before no answer counts as a failure.
    const TRIES_MAX: usize = 3;

    /// Invokes in a container of its own.
    pub(crate) fn invoke(&self, lane: usize, invocation: &Invocation) -> Result<Value, String> {
        // The emulator does not answer an event that comes before its own Runtime API listens, and the SAM CLI does not
        // wait for that.
        let mut output = self.run(lane, invocation);
        for _ in 1..Self::TRIES_MAX {
            if output.stdout.is_empty() {
                output = self.run(lane, invocation);
            }
        }
        serde_json::from_slice(&output.stdout).map_err(|_| {
            [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat()
        })
    }

    fn run(&self, lane: usize, invocation: &Invocation) -> Output {
        let variables = scratch(&format!("sam-local-variables-{lane}.json"));
        let values: Map<String, Value> =
            invocation.variables.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        fs::write(&variables, json!({ "Parameters": values }).to_string()).unwrap();
        let mut sam = Command::new(root().join(".venv/build/bin/sam"))
            .args(["local", "invoke", &resource(invocation.function), "--event", "-", "--skip-pull-image"])
            .args([Path::new("--template"), &self.template, Path::new("--env-vars"), &variables])
            .args(["--parameter-overrides", &format!("Architecture={}", architecture())])
            // Lanes side by side may choose the same port, but not at the same address.
            .args(["--container-host", &lane_address(lane), "--container-host-interface", &lane_address(lane)])
            // Without keys and without anywhere to look for some, it asks no AWS whose they are.
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .env_remove("AWS_SESSION_TOKEN")
            .env_remove("AWS_PROFILE")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_DEFAULT_REGION", "eu-west-1")
            .env("SAM_CLI_TELEMETRY", "0")
            .current_dir(root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        sam.stdin.take().unwrap().write_all(invocation.event.as_bytes()).unwrap();
        sam.wait_with_output().unwrap()
    }
}

/// The built template, with a variable more: `sam local` gives a function none that its template does not name, and
/// AWS is replaced by `AWS_ENDPOINT_URL`. It lies beside the original, because paths in it are relative.
fn template() -> PathBuf {
    const GLOBALS: &str = "\nGlobals:\n  Function:\n";
    let built_template = fs::read_to_string(built().join("template.yaml")).expect("make build was run");
    assert_eq!(built_template.matches(GLOBALS).count(), 1, "the built template is written otherwise than it was");
    let variables = "    Environment:\n      Variables:\n        AWS_ENDPOINT_URL: ''\n";
    let path = built().join("template-for-sam-local.yaml");
    fs::write(&path, built_template.replace(GLOBALS, &format!("{GLOBALS}{variables}"))).unwrap();
    path
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn lane_address(lane: usize) -> String {
    format!("127.0.0.{}", lane + 1)
}
