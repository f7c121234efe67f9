use std::{
    collections::HashSet,
    env, fs,
    io::{Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Output, Stdio},
    sync::LazyLock,
};

use crate::stack::{Keys, PASSWORD, STACK, Stack, root};

/// A stack for the examples: pages may call it and use its bucket, and a machine has an app client of its own.
pub(super) struct Deployed {
    pub(super) stack: Stack,
    /// Where people come back to: a program in Python, one in Node.js, pages, and pages that the stack does not know.
    pub(super) ports: [u16; 4],
    /// What `ci/set-up.sh` printed: the app client's id, and a refresh token.
    pub(super) machine: [String; 2],
    front: u16,
    folder: PathBuf,
    /// The server with TLS ends with it, and so with this process.
    _running: ChildStdin,
}

pub(super) static DEPLOYED: LazyLock<Deployed> = LazyLock::new(Deployed::new);

impl Deployed {
    fn new() -> Self {
        assert_installed();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
        fs::create_dir_all(folder.join("home")).unwrap();
        let ports = free_ports();
        let [python, node, page, _] = ports;
        let callbacks = [
            format!("{python}/callback"),
            format!("{node}/callback"),
            format!("{page}/files.html"),
            format!("{page}/amplify.html"),
        ];
        let mut parameters = vec![
            "DomainPrefix=examples".to_owned(),
            format!("AllowedOrigins=http://localhost:{page}"),
            format!("CallbackUrls={}", callbacks.map(|rest| format!("http://localhost:{rest}")).join(",")),
        ];
        let stack = STACK.beside("examples", parameters.clone());
        let machine = set_up(&stack);
        // As the operator does it: the app client can be named once it is there.
        parameters.push(format!("MoreUserPoolClientIds={}", machine[0]));
        let stack = STACK.beside("examples", parameters);
        let mut front = Command::new("node")
            .arg(root().join("tests/examples/front.mjs"))
            .args([stack.text("endpoint"), folder.to_str().unwrap(), stack.text("api_url")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let port = first_line(&mut front).parse().unwrap();
        Self { stack, ports, machine, front: port, folder, _running: front.stdin.take().unwrap() }
    }

    /// A program that reaches the local AWS, and nobody's own keys. Without a slash, its name is one on the PATH.
    pub(super) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = command(&self.stack, program, arguments);
        command.env("HOME", self.folder.join("home"));
        command
    }

    /// The local AWS with TLS.
    pub(super) fn front(&self) -> String {
        format!("https://127.0.0.1:{}", self.front)
    }

    /// The variables of a program that reaches it there.
    pub(super) fn with_tls(&self) -> impl Iterator<Item = (&'static str, String)> {
        let certificate = self.folder.join("certificate.pem").to_str().unwrap().to_owned();
        let trust = ["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"];
        trust.map(|name| (name, certificate.clone())).into_iter().chain([("AWS_ENDPOINT_URL", self.front())])
    }

    /// Opens these pages at `http://localhost:PORT` in a browser, and signs somebody in.
    pub(super) fn browse(&self, port: u16, name: &str, pages: &[&str]) -> Output {
        let (port, front) = (port.to_string(), self.front.to_string());
        let arguments = ["tests/examples/open.mjs", "examples/javascript/page", &port, &front, name];
        let temporary = self.folder.join("browser");
        fs::create_dir_all(&temporary).unwrap();
        let mut browser = self.command("node", &[&arguments[..], pages].concat());
        // In such an environment, the package brings the libraries that the browser needs.
        browser.env("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs20.x").env("TMPDIR", temporary);
        let streams = browser.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = streams.spawn().unwrap();
        process.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        process.wait_with_output().unwrap()
    }
}

/// Whether what the examples name is there: `make system` installs it.
fn assert_installed() {
    for path in [
        ".venv/examples/installed",
        "examples/javascript/node_modules/.package-lock.json",
        "tests/examples/node_modules/.package-lock.json",
        "target/debug/latchkey-example",
    ] {
        assert!(root().join(path).exists(), "there is no {path}: make system installs it");
    }
}

fn command(stack: &Stack, program: &str, arguments: &[&str]) -> Command {
    let own = [".venv/examples/bin", ".venv/aws/bin"].map(|folder| root().join(folder));
    let path = env::join_paths(own.into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap()))).unwrap();
    let program = if program.contains('/') { root().join(program) } else { program.into() };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).env_clear().env("PATH", path);
    // No browser opens, and the SDK does not say that it will need a newer Node.js some day.
    command.env("BROWSER", "true").env("NODE_NO_WARNINGS", "1");
    command.env("AWS_ENDPOINT_URL", stack.text("endpoint")).env("AWS_EC2_METADATA_DISABLED", "true");
    command.stdin(Stdio::null());
    command
}

/// Makes the machine's user and app client, as an operator.
fn set_up(stack: &Stack) -> [String; 2] {
    let pool = stack.text("user_pool_id");
    let mut script = command(stack, "sh", &["examples/ci/set-up.sh", pool, "builder", "builder@example.com"]);
    script.envs(Keys::admin().variables()).env("AWS_DEFAULT_REGION", stack.text("region"));
    let said: Vec<String> = run(&mut script).lines().map(str::to_owned).collect();
    said.try_into().unwrap_or_else(|said: Vec<_>| panic!("{} lines and not two", said.len()))
}

/// Four that are free, each another one.
fn free_ports() -> [u16; 4] {
    let listeners = [(); 4].map(|()| TcpListener::bind(("127.0.0.1", 0)).unwrap());
    let ports = listeners.each_ref().map(|listener| listener.local_addr().unwrap().port());
    assert_eq!(ports.iter().collect::<HashSet<_>>().len(), ports.len());
    ports
}

/// What a command says when all goes well.
pub(super) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Reads a line of what a process says, and leaves the rest for whoever reads on.
pub(super) fn first_line(process: &mut Child) -> String {
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(b"\n") {
        assert_eq!(process.stdout.as_mut().unwrap().read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&said));
        said.push(byte[0]);
    }
    String::from_utf8(said).unwrap().trim_end().to_owned()
}
