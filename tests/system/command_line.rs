//! `latchkey`, as a person and the AWS tools use it: the sign-in through Cognito's pages, keys for every tool, and a
//! sign-in that lasts under rotation, whatever happens to the processes that share it.

mod clients;
mod configure;
mod doctor;
mod files;
mod large_copy;
mod line;
pub(crate) mod machine;
mod serve;
mod terminal;
mod transfers;

use std::{
    fs,
    io::Write,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use self::machine::{Ended, Machine, PROGRAM, address_of_page, sign_in, visit};
use crate::stack::{Keys, STACK, Stack, aws_at, put, recorded, root};

#[test]
fn a_person_signs_in_in_the_browser_and_out_again() {
    let machine = Machine::new("cleo");
    let nobody = machine.run(&["credentials"]);
    assert_eq!((nobody.status, nobody.out.as_str()), (3, ""), "{nobody:?}");
    assert_eq!(nobody.error, "latchkey: You are not signed in. Run `latchkey login`.\n");

    let mut login = machine.command(&["login", "--url", recorded("api_url")]).spawn().unwrap();
    let page = address_of_page(&mut login);
    let back = sign_in(&page, &machine.person);
    let place = back.split('?').next().unwrap();
    // What is not the end of this sign-in is passed over.
    assert_eq!(visit(&place.replace("callback", "favicon.ico")).status, 404);
    assert_eq!(visit(&format!("{place}?code=somebody-elses&state=another")).status, 400);
    let done = visit(&back);
    assert!(done.status == 200 && done.body.to_string().contains("You may close this page"), "{done:?}");
    let ended = Ended::of(login.wait_with_output().unwrap());
    assert_eq!((ended.status, ended.out.as_str()), (0, ""), "{ended:?}");
    assert!(ended.error.ends_with("You are signed in as cleo@example.com.\n"), "{ended:?}");

    let (keys, home) = machine.person.keys_and_home();
    put(&keys, &format!("{home}hello.txt")).unwrap();
    let who = machine.run(&["whoami", "--json"]);
    assert_eq!((who.status, &who.json()["home"]), (0, &Value::from(home.as_str())), "{who:?}");
    let shown = machine.run(&["whoami"]).out;
    assert!(shown.contains("user         cleo\n") && shown.contains(&format!("home         {home}\n")), "{shown}");

    // Nothing of it can be read by others, or by anybody without the key.
    for file in fs::read_dir(machine.folder.join("kept")).unwrap().map(Result::unwrap) {
        use std::os::unix::fs::PermissionsExt;
        let bytes = fs::read(file.path()).unwrap();
        assert!(bytes.is_empty() || file.metadata().unwrap().permissions().mode().trailing_zeros() >= 6, "{file:?}");
        assert!(!String::from_utf8_lossy(&bytes).contains("eyJ"), "{file:?}");
    }

    assert_eq!(machine.run(&["logout"]).status, 0);
    for arguments in [&["credentials"][..], &["whoami"], &["exec", "--", "true"]] {
        assert_eq!(machine.run(arguments).status, 3, "{arguments:?}");
    }
    assert_eq!(machine.run(&["logout"]).error, "You were not signed in.\n");
}

#[test]
fn a_refused_or_foreign_end_is_no_sign_in() {
    let machine = Machine::new("clem");
    let mut login = machine.command(&["login", "--no-browser", "--url", recorded("api_url")]).spawn().unwrap();
    let page = address_of_page(&mut login);
    let state = page.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let refusal =
        format!("http://localhost:53682/callback?error=access_denied&error_description=No+entry&state={state}");
    let lines = format!("http://localhost:53682/callback?code=x&state=another\n{refusal}\n");
    login.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let ended = Ended::of(login.wait_with_output().unwrap());
    assert_eq!(ended.status, 4, "{ended:?}");
    assert!(ended.error.contains("That is not the address of this sign-in's last page."), "{ended:?}");
    assert!(ended.error.ends_with("latchkey: You were not signed in: No entry\n"), "{ended:?}");
    assert_eq!(machine.run(&["credentials"]).status, 3);
}

#[test]
fn every_aws_tool_gets_keys() {
    let machine = Machine::new("clio");
    machine.log_in();
    let printed = machine.run(&["credentials"]);
    let keys = printed.json();
    assert_eq!((printed.status, printed.error.as_str(), &keys["Version"]), (0, "", &Value::from(1)), "{printed:?}");
    assert_eq!(machine.run(&["credentials"]).json(), keys, "kept until they end");

    let (_, home) = machine.person.keys_and_home();
    let place = format!("s3://{}/{home}", recorded("bucket"));
    let config = machine.folder.join(".aws/config");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    let program = root().join(PROGRAM);
    let lines =
        format!("[profile files]\nregion = eu-west-1\ncredential_process = {} credentials\n", program.display());
    fs::write(&config, lines).unwrap();
    let boto3 = format!(
        "import boto3; print(boto3.Session(profile_name='files').client('s3').list_objects_v2(Bucket='{}', Prefix='{home}')['KeyCount'])",
        recorded("bucket")
    );
    let mut with_profile = Command::new(root().join(".venv/aws/bin/aws"));
    with_profile.args(["s3", "cp", "--quiet", "--profile", "files", "-", &format!("{place}a.txt")]);
    let mut python = Command::new(root().join(".venv/aws/bin/python"));
    python.args(["-c", &boto3]);
    for mut tool in [with_profile, python] {
        let tool = tool.env_clear().envs(machine.variables()).stdin(Stdio::null()).output().unwrap();
        let ended = Ended::of(tool);
        assert_eq!(ended.status, 0, "{ended:?}");
    }

    let listed = machine.run(&["exec", "--", "aws", "s3", "ls", &place]);
    assert!(listed.status == 0 && listed.out.ends_with(" a.txt\n"), "{listed:?}");
    assert_eq!(machine.run(&["exec", "--", "sh", "-c", "exit 7"]).status, 7);
    let missing = machine.run(&["exec", "--", "no-such-program"]);
    assert!(missing.status == 1 && missing.error.starts_with("latchkey: no-such-program cannot be run"), "{missing:?}");

    let role = machine.run(&["credentials", "--role-arn", "arn:aws:iam::111122223333:role/another"]);
    assert_eq!((role.status, role.out.as_str()), (4, ""), "{role:?}");
    let elsewhere = machine.run(&["credentials", "--url", "https://another.example.com"]);
    assert_eq!(elsewhere.status, 3, "{elsewhere:?}");
    let unreachable = machine.run(&["login", "--url", "http://127.0.0.1:9"]);
    assert_eq!(unreachable.status, 5, "{unreachable:?}");
    let plain = machine.run(&["login", "--url", "http://api.example.com"]);
    assert_eq!(plain.status, 2, "{plain:?}");
}

/// For how long an id token is good: this many seconds before its end, it is renewed.
const RESERVE_SECONDS: u64 = 60;
/// How long id tokens are used in the test of their renewal.
const USE_SECONDS: u64 = 10;

/// Lets the command line's id tokens end soon.
fn shorten_id_tokens(stack: &Stack) {
    let client = stack.output("CommandLineClientId").to_owned();
    let pool = stack.text("user_pool_id");
    let describe = ["cognito-idp", "describe-user-pool-client", "--user-pool-id", pool, "--client-id", &client];
    let described = aws_at(stack, &Keys::admin(), &[&describe[..], &["--output", "json"]].concat()).unwrap();
    // An update resets what it does not say again.
    let mut settings = serde_json::from_str::<Value>(&described).unwrap()["UserPoolClient"].take();
    for name in ["CreationDate", "LastModifiedDate", "DefaultRedirectURI"] {
        settings.as_object_mut().unwrap().remove(name);
    }
    // The local AWS describes numbers of the template as texts.
    for name in ["AccessTokenValidity", "RefreshTokenValidity"] {
        let text = settings[name].as_str().map(str::to_owned);
        settings[name] = text.map_or(settings[name].take(), |text| text.parse::<u64>().unwrap().into());
    }
    settings["IdTokenValidity"] = (RESERVE_SECONDS + USE_SECONDS).into();
    settings["TokenValidityUnits"]["IdToken"] = "seconds".into();
    let input = settings.to_string();
    aws_at(stack, &Keys::admin(), &["cognito-idp", "update-user-pool-client", "--cli-input-json", &input]).unwrap();
}

#[test]
fn a_sign_in_lasts_while_many_processes_share_it_and_some_are_killed() {
    shorten_id_tokens(&STACK);
    let machine = Machine::new("clara");
    machine.log_in();
    for round in 0..3 {
        thread::sleep(Duration::from_secs(USE_SECONDS + 1));
        let start = |_| machine.command(&["whoami", "--json", "--verbose"]).spawn().unwrap();
        let mut running: Vec<Child> = (0..32).map(start).collect();
        // Some end in the middle of what they do.
        for process in running.iter_mut().skip(round).step_by(4) {
            thread::sleep(Duration::from_millis(20));
            process.kill().unwrap();
        }
        let ended: Vec<_> = running.into_iter().map(|one| Ended::of(one.wait_with_output().unwrap())).collect();
        for one in ended.iter().filter(|one| one.status != -1) {
            assert_eq!((one.status, &one.json()["user_name"]), (0, &Value::from("clara")), "{round}: {one:?}");
        }
        assert!(ended.iter().filter(|one| one.status == 0).count() >= 24, "{round}");
        let renewals = ended.iter().filter(|one| one.error.contains("/oauth2/token 200")).count();
        // One, and another if the first was killed before it could keep what it got.
        assert!(renewals <= 2, "{round}: {renewals} renewals");
        assert_eq!(machine.run(&["whoami"]).status, 0, "{round}");
    }
    let kept = fs::read_dir(machine.folder.join("kept")).unwrap().map(|file| file.unwrap().file_name());
    let kept: Vec<_> =
        kept.map(|name| name.into_string().unwrap()).filter(|name| name.starts_with("default.")).collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
}
