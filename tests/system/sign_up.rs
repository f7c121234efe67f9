//! Cognito asks the pre-sign-up function about every sign-up.

use crate::stack::{Keys, Person, aws, recorded, sign_up};

fn user_status(name: &str) -> Result<String, String> {
    let pool = recorded("user_pool_id");
    let arguments = ["cognito-idp", "admin-get-user", "--user-pool-id", pool, "--username", name];
    aws(&Keys::admin(), &[&arguments[..], &["--query", "UserStatus", "--output", "text"]].concat())
}

#[test]
fn whoever_comes_from_an_auto_confirmed_domain_may_sign_in_at_once() {
    let reply = sign_up("sue", "Sue@Example.COM");
    assert_eq!((reply.status, &reply.body["UserConfirmed"]), (200, &true.into()), "{reply:?}");
    assert!(!Person::sign_in("sue", recorded("client_id")).id_token.is_empty());
}

#[test]
fn whoever_comes_from_elsewhere_has_to_confirm_first() {
    let reply = sign_up("tom", "tom@example.org");
    assert_eq!((reply.status, &reply.body["UserConfirmed"]), (200, &false.into()), "{reply:?}");
    assert_eq!(Person::sign_in_error("tom"), "UserNotConfirmedException");
    assert_eq!(user_status("tom").unwrap().trim(), "UNCONFIRMED");
}

#[test]
fn who_is_refused_is_told_why_and_does_not_exist() {
    let cases = [
        (
            "blocked",
            "blocked@Blocked.Example.",
            "[email_domain_blocked] Sign-ups with this e-mail domain are not accepted.",
        ),
        (
            "disposable",
            "disposable@mail.mailinator.com",
            "[email_disposable] Disposable e-mail addresses are not accepted. Use a lasting one.",
        ),
        (
            "malformed",
            "malformed@example",
            "[email_malformed] The e-mail address is not valid. Check it for typing errors.",
        ),
    ];
    for (name, email, reason) in cases {
        let reply = sign_up(name, email);
        assert_eq!((reply.status, reply.text("__type")), (400, "UserLambdaValidationException"), "{name}");
        assert_eq!(reply.text("message"), format!("PreSignUp failed with error {reason}."));
        assert!(user_status(name).unwrap_err().contains("UserNotFoundException"), "{name}");
    }
}
