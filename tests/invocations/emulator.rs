//! AWS's Lambda Runtime Interface Emulator on this machine: the very program that `sam local invoke` puts into a
//! container, as it comes with the SAM CLI.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use runtime::{SET_BY_LAMBDA, TIMEOUT, bootstrap, root};
use serde_json::Value;

use crate::{Invocation, architecture};

/// Where the SAM CLI keeps it.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let name = format!("aws-lambda-rie-{}", architecture());
    let environments = fs::read_dir(root().join(".venv/build/lib")).expect("make tools was run");
    let programs =
        environments.map(|python| python.unwrap().path().join("site-packages/samcli/local/rapid").join(&name));
    programs.filter(|program| program.exists()).last().expect("the SAM CLI brings the emulator along")
});

/// Ports are taken from here on. The system gives out higher ones to programs that ask for any, such as our own servers, so
/// that none of these is taken between its choice and the emulator's start.
const PORT_MIN: u16 = 10_000;
/// How many there are.
const PORTS: u32 = 20_000;
/// How long to wait between looking whether it listens.
const READY_CHECK: Duration = Duration::from_millis(2);

/// An emulator that runs, and ends with this value. Its function ends by itself then.
struct Emulator {
    process: Child,
    port: u16,
}

/// Starts the function from scratch and invokes it once, so that no event knows what the one before it left.
pub(crate) fn invoke(invocation: &Invocation) -> Result<Value, String> {
    let emulator = Emulator::start(&bootstrap(invocation.function), invocation.variables)?;
    let url = format!("http://127.0.0.1:{}/2015-03-31/functions/function/invocations", emulator.port);
    let answer = agent().post(url).send(invocation.event).map_err(|error| error.to_string())?;
    let text = answer.into_body().read_to_string().map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|_| format!("no JSON: {text:?}"))
}

impl Emulator {
    fn start(bootstrap: &Path, variables: &[(String, String)]) -> Result<Self, String> {
        let (port, runtime_api_port) = (free_port(), free_port());
        let process = Command::new(&*PROGRAM)
            .args(["--runtime-interface-emulator-address", &format!("127.0.0.1:{port}")])
            .args(["--runtime-api-address", &format!("127.0.0.1:{runtime_api_port}")])
            .args(["--log-level", "error"])
            .arg(bootstrap)
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .envs(SET_BY_LAMBDA)
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", TIMEOUT.as_secs().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the emulator can be started");
        let mut emulator = Self { process, port };
        // An event that comes before its Runtime API listens finds a function that could not start.
        for port in [port, runtime_api_port] {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
                if let Some(status) = emulator.process.try_wait().expect("its state is known") {
                    return Err(format!("the emulator ended at once: {status}"));
                }
                thread::sleep(READY_CHECK);
            }
        }
        Ok(emulator)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody listens on, another one each time. Where they begin differs from process to process.
fn free_port() -> u16 {
    static CHOSEN: AtomicU32 = AtomicU32::new(0);
    loop {
        let offset = process::id().wrapping_add(CHOSEN.fetch_add(1, Ordering::Relaxed)) % PORTS;
        let port = PORT_MIN + u16::try_from(offset).expect("less than there are");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// Takes every status for an answer, and goes through no proxy.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into()
}
