//! `latchkey configure`: a profile for every AWS tool, and nothing else in the file that anybody wrote.

use std::{
    fs,
    process::{Command, Stdio},
};

use super::machine::{Ended, Machine};
use crate::stack::{put, recorded, root};

#[test]
fn a_profile_is_written_once_and_used_by_the_aws_tools() {
    let machine = Machine::new("cedric");
    let nobody = machine.run(&["configure"]);
    assert_eq!(nobody.error, "latchkey: You are not signed in. Run `latchkey login`.\n");
    assert_eq!(nobody.status, 3);
    machine.log_in();
    let config = machine.folder.join(".aws/config");
    let (keys, home) = machine.person.keys_and_home();
    put(&keys, &format!("{home}a.txt")).unwrap();
    let bucket = recorded("bucket");

    let tried = machine.run(&["configure", "--dry-run"]);
    assert!(tried.status == 0 && tried.error.ends_with("Nothing was changed.\n") && !config.exists(), "{tried:?}");
    let written = machine.run(&["configure"]);
    assert_eq!((written.status, written.out.as_str()), (0, ""), "{written:?}");
    let program = root().join("target/debug/latchkey");
    let lines = format!(
        "[profile latchkey]\nregion = eu-west-1\ncredential_process = {} credentials\nendpoint_url = {}\n",
        program.display(),
        recorded("endpoint"),
    );
    assert_eq!(fs::read_to_string(&config).unwrap(), lines);
    let shown = format!("+ {}\n", lines.trim_end().replace('\n', "\n+ "));
    let next = format!("Next: aws s3 ls --profile latchkey s3://{bucket}/{home}\n");
    assert!(written.error.contains(&shown) && written.error.ends_with(&next), "{written:?}");
    let again = machine.run(&["configure"]);
    assert_eq!(again.error, format!("There is nothing to change in {}.\n", config.display()));

    let boto3 = format!(
        "import boto3; print(boto3.Session(profile_name='latchkey').client('s3')\
         .list_objects_v2(Bucket='{bucket}', Prefix='{home}')['Contents'][0]['Key'])"
    );
    let mut cli = Command::new(root().join(".venv/aws/bin/aws"));
    cli.args(["s3", "ls", &format!("s3://{bucket}/{home}"), "--profile", "latchkey"]);
    let mut python = Command::new(root().join(".venv/aws/bin/python"));
    python.args(["-c", &boto3]);
    for mut tool in [cli, python] {
        // The profile has the endpoint.
        let variables = machine.variables().into_iter().filter(|(name, _)| *name != "AWS_ENDPOINT_URL");
        let ended = Ended::of(tool.env_clear().envs(variables).stdin(Stdio::null()).output().unwrap());
        assert!(ended.status == 0 && ended.out.trim_end().ends_with("a.txt"), "{ended:?}");
    }

    // Without a sign-in, it can still be removed.
    assert_eq!(machine.run(&["logout"]).status, 0);
    let removed = machine.run(&["configure", "--remove"]);
    assert!(removed.status == 0 && removed.error.contains("- [profile latchkey]\n"), "{removed:?}");
    assert_eq!(fs::read_to_string(&config).unwrap(), "");
    let backup = machine.folder.join(".aws/config.before-latchkey-1");
    assert!(removed.error.contains(&backup.display().to_string()), "{removed:?}");
    assert_eq!(fs::read_to_string(&backup).unwrap(), lines);
}

#[test]
fn what_somebody_else_wrote_stays() {
    let machine = Machine::new("cassia");
    machine.log_in();
    let aws = machine.folder.join("my aws");
    let config = aws.join("config");
    fs::create_dir_all(&aws).unwrap();
    let text = "# mine\r\n[default]\r\nregion = us-east-1\r\n[profile work]\r\nsso_session = x";
    fs::write(&config, text).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = machine.command(arguments);
        Ended::of(command.env("AWS_CONFIG_FILE", &config).env_remove("AWS_ENDPOINT_URL").output().unwrap())
    };
    for name in ["default", "work"] {
        for more in [None, Some("--remove")] {
            let arguments: Vec<_> = ["configure", name].into_iter().chain(more).collect();
            let refused = run(&arguments);
            let expected =
                format!("latchkey: The profile {name} in {} is not of `latchkey configure`", config.display());
            assert!(refused.status == 1 && refused.error.starts_with(&expected), "{refused:?}");
        }
    }
    assert_eq!(fs::read_to_string(&config).unwrap(), text);
    let role = "arn:aws:iam::111122223333:role/team";
    let written = run(&["configure", "team", "--role-arn", role]);
    assert_eq!(written.status, 0, "{written:?}");
    let lines = fs::read_to_string(&config).unwrap();
    let program = root().join("target/debug/latchkey");
    let added = format!(
        "\r\n\r\n[profile team]\r\nregion = eu-west-1\r\ncredential_process = {} credentials --role-arn {role}",
        program.display()
    );
    assert_eq!(lines, format!("{text}{added}"));
    assert_eq!(run(&["configure", "team", "--remove"]).status, 0);
    assert_eq!(fs::read_to_string(&config).unwrap(), text);
    for (arguments, status) in [(&["configure", "a b"][..], 2), (&["configure", "a", "--role-arn", "a\"b"], 2)] {
        assert_eq!(run(arguments).status, status, "{arguments:?}");
    }
}
