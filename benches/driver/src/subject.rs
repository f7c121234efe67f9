use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use runtime::Function;

use crate::share::Share;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The function that does nothing.
    Floor,
    /// One of ours, by its resource.
    Ours(&'static str),
    /// Node.js with the AWS SDK v3 and aws-jwt-verify, by its handler.
    Node(&'static str),
    /// Python with boto3 and `PyJWT`, by its handler.
    Python(&'static str),
}

impl Subject {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Floor => "empty function",
            Self::Ours(_) => "Latchkey",
            Self::Node(_) => "Node.js",
            Self::Python(_) => "Python",
        }
    }

    /// The program that Lambda would run, or `None` for a script.
    pub(crate) fn program(self) -> Option<PathBuf> {
        match self {
            Self::Floor => Some(root().join("target/lambda/floor/bootstrap")),
            Self::Ours(resource) => Some(root().join(".aws-sam/build").join(resource).join("bootstrap")),
            Self::Node(_) | Self::Python(_) => None,
        }
    }

    /// Starts it with these variables and with those that Lambda sets for every function.
    pub(crate) fn start(self, variables: &[(String, String)]) -> Function {
        start(self.command(), variables)
    }

    /// The same within a share of the processor, for a function of `megabytes`.
    ///
    /// Lambda tells Node.js how large its heap may become: `/var/runtime/bootstrap` of its images.
    pub(crate) fn start_within(self, share: &Share, megabytes: u32, variables: &[(String, String)]) -> Function {
        let semi_space = megabytes / 10 / 2;
        let old_space = megabytes - megabytes / 10;
        let options = format!("--max-semi-space-size={semi_space} --max-old-space-size={old_space}");
        let variables = [variables, &[("NODE_OPTIONS".to_owned(), options)]].concat();
        start(share.within(&self.command()), &variables)
    }

    fn command(self) -> Command {
        let peers = root().join("benches/peers");
        match self {
            Self::Node(handler) => {
                let mut command = Command::new("node");
                command.arg(peers.join("node/dist/runtime.mjs")).arg(handler);
                command
            }
            Self::Python(handler) => {
                let mut command = Command::new(root().join(".venv/peers/bin/python"));
                command
                    .arg("-m")
                    .arg("awslambdaric")
                    .arg(format!("{handler}.handler"))
                    .current_dir(peers.join("python"));
                command
            }
            Self::Floor | Self::Ours(_) => Command::new(self.program().expect("it is a program")),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "PATH locates Node.js")]
fn start(command: Command, variables: &[(String, String)]) -> Function {
    let lambda = [
        ("PATH", env::var("PATH").unwrap_or_default()),
        ("AWS_ACCESS_KEY_ID", "ASIAOFTHEFUNCTION".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
        ("AWS_SESSION_TOKEN", "token".to_owned()),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON".to_owned()),
    ];
    let lambda = lambda.map(|(name, value)| (name.to_owned(), value));
    Function::start_command(command, &[variables, &lambda].concat())
}

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
