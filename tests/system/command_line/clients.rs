//! Programs with the SDKs, which live longer than their first keys, and longer than the token that these were made with.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use super::{
    USE_SECONDS,
    machine::{Machine, PROGRAM},
    shorten_id_tokens,
};
use crate::{
    access::EXPIRED,
    stack::{CREDENTIALS_SECONDS, SHORT_STACK, aws_at, root},
};

/// A program of `tests/clients` that runs.
struct Client {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Client {
    fn start(command: &mut Command) -> Self {
        // The SDK's, that it will need a newer Node.js some day.
        command.env("NODE_NO_WARNINGS", "1");
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let (questions, answers) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Self { process, questions, answers }
    }

    /// How many objects it sees, or why it sees none.
    fn answer(&mut self) -> String {
        writeln!(self.questions, "list").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn end(mut self) {
        drop(self.questions);
        assert!(self.process.wait().unwrap().success());
    }
}

/// Where Node.js is, for which the packages of `tests/clients/javascript` are there.
fn node() -> PathBuf {
    let installed = root().join("tests/clients/javascript/node_modules");
    assert!(installed.exists(), "there is no {}: make system installs it", installed.display());
    let on_path = env::var_os("PATH").unwrap();
    let node = env::split_paths(&on_path).map(|folder| folder.join("node")).find(|place| place.exists());
    node.unwrap_or_else(|| panic!("node is not on the PATH; install Node.js 20 or newer first"))
}

/// A `credential_process` for `machine` that is also noted down, request by request.
fn add_profile(machine: &Machine) {
    let process = machine.folder.join("credentials");
    let requests = machine.folder.join("requests");
    let text = format!(
        "#!/bin/sh\nexec {} credentials --verbose 2>> {}\n",
        root().join(PROGRAM).display(),
        requests.display()
    );
    fs::write(&process, text).unwrap();
    fs::set_permissions(&process, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir_all(machine.folder.join(".aws")).unwrap();
    let profile = format!("[profile files]\nregion = eu-west-1\ncredential_process = {}\n", process.display());
    fs::write(machine.folder.join(".aws/config"), profile).unwrap();
}

#[test]
fn programs_go_on_when_their_first_keys_and_the_token_have_ended() {
    let stack = &*SHORT_STACK;
    shorten_id_tokens(stack);
    let machine = Machine::new_at(stack, "clotho");
    machine.log_in();
    let (keys, home) = machine.person.keys_and_home_at(stack);
    let bucket = stack.text("bucket");
    let put = ["s3api", "put-object", "--bucket", bucket, "--key", &format!("{home}hello.txt")];
    aws_at(stack, &keys, &put).unwrap();
    add_profile(&machine);

    let clients = root().join("tests/clients");
    let [javascript, python, shell] = ["javascript/client.mjs", "python/with_boto3.py", "shell/aws.sh"]
        .map(|file| clients.join(file).into_os_string());
    let (node, python3) = (node().into_os_string(), root().join(".venv/aws/bin/python").into_os_string());
    let run = |interpreter, script, more: &[&str]| {
        let mut command = Command::new(interpreter);
        command.arg(script).args([bucket, &home]).args(more).env_clear().envs(machine.variables());
        command
    };
    let with_profile = |mut command: Command| Client::start(command.env("AWS_PROFILE", "files"));
    let inside = |outer, interpreter, script| {
        let mut command = machine.command(&[outer, "--"]);
        Client::start(command.arg(interpreter).arg(script).args([bucket, &home]))
    };
    // Each with whether it gets new keys.
    let mut clients = [
        ("JavaScript, the default chain", with_profile(run(&node, &javascript, &[])), true),
        ("JavaScript, fromProcess", Client::start(&mut run(&node, &javascript, &["files"])), true),
        ("boto3", with_profile(run(&python3, &python, &[])), true),
        ("the AWS CLI", with_profile(run(&"sh".into(), &shell, &[])), true),
        ("JavaScript in serve", inside("serve", &node, &javascript), true),
        ("boto3 in serve", inside("serve", &python3, &python), true),
        ("the AWS CLI in serve", inside("serve", &"sh".into(), &shell), true),
        // Nobody changes the variables of a program that runs.
        ("JavaScript in exec", inside("exec", &node, &javascript), false),
        ("boto3 in exec", inside("exec", &python3, &python), false),
    ];
    for (name, client, _) in &mut clients {
        assert_eq!(client.answer(), "1", "{name}");
    }
    let requests = || fs::read_to_string(machine.folder.join("requests")).unwrap();
    let before = requests();
    thread::sleep(Duration::from_secs(CREDENTIALS_SECONDS.max(USE_SECONDS) + 1));
    let is_refusal = |answer: &str| EXPIRED.iter().any(|code| answer.contains(code));
    let first_keys = aws_at(stack, &keys, &["s3", "ls", &format!("s3://{bucket}/{home}")]).unwrap_err();
    assert!(is_refusal(&first_keys), "{first_keys}");
    for (name, client, gets_new_keys) in &mut clients {
        let answer = client.answer();
        assert!(if *gets_new_keys { answer == "1" } else { is_refusal(&answer) }, "{name}: {answer}");
    }
    for (_, client, _) in clients {
        client.end();
    }
    let since = requests().split_off(before.len());
    assert!(since.contains("/oauth2/token 200\n") && since.contains("/credentials 200\n"), "{since}");
}
