//! The examples run as they stand, each against the deployed stack, with the real packages that they name.

mod deployed;
mod machines;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use self::deployed::{DEPLOYED, Deployed, first_line, run};
use crate::{
    command_line::machine::sign_in_as,
    stack::{Keys, PASSWORD, Person, aws_at, get, root},
};

/// Somebody with an id token in a file, as the program that signs people in leaves it.
struct Signed {
    person: Person,
    keys: Keys,
    home: String,
    folder: PathBuf,
}

impl Signed {
    fn new(deployed: &Deployed, name: &str) -> Self {
        let person = Person::new_at(&deployed.stack, name);
        let (keys, home) = person.keys_and_home_at(&deployed.stack);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("files")).unwrap();
        fs::write(folder.join("token"), &person.id_token).unwrap();
        fs::write(folder.join("files/hello.txt"), "Hello!\n").unwrap();
        Self { person, keys, home, folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// This name in the home, for the AWS CLI.
    fn place(&self, deployed: &Deployed, name: &str) -> String {
        format!("s3://{}/{}{name}", deployed.stack.text("bucket"), self.home)
    }

    /// What S3 has there.
    fn stored(&self, deployed: &Deployed, name: &str) -> String {
        aws_at(&deployed.stack, &self.keys, &["s3", "cp", "--quiet", &self.place(deployed, name), "-"]).unwrap()
    }
}

/// A program, its arguments, further variables, and what it leaves in the home.
type Case<'c> = (&'c str, &'c [&'c str], &'c [(&'c str, &'c str)], &'c str);

#[test]
fn each_program_puts_lists_and_gets_in_the_home_of_its_person() {
    let deployed = &*DEPLOYED;
    let edda = Signed::new(deployed, "edda");
    let (api, token) = (deployed.stack.text("api_url"), edda.path("token"));
    let credentials = format!("{api}/credentials");
    let container = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", credentials.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token),
    ];
    let with_token = [("ID_TOKEN", edda.person.id_token.as_str())];
    let cases: [Case<'_>; 4] = [
        ("python", &["examples/python/files.py", api, &token], &[], "python"),
        ("node", &["examples/javascript/node/files.mjs", api, &token], &[], "node"),
        ("target/debug/latchkey-example", &[api, &token], &container, "rust"),
        ("sh", &["examples/shell/files.sh", api], &with_token, "a-shell"),
    ];
    for (program, arguments, variables, what) in cases {
        let mut command = deployed.command(program, arguments);
        let said = run(command.envs(variables.iter().copied()));
        let name = format!("from-{what}.txt");
        let stored = edda.stored(deployed, &name);
        assert!(stored.starts_with("Hello from "), "{what}: {stored}");
        assert!(said.contains(&name) && said.ends_with(&stored), "{what}: {said}");
        assert!(!said.contains("eyJ"), "{what} shows a token");
    }

    let rclone = ["examples/rclone/sync.sh", api, &token, &edda.path("files")];
    // Without TLS, this provider of rclone sends no body: it leaves the hash of the body to TLS.
    let said = run(deployed.command("sh", &rclone).envs(deployed.with_tls()));
    assert!(said.starts_with("        7 ") && said.ends_with(" hello.txt\n"), "{said}");
    assert_eq!(edda.stored(deployed, "from-rclone/hello.txt"), "Hello!\n");

    // Of somebody who was refused, each says so and no more.
    fs::write(edda.folder.join("token"), edda.person.tampered_token()).unwrap();
    for (program, arguments, variables, what) in cases.into_iter().filter(|case| case.1[1..] == [api, &token]) {
        let ended = deployed.command(program, arguments).envs(variables.iter().copied()).output().unwrap();
        assert!(
            !ended.status.success() && !String::from_utf8_lossy(&ended.stderr).contains("eyJ"),
            "{what}: {ended:?}"
        );
    }
}

#[test]
fn a_person_signs_in_and_the_program_gets_keys_by_token_exchange() {
    let deployed = &*DEPLOYED;
    let person = Person::new_at(&deployed.stack, "edgar");
    let (_, home) = person.keys_and_home_at(&deployed.stack);
    let front = deployed.front();
    for (program, script, port) in [
        ("python", "examples/python/sign_in.py", deployed.ports[0]),
        ("node", "examples/javascript/node/sign-in.mjs", deployed.ports[1]),
    ] {
        let api = deployed.stack.text("api_url").replace(deployed.stack.text("endpoint"), &front);
        let (authorize, redeem) = (format!("{front}/oauth2/authorize"), format!("{front}/oauth2/token"));
        let mut command = deployed.command(program, &[script, &api, &authorize, &redeem]);
        command.envs(deployed.with_tls()).env("CALLBACK", format!("http://localhost:{port}/callback"));
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let page = first_line(&mut process).replace("Sign in at ", "");
        let back = sign_in_as(&page.replace(&front, deployed.stack.text("endpoint")), "edgar", PASSWORD);
        assert!(get(&back, &[]).body.to_string().contains("You may close this page"));
        let ended = process.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert!(said.starts_with(&format!("edgar has 0 objects in {home}, with keys until 20")), "{script}: {ended:?}");
    }
}

#[test]
fn pages_use_the_bucket_in_a_browser_that_keeps_to_cors() {
    let deployed = &*DEPLOYED;
    let emmy = Signed::new(deployed, "emmy");
    run(deployed.command("npm", &["run", "--prefix", "examples/javascript", "--silent", "build"]).envs(
        [("API_URL", "ApiUrl"), ("AUTHORIZE_URL", "AuthorizeUrl"), ("OAUTH_TOKEN_URL", "OAuthTokenUrl")]
            .map(|(name, output)| (name, deployed.stack.output(output))),
    ));
    let opened = deployed.browse(deployed.ports[2], "emmy", &["files", "amplify"]);
    let shown: Value = serde_json::from_slice(&opened.stdout).unwrap_or_else(|_| panic!("{opened:?}"));
    for (page, name, text) in
        [("files", "from-a-page.txt", "Hello from a page!\n"), ("amplify", "from-amplify.txt", "Hello from Amplify!\n")]
    {
        let shown = shown[page].as_str().unwrap_or_else(|| panic!("{page} shows nothing: {opened:?}"));
        assert!(shown.starts_with("emmy has:\n") && shown.contains(name) && shown.ends_with(text), "{page}: {shown}");
        assert_eq!(emmy.stored(deployed, name), text, "{page}");
    }
    // What Amplify uploads in parts and deletes.
    assert!(shown["amplify"].as_str().unwrap().contains(" 6291456  from-amplify.bin\n"), "{shown}");
    let left = aws_at(&deployed.stack, &emmy.keys, &["s3", "ls", &emmy.place(deployed, "")]).unwrap();
    assert!(left.contains("from-amplify.txt") && !left.contains("from-amplify.bin"), "{left}");
    // The same page at an origin that the stack does not allow.
    let refused = deployed.browse(deployed.ports[3], "emmy", &["files"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("has been blocked by CORS policy"), "{refused:?}");
}

#[test]
fn each_example_is_in_the_list_of_them() {
    let readme = fs::read_to_string(root().join("examples/README.md")).unwrap();
    let listed = Command::new("git").args(["ls-files", "examples"]).current_dir(root()).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let examples = listed.lines().map(|path| path.trim_start_matches("examples/"));
    let is_example = |path: &&str| {
        [".py", ".mjs", ".js", ".rs", ".sh", ".tf", ".conf", ".yml"].iter().any(|end| path.ends_with(end))
    };
    let missing: Vec<_> = examples.filter(is_example).filter(|path| !readme.contains(&format!("]({path})"))).collect();
    assert!(missing.is_empty() && listed.lines().count() > 10, "{missing:?} of {listed}");
}
