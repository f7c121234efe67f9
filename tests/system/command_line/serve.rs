//! `latchkey serve`: the tools fetch their keys from an endpoint on this machine, and nobody else does.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command},
    thread,
};

use ureq::http::Request;

use super::machine::{Ended, Machine};
use crate::stack::{Reply, get, put, recorded, root, send};

/// An endpoint that runs, and what it said to paste.
struct Served {
    process: Child,
    variables: Vec<(String, String)>,
}

impl Served {
    fn start(machine: &Machine, arguments: &[&str]) -> Self {
        let mut process = machine.command(&[&["serve"], arguments].concat()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.as_mut().unwrap()).lines().take(4).map(Result::unwrap);
        let variable = |line: String| {
            let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
            (name.to_owned(), value.trim_matches('\'').to_owned())
        };
        let variables = lines.map(variable).collect();
        Self { process, variables }
    }

    fn variable(&self, name: &str) -> &str {
        &self.variables.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{:?}", self.variables)).1
    }

    fn url(&self) -> &str {
        self.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    }

    fn token_file(&self) -> PathBuf {
        self.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").into()
    }

    fn token(&self) -> String {
        fs::read_to_string(self.token_file()).unwrap()
    }

    /// Ends it with a signal, and returns what it said.
    fn end(self, signal: &str) -> Ended {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        Ended::of(self.process.wait_with_output().unwrap())
    }
}

#[test]
fn the_aws_cli_and_boto3_get_their_keys_from_it() {
    let machine = Machine::new("cyril");
    assert_eq!(machine.run(&["serve"]).error, "latchkey: You are not signed in. Run `latchkey login`.\n");
    machine.log_in();
    let served = Served::start(&machine, &[]);
    assert_eq!([served.variable("AWS_REGION"), served.variable("AWS_DEFAULT_REGION")], ["eu-west-1"; 2]);
    let (keys, home) = machine.person.keys_and_home();
    put(&keys, &format!("{home}a.txt")).unwrap();
    let bucket = recorded("bucket");
    let boto3 = format!(
        "import boto3; print(boto3.client('s3').list_objects_v2(Bucket='{bucket}', Prefix='{home}')['Contents'][0]['Key'])"
    );
    let mut cli = Command::new(root().join(".venv/aws/bin/aws"));
    cli.args(["s3", "ls", &format!("s3://{bucket}/{home}")]);
    let mut python = Command::new(root().join(".venv/aws/bin/python"));
    python.args(["-c", &boto3]);
    for mut tool in [cli, python] {
        let tool = tool.env_clear().envs(machine.variables()).envs(served.variables.clone()).output().unwrap();
        let ended = Ended::of(tool);
        assert!(ended.status == 0 && ended.out.trim_end().ends_with("a.txt"), "{ended:?}");
    }
    let (file, token) = (served.token_file(), served.token());
    let ended = served.end("-INT");
    assert!(ended.status == 0 && !file.exists(), "{ended:?}");
    assert!(!ended.error.contains(&token), "{ended:?}");
}

#[test]
fn only_who_has_the_token_and_asks_this_machine_gets_keys() {
    let machine = Machine::new("celia");
    machine.log_in();
    let served = Served::start(&machine, &[]);
    let (file, token) = (served.token_file(), served.token());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!((token.len(), token.trim()), (43, token.as_str()));
    let port = served.url().split([':', '/']).nth(4).unwrap();
    let bearer = format!("Bearer {token}");
    let (host, by_name) = (format!("127.0.0.1:{port}"), format!("localhost:{port}"));
    let rebound = format!("attacker.example:{port}");
    let cases: [(&str, &str, &str, &str, u16, &str); 12] = [
        ("GET", "/credentials", &host, &token, 200, ""),
        ("GET", "/credentials", &by_name, &bearer, 200, ""),
        ("GET", "/credentials?x=y", &host, &token, 200, ""),
        ("GET", "/credentials", &host, "", 401, "token_refused"),
        ("GET", "/credentials", &host, &token[1..], 401, "token_refused"),
        ("GET", "/credentials", &host, &machine.person.id_token, 401, "token_refused"),
        ("GET", "/credentials", &rebound, &token, 403, "host_refused"),
        ("GET", "/credentials", "127.0.0.1", &token, 403, "host_refused"),
        ("GET", "/credentials", "127.0.0.1:1", &token, 403, "host_refused"),
        ("GET", "/", &host, &token, 404, "not_found"),
        ("POST", "/credentials", &host, &token, 405, "method_not_allowed"),
        ("POST", "/credentials", &host, "", 401, "token_refused"),
    ];
    for (method, path, host, authorization, status, code) in cases {
        let request = Request::builder().method(method).uri(format!("http://127.0.0.1:{port}{path}"));
        let request = request.header("Host", host).header("Authorization", authorization).body(String::new());
        let reply = send(request.unwrap());
        let name = format!("{method} {path} {host} {status}");
        assert_eq!((reply.status, reply.header("cache-control")), (status, Some("no-store")), "{name}: {reply:?}");
        assert_eq!(reply.header("content-type"), Some("application/json"), "{name}");
        let names: Vec<_> = reply.body.as_object().unwrap().keys().map(String::as_str).collect();
        if status == 200 {
            assert_eq!(names, ["AccessKeyId", "Expiration", "SecretAccessKey", "Token"], "{name}");
        } else {
            assert_eq!((names.as_slice(), reply.text("code")), (&["code", "message"][..], code), "{name}");
            assert!(!reply.text("message").contains(&token), "{name}");
        }
    }
    let url = served.url().to_owned();
    let ask = || get(&url, &[("Authorization", &token)]);
    thread::scope(|scope| {
        let asked: Vec<_> = (0..100).map(|_| scope.spawn(ask)).collect();
        assert!(asked.into_iter().all(|asked| asked.join().unwrap().status == 200));
    });
    let ended = served.end("-TERM");
    assert!(ended.status == 0 && !file.exists(), "{ended:?}");
}

#[test]
fn a_sign_in_that_ends_meanwhile_is_told_to_the_tools_and_once_to_the_person() {
    let machine = Machine::new("cosima");
    machine.log_in();
    let served = Served::start(&machine, &[]);
    let token = served.token();
    let ask = || -> Reply { get(served.url(), &[("Authorization", &token)]) };
    assert_eq!(ask().status, 200);
    assert_eq!(machine.run(&["logout"]).status, 0);
    for _ in 0..3 {
        let reply = ask();
        assert_eq!((reply.status, reply.text("code")), (401, "not_signed_in"), "{reply:?}");
        assert_eq!(reply.text("message"), "You are not signed in. Run `latchkey login`.");
    }
    machine.log_in();
    assert_eq!(ask().status, 200);
    let ended = served.end("-HUP");
    assert_eq!(ended.error.matches("You are not signed in.").count(), 1, "{ended:?}");
}

#[test]
fn a_command_gets_these_keys_and_no_others_and_its_end_is_the_end() {
    let machine = Machine::new("conan");
    machine.log_in();
    let (keys, home) = machine.person.keys_and_home();
    put(&keys, &format!("{home}b.txt")).unwrap();
    // Keys that would win, were they not kept from the command.
    let aws = machine.folder.join(".aws");
    fs::create_dir_all(&aws).unwrap();
    fs::write(aws.join("credentials"), "[default]\naws_access_key_id = AKIA\naws_secret_access_key = x\n").unwrap();
    let place = format!("s3://{}/{home}", recorded("bucket"));
    let mut serve = machine.command(&["serve", "--", "aws", "s3", "ls", &place]);
    let served = Ended::of(serve.env("AWS_ACCESS_KEY_ID", "AKIA").env("AWS_PROFILE", "nobody").output().unwrap());
    assert!(served.status == 0 && served.out.ends_with(" b.txt\n") && served.error.is_empty(), "{served:?}");

    let shown = machine.run(&["serve", "--", "env"]).out;
    let value = |name: &str| shown.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    assert_eq!(value("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(str::len), Some(43), "{shown}");
    let file = PathBuf::from(value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").unwrap());
    assert!(file.starts_with(machine.folder.join("kept")) && !file.exists(), "{shown}");
    assert_eq!(machine.run(&["serve", "--", "sh", "-c", "exit 7"]).status, 7);
    assert_eq!(machine.run(&["serve", "--", "sh", "-c", "kill -9 $$"]).status, 128 + 9);
    let missing = machine.run(&["serve", "--", "no-such-program"]);
    assert!(missing.status == 1 && missing.error.starts_with("latchkey: no-such-program cannot be run"), "{missing:?}");

    // What asks the program to end reaches the command.
    let script = "trap 'exit 9' TERM; echo ready; while true; do sleep 0.1; done";
    let mut process = machine.command(&["serve", "--", "sh", "-c", script]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let pid = process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(Ended::of(process.wait_with_output().unwrap()).status, 9);
    let left = fs::read_dir(machine.folder.join("kept")).unwrap().map(|file| file.unwrap().file_name());
    assert!(left.filter(|name| name.to_string_lossy().starts_with("serve-")).count() == 0);

    // A default profile with keys cannot be kept from it, so the command does not run.
    fs::write(aws.join("config"), "[default]\nrole_arn = arn:aws:iam::111122223333:role/other\n").unwrap();
    let refused = machine.run(&["serve", "--", "echo", "ran"]);
    assert!(refused.status == 1 && refused.out.is_empty() && refused.error.contains("[default]"), "{refused:?}");
    // With the same from us, it is.
    fs::remove_file(aws.join("config")).unwrap();
    assert_eq!(machine.run(&["configure", "default"]).status, 0);
    assert_eq!(machine.run(&["serve", "--", "echo", "ran"]).out, "ran\n");
    // Keys beside it would come first.
    let profile = fs::read_to_string(aws.join("config")).unwrap();
    fs::write(aws.join("config"), format!("{profile}aws_access_key_id = AKIA\naws_secret_access_key = x\n")).unwrap();
    let refused = machine.run(&["serve", "--", "echo", "ran"]);
    assert!(refused.status == 1 && refused.out.is_empty() && refused.error.contains("[default]"), "{refused:?}");
}

#[test]
fn a_client_that_never_asks_is_not_waited_for() {
    let machine = Machine::new("cyrus");
    machine.log_in();
    let served = Served::start(&machine, &[]);
    let port: u16 = served.url().split([':', '/']).nth(4).unwrap().parse().unwrap();
    let second = machine.run(&["serve", "--port", &port.to_string()]);
    assert!(second.status == 1 && second.error.starts_with(&format!("latchkey: Port {port} on")), "{second:?}");
    // As many as are served at once.
    let silent: Vec<_> = (0..64).map(|_| std::net::TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    let token = served.token();
    // They are still there when it is answered.
    assert_eq!(get(served.url(), &[("Authorization", &token)]).status, 200);
    drop(silent);
    served.end("-INT");
}
