//! `make verify`, at local AWSs as an operator runs it on AWS: from an endpoint, keys and a region, and nothing else.

mod program;
mod running;

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use serde_json::json;

use self::running::{assert_no_secret, left, names, nothing, own_stack, policy, report, reports, text, user, verify};
use crate::stack::{Keys, PROVIDERS_STACK, STRICT_STACK, aws_at, root};

#[test]
fn a_good_stack_is_proved_and_nothing_is_left() {
    let stack = own_stack();
    let folder = reports(&stack, "good");
    let keys = user(&stack, "operator", &policy(&stack));
    let output = verify(&stack, &folder, &["--memory"]).envs(keys.variables()).output().unwrap();
    let (report, written) = report(&folder, &output);
    assert!(output.status.success(), "{written}");
    assert_no_secret(&written, &stack);
    assert_eq!(left(&stack), nothing());
    assert_eq!(names(&report, "failed"), Vec::<String>::new());
    assert!(names(&report, "passed").len() > 90, "{written}");
    assert_eq!(report["stack"], "latchkey");
    for recorded in [
        "How a path with %25 arrives",
        "The name under which the function's WWW-Authenticate arrives",
        "What HEAD /objects gets, which is no route",
        "Whether a person who was disabled still gets keys with an old token",
        "With these keys, they still use their own home",
        "Round trips from here at 128 MB, in milliseconds",
    ] {
        assert!(names(&report, "recorded").iter().any(|name| name == recorded), "{recorded}: {written}");
    }
    let differs = names(&report, "differs");
    assert!(differs.contains(&"A burst above the limit of GET /objects gets a 429".to_owned()), "{differs:?}");
}

#[test]
fn a_stack_with_every_rule_for_sign_ups_is_proved_with_addresses_of_ones_own() {
    let stack = &*STRICT_STACK;
    let folder = reports(stack, "rules");
    let output = verify(stack, &folder, &["--email", "verify-1@example.com,verify-2@example.com"]).output().unwrap();
    let (report, written) = report(&folder, &output);
    assert!(output.status.success(), "{written}");
    assert_no_secret(&written, stack);
    let passed = names(&report, "passed");
    for code in [
        "email_domain_blocked",
        "email_domain_not_allowed",
        "email_domain_not_canonical",
        "email_alias",
        "invite_missing",
        "invite_invalid",
        "invite_expired",
    ] {
        assert!(passed.iter().any(|name| name.ends_with(&format!("({code})"))), "{code}: {written}");
    }
}

#[test]
fn a_run_that_is_interrupted_leaves_nothing() {
    let stack = own_stack();
    let folder = reports(&stack, "interrupted");
    let mut running =
        verify(&stack, &folder, &["--memory"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines().map(Result::unwrap);
    // By then, the functions have another memory, and the people have objects.
    let said: Vec<_> = lines.by_ref().take_while(|line| !line.contains("Round trips from here at 128 MB")).collect();
    assert!(Command::new("kill").arg(running.id().to_string()).status().unwrap().success());
    let rest: Vec<_> = lines.collect();
    let output = running.wait_with_output().unwrap();
    let (report, written) = report(&folder, &output);
    assert_eq!(output.status.code(), Some(1), "{said:?} {rest:?} {written}");
    assert_eq!((&report["interrupted"], left(&stack)), (&json!(true), nothing()), "{rest:?}");
    assert!(rest.iter().any(|line| line.starts_with("» Interrupted. ")), "{rest:?}");
    assert_no_secret(&written, &stack);
}

#[test]
fn a_hole_is_found_and_named() {
    let stack = own_stack();
    let arn = stack.output("PersonPolicyArn");
    let policy =
        |arguments: &[&str]| aws_at(&stack, &Keys::admin(), &[arguments, &["--policy-arn", arn]].concat()).unwrap();
    let version = ["iam", "get-policy-version", "--version-id", "v1", "--query", "PolicyVersion.Document"];
    let tight = policy(&version);
    let loose = tight.replace("private/${cognito-identity.amazonaws.com:sub}/*", "private/*");
    assert_ne!(loose, tight);
    let set =
        |document: &str| policy(&["iam", "create-policy-version", "--set-as-default", "--policy-document", document]);
    set(&loose);
    let folder = reports(&stack, "hole");
    let output = verify(&stack, &folder, &[]).output().unwrap();
    set(&tight);
    let (report, written) = report(&folder, &output);
    assert_eq!(output.status.code(), Some(1), "{written}");
    let failed = names(&report, "failed");
    for expected in ["Another's home cannot be listed", "Another's object cannot be read"] {
        assert!(failed.iter().any(|name| name == expected), "{expected}: {written}");
    }
    assert_eq!(left(&stack), nothing());
}

#[test]
fn where_nobody_has_a_password_what_needs_nobody_is_proved() {
    let stack = &*PROVIDERS_STACK;
    let folder = reports(stack, "providers");
    let output = verify(stack, &folder, &[]).output().unwrap();
    let (report, written) = report(&folder, &output);
    assert!(output.status.success(), "{written}");
    assert_no_secret(&written, stack);
    let passed = names(&report, "passed");
    for proved in [
        "Nobody may sign up by themselves (SelfSignUp, DirectorySignIn)",
        "No password opens anything (DirectorySignIn)",
        "The sign-in goes to the OpenID Connect provider (OidcName)",
        "The sign-in goes to the SAML provider (SamlName)",
        "The sign-in goes to no provider that the stack does not name",
        "The gateway lets nobody through without a token",
    ] {
        assert!(passed.iter().any(|name| name == proved), "{proved}: {written}");
    }
    assert!(names(&report, "skipped").contains(&"POST /token gives the first person keys".to_owned()), "{written}");
}

#[test]
fn what_cannot_be_verified_is_one_clear_line() {
    let stack = &*STRICT_STACK;
    let said = |command: &mut Command| {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        text(&output.stderr)
    };
    let folder = reports(stack, "none");
    let unreachable = said(&mut verify(stack, &folder, &["--api-url", "http://127.0.0.1:9"]));
    assert!(unreachable.starts_with("latchkey: the API at http://127.0.0.1:9 does not answer: "), "{unreachable}");
    let not_admitted = said(&mut verify(stack, &folder, &["--email", "a@example.org,b@example.org"]));
    assert_eq!(
        not_admitted,
        "latchkey: the stack admits nobody of example.org; name addresses that it admits: EMAIL=one,two\n"
    );
    let alone = said(&mut verify(stack, &folder, &["--email", "me@example.com"]));
    assert!(alone.contains("name two: EMAIL=one@example.com,two@example.com"), "{alone}");
    let pool = ["--user-pool-id", stack.text("user_pool_id"), "--username", "taken@example.com"];
    let admin = |operation| aws_at(stack, &Keys::admin(), &[&["cognito-idp", operation], &pool[..]].concat());
    admin("admin-create-user").unwrap();
    let taken = said(&mut verify(stack, &folder, &["--email", "free@example.com,taken@example.com"]));
    assert_eq!(
        taken,
        "latchkey: somebody has the address taken@example.com in this user pool; name others: EMAIL=one,two\n"
    );
    admin("admin-get-user").unwrap();
    let weak = policy(stack).replace("cognito-idp:AdminDeleteUser", "cognito-idp:ListUsers");
    let keys = user(stack, "weak", &weak);
    let cannot = said(verify(stack, &folder, &["--email", "a@example.com,b@example.com"]).envs(keys.variables()));
    assert_eq!(
        cannot,
        "latchkey: your credentials may not clean up (cognito-idp:AdminDeleteUser): operations/verify/policy.json has \
         all\n"
    );
    let nowhere = said(verify(stack, &folder, &[]).env_remove("AWS_REGION"));
    assert_eq!(
        nowhere,
        "latchkey: there is no region; set AWS_DEFAULT_REGION, or deploy first, which saves one with your answers\n"
    );
    assert!(!folder.exists(), "there is nothing to report");
}

#[test]
fn make_hands_on_what_its_command_line_says_and_no_address_of_the_environment() {
    let shown = |arguments: &[&str]| {
        let mut make = Command::new("make");
        make.args(["--no-print-directory", "--dry-run", "verify", "AWS_STACK=mine"]).args(arguments);
        text(&make.env("EMAIL", "environment@example.com").current_dir(root()).output().unwrap().stdout)
    };
    assert!(!shown(&[]).contains("environment@example.com"));
    let all = shown(&["EMAIL=a@example.com", "MEMORY=yes", "API_URL=https://api.example.com"]);
    let expected = "-m operations.verify 'mine' --stacks 'stacks' --api-url 'https://api.example.com' --email 'a@example.com' --memory";
    assert!(all.split_whitespace().collect::<Vec<_>>().join(" ").contains(expected), "{all}");
}
