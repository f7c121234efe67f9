use std::{
    fs,
    io::Read,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, OnceLock,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::api::{Returned, RuntimeApi, What};

/// How long the function may take for an event, as the template has it.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// What Lambda sets for every function.
pub const SET_BY_LAMBDA: [(&str, &str); 3] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "tested"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
];
/// How often to check that the process is still running.
const LIFE_CHECK: Duration = Duration::from_millis(200);

/// A function's program that runs, one event at a time.
pub struct Function {
    process: Child,
    events: Sender<Vec<u8>>,
    returned: Receiver<Returned>,
    started: Instant,
    first_asked: Arc<OnceLock<Instant>>,
    output: JoinHandle<String>,
    errors: JoinHandle<String>,
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Invoked {
    /// The function's response.
    Response(Value),
    /// The function's error: `errorType`, `errorMessage`.
    Error(Value),
    /// The process ended and returned nothing.
    Crashed,
    /// It took so long that Lambda would have ended it.
    TimedOut,
}

/// What is left of a function that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit status, or `None` when the test stopped it.
    pub status: Option<ExitStatus>,
    /// All that it wrote on standard output and standard error.
    pub log: String,
}

impl Function {
    /// Starts `program` with these variables and with what Lambda sets itself, and nothing else.
    #[must_use]
    pub fn start(program: &Path, variables: &[(String, String)]) -> Self {
        Self::start_command(Command::new(program), variables)
    }

    /// Starts the program of `command` in the same way: one that an interpreter runs needs arguments.
    #[must_use]
    pub fn start_command(mut command: Command, variables: &[(String, String)]) -> Self {
        let (events, events_to_take) = channel();
        let (returned_to, returned) = channel();
        let RuntimeApi { address, first_asked } = RuntimeApi::start(TIMEOUT, events_to_take, returned_to);
        let started = Instant::now();
        let mut process = command
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .envs(SET_BY_LAMBDA)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let output = collected(process.stdout.take().expect("it is piped"));
        let errors = collected(process.stderr.take().expect("it is piped"));
        Self { process, events, returned, started, first_asked, output, errors }
    }

    /// Invokes the function with `event`.
    pub fn invoke(&mut self, event: &Value) -> Invoked {
        match self.send(event.to_string().into_bytes()) {
            Ok(Returned { what: What::Response(body), .. }) => Invoked::Response(json(&body)),
            Ok(Returned { what: What::Error(body), .. }) => Invoked::Error(json(&body)),
            Err(nothing) => nothing,
        }
    }

    /// Invokes the function with the text of an event. Returns its response as it came, and how long it took.
    ///
    /// # Errors
    ///
    /// [`Invoked`], when it is not a response.
    pub fn invoke_timed(&mut self, event: &str) -> Result<(Vec<u8>, Duration), Invoked> {
        match self.send(event.as_bytes().to_vec())? {
            Returned { what: What::Response(body), elapsed } => Ok((body, elapsed)),
            Returned { what: What::Error(body), .. } => Err(Invoked::Error(json(&body))),
        }
    }

    fn send(&mut self, event: Vec<u8>) -> Result<Returned, Invoked> {
        // A function that has ended takes no events: the loop below finds that out.
        let _ = self.events.send(event);
        let mut waited = Duration::ZERO;
        loop {
            match self.returned.recv_timeout(LIFE_CHECK) {
                Ok(returned) => return Ok(returned),
                Err(RecvTimeoutError::Disconnected) => return Err(Invoked::Crashed),
                Err(RecvTimeoutError::Timeout) => waited += LIFE_CHECK,
            }
            if self.process.try_wait().expect("its state is known").is_some() {
                return Err(Invoked::Crashed);
            }
            if waited > TIMEOUT {
                return Err(Invoked::TimedOut);
            }
        }
    }

    /// Waits until the function first asks for an event. Returns how long that took from its start, or `None` when it
    /// never asks.
    pub fn init(&mut self) -> Option<Duration> {
        while self.started.elapsed() < TIMEOUT && self.process.try_wait().expect("its state is known").is_none() {
            if let Some(asked) = self.first_asked.get() {
                return Some(asked.duration_since(self.started));
            }
            thread::sleep(Duration::from_millis(1));
        }
        None
    }

    /// The process's id.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// The memory that it holds now, in KiB (`VmRSS` of proc(5)).
    #[must_use]
    pub fn memory_kib(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// The most memory that it has held, in KiB (`VmHWM` of proc(5)).
    #[must_use]
    pub fn memory_peak_kib(&self) -> u64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
    }

    /// Stops the process and returns what it wrote.
    #[must_use]
    pub fn stop(mut self) -> Ended {
        // An error says that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        Ended { status: None, log: log_of(self.output, self.errors) }
    }

    /// Asks the process to end, as Lambda does before it takes an environment away, and returns what it wrote.
    #[must_use]
    pub fn terminate(self) -> Ended {
        // The standard library can only kill; kill(1) can ask.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        self.wait()
    }

    /// Waits until the process ends by itself, as it does when it cannot start.
    #[must_use]
    pub fn wait(mut self) -> Ended {
        let status = self.process.wait().expect("its end is known");
        Ended { status: Some(status), log: log_of(self.output, self.errors) }
    }
}

/// Fails when one of `secrets` turns up in `text`, which `name` names in the message.
pub fn assert_without(secrets: &[String], name: &str, text: &str) {
    for secret in secrets {
        assert!(!text.contains(secret.as_str()), "{name}: {secret} in {text}");
    }
}

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).expect("a function returns JSON")
}

/// Reads in the background, so that a full pipe never stops the function.
fn collected(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before a failure is still worth a look.
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn log_of(output: JoinHandle<String>, errors: JoinHandle<String>) -> String {
    let text = |reader: JoinHandle<String>| reader.join().expect("a reader does not panic");
    text(output) + &text(errors)
}
