use std::{
    fs,
    io::{Read, Write},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

use crate::stack::{PASSWORD, Person, Reply, STACK, Stack, get, post, root};

/// Where the built program is.
pub(crate) const PROGRAM: &str = "target/debug/latchkey";

/// The program on somebody's machine: with a folder for what it keeps.
pub(crate) struct Machine {
    stack: &'static Stack,
    pub(crate) folder: PathBuf,
    pub(super) person: Person,
}

impl Machine {
    /// A new machine of a new person.
    pub(super) fn new(name: &str) -> Self {
        Self::of(&STACK, Person::new(name))
    }

    /// The same at `stack`.
    pub(super) fn new_at(stack: &'static Stack, name: &str) -> Self {
        Self::of(stack, Person::new_at(stack, name))
    }

    /// The same for somebody who has signed up at `stack`.
    pub(crate) fn of(stack: &'static Stack, person: Person) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("machines").join(&person.name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { stack, folder, person }
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(root().join(PROGRAM));
        command.args(arguments).env_clear().envs(self.variables());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn variables(&self) -> [(&'static str, String); 5] {
        [
            ("PATH", std::env::join_paths([root().join(".venv/aws/bin"), "/usr/bin".into(), "/bin".into()]).unwrap()),
            ("HOME", self.folder.clone().into_os_string()),
            ("LATCHKEY_HOME", self.folder.join("kept").into_os_string()),
            ("AWS_ENDPOINT_URL", self.stack.text("endpoint").into()),
            // No browser opens.
            ("BROWSER", "true".into()),
        ]
        .map(|(name, value)| (name, value.into_string().unwrap()))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().unwrap())
    }

    /// Signs in with the address that the browser comes back to pasted.
    pub(crate) fn log_in(&self) {
        let mut login = self.command(&["login", "--no-browser", "--url", self.stack.text("api_url")]).spawn().unwrap();
        let page = address_of_page(&mut login);
        writeln!(login.stdin.take().unwrap(), "{}", sign_in(&page, &self.person)).unwrap();
        let ended = Ended::of(login.wait_with_output().unwrap());
        assert_eq!((ended.status, ended.out.as_str()), (0, ""), "{ended:?}");
    }
}

/// How the program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Ended {
    pub(super) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { status: output.status.code().unwrap_or(-1), out: text(output.stdout), error: text(output.stderr) }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

/// Reads the address of the sign-in page, which a login says first.
pub(crate) fn address_of_page(login: &mut Child) -> String {
    // One byte at a time, so that the rest is left for whoever reads on.
    let mut said = String::new();
    let mut byte = [0];
    while !said.ends_with("\n\n") || !said.contains("://") {
        assert_eq!(login.stderr.as_mut().unwrap().read(&mut byte).unwrap(), 1, "{said}");
        said.push(char::from(byte[0]));
    }
    said.lines().map(str::trim).find(|line| line.starts_with("http")).unwrap().to_owned()
}

/// Signs `person` in at the page, in place of the browser, and returns the address to which it is sent back.
pub(super) fn sign_in(page: &str, person: &Person) -> String {
    sign_in_as(page, &person.name, PASSWORD)
}

/// The same for somebody with another password.
pub(crate) fn sign_in_as(page: &str, name: &str, password: &str) -> String {
    let (page, asked) = page.split_once('?').unwrap();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let url = page.replace("/oauth2/authorize", "/login");
    let reply = post(&url, &form, &format!("{asked}&username={name}&password={password}"));
    reply.header("location").unwrap_or_else(|| panic!("{reply:?}")).to_owned()
}

/// What a browser gets at an address of the program's own.
pub(crate) fn visit(address: &str) -> Reply {
    get(&address.replace("localhost", "127.0.0.1"), &[])
}
