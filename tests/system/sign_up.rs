//! Cognito asks the pre-sign-up function about every sign-up.

use std::{
    io::Write,
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use loopback::Cloud;
use serde_json::{Value, json};
use validation::sign_up::{EmailAddress, InviteKey};

use crate::stack::{Keys, Person, STACK, STRICT_STACK, Stack, aws_at, recorded, root, sign_up, sign_up_at, stack_py};

/// What the pool knows about a user.
fn user(stack: &Stack, name: &str) -> Result<Value, String> {
    let pool = stack.text("user_pool_id");
    let arguments = ["cognito-idp", "admin-get-user", "--user-pool-id", pool, "--username", name, "--output", "json"];
    aws_at(stack, &Keys::admin(), &arguments).map(|text| text.parse().unwrap())
}

fn assert_refused(stack: &Stack, name: &str, email: &str, more: &Value, reason: &str) {
    let reply = sign_up_at(stack, name, email, more);
    assert_eq!((reply.status, reply.text("__type")), (400, "UserLambdaValidationException"), "{name}: {reply:?}");
    assert_eq!(reply.text("message"), format!("PreSignUp failed with error {reason}."), "{name}");
    let user = user(stack, stack.sign_in_name(name, email));
    assert!(user.unwrap_err().contains("UserNotFoundException"), "{name} exists");
}

#[test]
fn a_person_from_an_auto_confirmed_domain_may_sign_in_at_once() {
    let reply = sign_up("sue", "Sue@Example.COM");
    assert_eq!((reply.status, &reply.body["UserConfirmed"]), (200, &true.into()), "{reply:?}");
    assert!(!Person::sign_in("sue", recorded("client_id")).id_token.is_empty());
}

#[test]
fn a_person_from_another_domain_has_to_confirm_first() {
    let reply = sign_up("tom", "tom@example.org");
    assert_eq!((reply.status, &reply.body["UserConfirmed"]), (200, &false.into()), "{reply:?}");
    assert_eq!(Person::sign_in_error("tom"), "UserNotConfirmedException");
    assert_eq!(user(&STACK, "tom").unwrap()["UserStatus"], "UNCONFIRMED");
}

#[test]
fn a_refused_person_is_told_why_and_does_not_exist() {
    let cases = [
        (
            "blocked",
            "blocked@Blocked.Example.",
            "[email_domain_blocked] Sign-ups with this e-mail domain are not accepted.",
        ),
        (
            "disposable",
            "disposable@mail.mailinator.com",
            "[email_disposable] Disposable e-mail addresses are not accepted. Use a permanent one.",
        ),
        (
            "malformed",
            "malformed@example",
            "[email_malformed] The e-mail address is not valid. Check it for typing errors.",
        ),
        (
            "not-ascii",
            "jörg@example.com",
            "[email_local_part_not_ascii] Before the @, an e-mail address may have only the letters a to z, digits and \
             common symbols.",
        ),
    ];
    for (name, email, reason) in cases {
        assert_refused(&STACK, name, email, &json!({}), reason);
    }
}

#[test]
fn with_all_rules_on_the_first_that_applies_refuses() {
    let ada = EmailAddress::parse("ada@example.com").unwrap();
    let key = InviteKey::parse(Cloud::INVITE_KEY).unwrap();
    let with = |code: &str| json!({ "ClientMetadata": { "invite_code": code } });
    let good = key.invite(&ada, now() + Duration::from_hours(1));
    let expired = key.invite(&ada, now() - Duration::from_secs(1));
    let not_allowed =
        "[email_domain_not_allowed] Sign-ups are limited to certain e-mail domains, and this is not one of them.";
    let not_canonical = "[email_domain_not_canonical] After the @, write only the letters a to z, digits, hyphens and \
                         dots, with no dot at the end. Write an international domain in its xn-- form.";
    let alias = "[email_alias] Write the e-mail address in its plain form: without a plus, and at Gmail without dots \
                 and with gmail.com.";
    let missing = "[invite_missing] Sign-ups need an invite code.";
    let invalid = "[invite_invalid] The invite code is not valid for this e-mail address.";
    let cases = [
        ("elsewhere", "ada@example.org", with(&good), not_allowed),
        (
            "blocked",
            "ada@blocked.example",
            with(&good),
            "[email_domain_blocked] Sign-ups with this e-mail domain are not accepted.",
        ),
        ("disposable-but-allowed", "ada@mailinator.com", with(&good), invalid),
        ("dot", "ada@example.com.", with(&good), not_canonical),
        ("unseen", "ada@exam\u{ad}ple.com", with(&good), not_canonical),
        ("plus", "ada+notes@example.com", with(&good), alias),
        ("dots", "a.d.a@gmail.com", with(&good), alias),
        ("uninvited", "ada@example.com", json!({}), missing),
        ("another", "bob@example.com", with(&good), invalid),
        ("made-up", "ada@example.com", with("1.x"), invalid),
        ("late", "ada@example.com", with(&expired), "[invite_expired] The invite code has expired. Ask for a new one."),
    ];
    for (name, email, more, reason) in cases {
        assert_refused(&STRICT_STACK, name, email, &more, reason);
    }
}

#[test]
fn an_invited_person_may_sign_in_at_once_with_a_verified_address() {
    let stack = &*STRICT_STACK;
    let code = |name: &str| make_invite(&format!("{name}@example.com"));
    let cases = [
        ("uma", json!({ "ClientMetadata": { "invite_code": code("uma") } })),
        ("vic", json!({ "ValidationData": [{ "Name": "invite_code", "Value": code("vic") }] })),
    ];
    for (name, more) in cases {
        let email = format!("{name}@example.com");
        let reply = sign_up_at(stack, name, &email, &more);
        assert_eq!((reply.status, &reply.body["UserConfirmed"]), (200, &true.into()), "{reply:?}");
        assert!(!Person::sign_in_at(stack, name, stack.text("client_id")).id_token.is_empty());
        let verified = json!({ "Name": "email_verified", "Value": "true" });
        assert!(user(stack, &email).unwrap()["UserAttributes"].as_array().unwrap().contains(&verified), "{name}");
    }
}

#[test]
fn an_operator_can_ask_whether_an_address_would_be_admitted() {
    let ask = |stack: &Stack, arguments: &[&str]| {
        let state = stack.state.to_str().unwrap();
        stack_py(&[&["check-sign-up", "--state", state], arguments].concat()).unwrap()
    };
    let code = make_invite("wes@example.com");
    let cases = [
        (ask(&STACK, &["wes@example.com"]), "admitted: may sign in at once\n"),
        (ask(&STACK, &["wes@example.org"]), "admitted: has to confirm the address first\n"),
        (
            ask(&STACK, &["wes@blocked.example"]),
            "refused: [email_domain_blocked] Sign-ups with this e-mail domain are not accepted.\n",
        ),
        (ask(&STRICT_STACK, &["wes@example.com"]), "refused: [invite_missing] Sign-ups need an invite code.\n"),
        (
            ask(&STRICT_STACK, &["wes@example.com", "--invite", &code]),
            "admitted: may sign in at once, and the address counts as verified\n",
        ),
    ];
    for (said, expected) in cases {
        assert_eq!(said, expected);
    }
    let state = STACK.state.to_str().unwrap();
    let said = stack_py(&["invite-key", "--state", state]).unwrap_err();
    assert_eq!(said, "latchkey: the stack has no invites: deploy it with SignUpInviteKeySecret\n");
    assert!(user(&STACK, "wes").is_err(), "asking signs nobody up");
}

/// An invite code as `make invite` prints it, under the key of the strict stack.
fn make_invite(email: &str) -> String {
    let key = stack_py(&["invite-key", "--state", STRICT_STACK.state.to_str().unwrap()]).unwrap();
    let mut invite = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "-p", "pre-sign-up", "--example", "invite", "--", email, "1"])
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    invite.stdin.take().unwrap().write_all(key.as_bytes()).unwrap();
    let output = invite.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

#[expect(clippy::disallowed_methods, reason = "the function reads the clock, so invites must be valid now")]
fn now() -> SystemTime {
    SystemTime::now()
}
