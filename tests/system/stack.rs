//! The deployed stack, and who speaks to it.

mod api;
mod beside;
mod cli;
mod group;
mod http;
mod other;
mod person;
mod signed;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command, Output},
    sync::LazyLock,
};

use loopback::Cloud;
pub(crate) use runtime::root;
use serde_json::Value;

pub(crate) use self::{
    api::{api, credentials, exchange, exchange_at, object, object_path, objects, objects_at, versions},
    cli::{Keys, aws, aws_at, put},
    group::make_group,
    http::{Reply, get, post, send},
    other::{CREDENTIALS_SECONDS, OTHER_STACK, made},
    person::{PASSWORD, Person, another_client, claims, sign_up, sign_up_at},
    signed::{Call, call},
};

/// What `local/stack.py` recorded of a stack that it deployed.
#[derive(Debug)]
pub(crate) struct Stack {
    record: Value,
    pub(crate) state: PathBuf,
    /// The template parameters that it was deployed with, beside the usual ones.
    parameters: Vec<String>,
}

/// The stack that nearly all tests share, with the parameters that a person's own has.
pub(crate) static STACK: LazyLock<Stack> = LazyLock::new(|| {
    remove_what_earlier_runs_left();
    Stack::start("usual", &[], |_| Vec::new())
});

/// A stack on which few may sign up: with all rules on, and with invites under [`Cloud::INVITE_KEY`]. Its user pool has
/// the cheapest plan, its functions are traced, and its alarms go to a topic.
pub(crate) static STRICT_STACK: LazyLock<Stack> = LazyLock::new(|| {
    LazyLock::force(&STACK);
    Stack::start("strict", &[], |started| {
        let secret = ["secretsmanager", "create-secret", "--name", "invites", "--secret-string", Cloud::INVITE_KEY];
        aws_at(started, &Keys::admin(), &secret).unwrap();
        [
            "SignUpAllowedDomains=*.example.com,mailinator.com,gmail.com,blocked.example",
            "FeaturePlan=LITE",
            "RefreshTokenRotation=DISABLED",
            "SignInName=email",
            "SignUpOnePerMailbox=true",
            "SignUpInviteKeySecret=invites",
            "GroupRoles=true",
            "Tracing=Active",
            "AlarmTopicArn=arn:aws:sns:eu-west-1:111122223333:alarms",
        ]
        .map(str::to_owned)
        .into()
    })
});

/// A stack for `make verify` alone, with what only a parameter brings: roles for groups, CORS, a throttle that a few
/// requests reach.
pub(crate) static VERIFIED_STACK: LazyLock<Stack> = LazyLock::new(|| {
    LazyLock::force(&STACK);
    let stack = Stack::start("verified", &[], |_| {
        let origins = "AllowedOrigins=https://app.example.com,http://localhost:3000";
        let parameters = ["GroupRoles=true", "TeamClaim=custom:team", "ObjectsRateLimit=1", "ThrottlingBurstLimit=5"];
        parameters.into_iter().chain([origins]).map(str::to_owned).collect()
    });
    for (name, precedence) in [("editors", "20"), ("auditors", "10")] {
        make_group(&stack, name, &["--precedence", precedence], true);
    }
    stack
});

/// A stack whose people come through an identity provider, and not with a password.
pub(crate) static PROVIDERS_STACK: LazyLock<Stack> = LazyLock::new(|| {
    LazyLock::force(&STACK);
    Stack::start("providers", &["--providers"], |_| {
        ["DirectorySignIn=false", "AllowPasswordSignIn=false"].map(str::to_owned).into()
    })
});

/// A stack where credentials end soon, and where people may come back to Postman. All else is as usual.
pub(crate) static SHORT_STACK: LazyLock<Stack> = LazyLock::new(|| {
    LazyLock::force(&STACK);
    Stack::start("short", &["--credentials-seconds", &CREDENTIALS_SECONDS.to_string()], |_| {
        vec!["CallbackUrls=http://localhost:3000/callback,https://oauth.pstmn.io/v1/callback".to_owned()]
    })
});

/// A stack for large files alone: as long as its local AWS stores one, it answers nobody else.
pub(crate) static FILES_STACK: LazyLock<Stack> = LazyLock::new(|| {
    LazyLock::force(&STACK);
    Stack::start("files", &[], |_| Vec::new())
});

impl Stack {
    /// Starts a local AWS with these options, prepares it, and deploys with the NAME=VALUE parameters that returns.
    pub(crate) fn start(name: &str, options: &[&str], prepare: impl FnOnce(&Self) -> Vec<String>) -> Self {
        let state = state_dir(process::id()).join(name);
        let state_text = state.to_str().unwrap();
        let owner = process::id().to_string();
        let start = ["start", "--state", state_text, "--port", "0", "--owner-pid", &owner];
        stack_py(&[&start, options].concat()).unwrap();
        let parameters = prepare(&Self::read(&state, Vec::new()));
        let given = parameters.iter().flat_map(|parameter| ["--parameter", parameter]);
        stack_py(&["deploy", "--state", state_text].into_iter().chain(given).collect::<Vec<_>>()).unwrap();
        Self::read(&state, parameters)
    }

    fn read(state: &Path, parameters: Vec<String>) -> Self {
        let record = serde_json::from_str(&fs::read_to_string(state.join("stack.json")).unwrap()).unwrap();
        Self { record, state: state.to_owned(), parameters }
    }

    /// What somebody with this address signs in with, if they would choose `name`.
    pub(crate) fn sign_in_name<'n>(&self, name: &'n str, email: &'n str) -> &'n str {
        if self.has_parameter("SignInName=email") { email } else { name }
    }

    /// Whether it was deployed with this NAME=VALUE, beside the usual ones.
    pub(crate) fn has_parameter(&self, parameter: &str) -> bool {
        self.parameters.iter().any(|given| given == parameter)
    }

    /// The name of the deployed function that the crate `name` is.
    pub(crate) fn function(&self, name: &str) -> &str {
        self.record["functions"][name].as_str().unwrap()
    }

    /// The deployed functions, each with its crate.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (&str, &str)> {
        let functions = self.record["functions"].as_object().unwrap();
        functions.iter().map(|(name, function)| (name.as_str(), function.as_str().unwrap()))
    }

    /// An output of the template.
    pub(crate) fn output(&self, name: &str) -> &str {
        self.record["outputs"][name].as_str().unwrap_or_else(|| panic!("there is no output {name}: {self:?}"))
    }

    /// A text of the record, such as `bucket` or `client_id`.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.record[name].as_str().unwrap_or_else(|| panic!("the record has no {name}: {self:?}"))
    }
}

/// A text of the usual stack's record. The first call starts and deploys it.
pub(crate) fn recorded(name: &str) -> &'static str {
    STACK.text(name)
}

/// The name of the deployed function that the crate `name` is.
pub(crate) fn function(name: &str) -> &'static str {
    STACK.function(name)
}

/// Where the usual stack is kept.
pub(crate) fn state() -> PathBuf {
    STACK.state.clone()
}

/// Runs a command of the local AWS. An `Err` has what it said on standard error.
pub(crate) fn stack_py(arguments: &[&str]) -> Result<String, String> {
    outcome(Command::new("python3").arg(root().join("local/stack.py")).args(arguments).output().unwrap())
}

/// What a command said: on standard output when all went well, or else on standard error.
fn outcome(output: Output) -> Result<String, String> {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

const STATE_PREFIX: &str = "local-aws-";

fn state_dir(pid: u32) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{STATE_PREFIX}{pid}"))
}

/// The folder of a run stays, for looking into a failure, until the next run.
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
