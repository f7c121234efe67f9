//! The function's handler, with events as Cognito sends them: what is admitted, what is refused, and what is returned.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]
#![expect(clippy::disallowed_methods, reason = "the handler reads the clock, so the tests' invites must be of now")]

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use pre_sign_up::{App, Settings, handle};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use settings::Variables;
use validation::sign_up::{EmailAddress, InviteKey};

const BLOCKED: &str = "SignUpRefused: [email_domain_blocked] Sign-ups with this e-mail domain are not accepted.";

fn app() -> App {
    let variables = Variables::from([
        ("SIGN_UP_BLOCKED_DOMAINS", "*.blocked.example,blocked.example"),
        ("SIGN_UP_BLOCK_DISPOSABLE", "true"),
        ("SIGN_UP_AUTO_CONFIRM_DOMAINS", "example.com"),
    ]);
    App::new(Settings::new(&variables, Path::new(".")).unwrap())
}

/// The event that goes back to Cognito, or what the refused person is shown.
fn answer(event: Box<RawValue>) -> Result<Box<RawValue>, String> {
    handle(&app(), &LambdaEvent::new(event, Context::default())).map_err(|refused| {
        let Diagnostic { error_type, error_message } = refused.into();
        format!("{error_type}: {error_message}")
    })
}

fn answer_to(event: &Value) -> Result<Value, String> {
    answer(to_raw_value(event).unwrap()).map(|event| serde_json::from_str(event.get()).unwrap())
}

fn sign_up(source: &str, request: &Value) -> Value {
    json!({ "version": "1", "triggerSource": source, "userName": "ada", "request": request, "response": {} })
}

fn with_email(email: &Value) -> Value {
    sign_up("PreSignUp_SignUp", &json!({ "userAttributes": { "email": email } }))
}

#[test]
fn an_event_is_returned_unchanged() {
    let event = r#"{"triggerSource" : "PreSignUp_SignUp", "unknown": {"n": 123456789012345678901234567890.10, "e": 1E+2},
        "request": {"userAttributes": {"email": "ada@example.org", "name": "\u00e9é\ud83e\udd80🦀\u0000"}, "validationData": null,
        "clientMetadata": {"a":"b"}}, "callerContext": null, "response": {"autoConfirmUser": false, "new": [1]}, "last": []}"#;
    let answered = answer(RawValue::from_string(event.to_owned()).unwrap()).unwrap();
    let expected = [
        r#"{"triggerSource":"PreSignUp_SignUp","unknown":{"n": 123456789012345678901234567890.10, "e": 1E+2},"#,
        r#""request":{"userAttributes": {"email": "ada@example.org", "name": "\u00e9é\ud83e\udd80🦀\u0000"}, "validationData": null,
        "clientMetadata": {"a":"b"}},"callerContext":null,"#,
        r#""response":{"autoConfirmUser":false,"new":[1],"autoVerifyEmail":false,"autoVerifyPhone":false},"last":[]}"#,
    ];
    assert_eq!(answered.get(), expected.concat());
}

#[test]
fn an_event_of_a_megabyte_is_returned_unchanged() {
    let mut event = with_email(&json!("ada@example.org"));
    event["request"]["userAttributes"]["custom:note"] = json!("ä🦀\"\\\n".repeat(100_000));
    event["response"] = json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false });
    assert!(event.to_string().len() > 1_000_000);
    assert_eq!(answer_to(&event).unwrap(), event);
}

#[test]
fn an_invite_may_be_in_either_place_and_verifies_the_address_where_that_takes_it_from_nobody() {
    const KEY: &str = "0123456789abcdef0123456789abcdef";
    let app = |verifies| {
        let variables = Variables::from([("SIGN_UP_INVITE_KEY", KEY), ("SIGN_UP_INVITE_VERIFIES", verifies)]);
        App::new(Settings::new(&variables, Path::new(".")).unwrap())
    };
    let email = EmailAddress::parse("ada@example.org").unwrap();
    let invite = |end: SystemTime| InviteKey::parse(KEY).unwrap().invite(&email, end);
    let good = invite(SystemTime::now() + Duration::from_hours(1));
    let expired = invite(SystemTime::now() - Duration::from_secs(1));
    let attributes = json!({ "email": "ada@example.org" });
    let cases = [
        (json!({ "clientMetadata": { "invite_code": good } }), "proven"),
        (json!({ "validationData": { "invite_code": good } }), "proven"),
        (json!({ "clientMetadata": null, "validationData": { "invite_code": good } }), "proven"),
        (json!({ "clientMetadata": {}, "validationData": { "invite_code": good } }), "proven"),
        (json!({ "clientMetadata": { "invite_code": null }, "validationData": { "invite_code": good } }), "proven"),
        (json!({ "clientMetadata": { "invite_code": "" }, "validationData": { "invite_code": good } }), "proven"),
        (json!({ "clientMetadata": { "invite_code": good }, "validationData": { "invite_code": "" } }), "proven"),
        (json!({ "clientMetadata": { "invite_code": good }, "validationData": { "invite_code": "x" } }), "proven"),
        (json!({ "clientMetadata": [], "validationData": { "invite_code": good } }), "proven"),
        (
            json!({ "clientMetadata": { "invite_code": "x" }, "validationData": { "invite_code": good } }),
            "invite_invalid",
        ),
        (
            json!({ "clientMetadata": { "invite_code": 5 }, "validationData": { "invite_code": good } }),
            "invite_invalid",
        ),
        (json!({ "clientMetadata": { "invite_code": "" }, "validationData": { "invite_code": "" } }), "invite_missing"),
        (json!({ "clientMetadata": { "invite_code": expired } }), "invite_expired"),
        (json!({ "clientMetadata": { "invite_code": [good] } }), "invite_invalid"),
        (json!({ "clientMetadata": { "invite_code": 5 } }), "invite_invalid"),
        (json!({ "clientMetadata": { "invite_code": "not a string" } }), "invite_invalid"),
        (json!({ "clientMetadata": { "Invite_Code": good } }), "invite_missing"),
        (json!({ "clientMetadata": [good], "validationData": good }), "invite_missing"),
        (json!({}), "invite_missing"),
    ];
    let sources = ["PreSignUp_SignUp", "PreSignUp_ExternalProvider"];
    for (source, verifies) in sources.iter().flat_map(|source| ["true", "false", ""].map(|verifies| (source, verifies)))
    {
        let app = app(verifies);
        for (request, expected) in &cases {
            let mut event = sign_up(source, request);
            event["request"]["userAttributes"] = attributes.clone();
            let answered = handle(&app, &LambdaEvent::new(to_raw_value(&event).unwrap(), Context::default()));
            let outcome = match &answered {
                Ok(answer) => {
                    let answer: Value = serde_json::from_str(answer.get()).unwrap();
                    let proven = json!({
                        "autoConfirmUser": true, "autoVerifyEmail": verifies == "true", "autoVerifyPhone": false,
                    });
                    assert_eq!(answer["response"], proven);
                    "proven"
                }
                Err(refusal) => refusal.code(),
            };
            assert_eq!(outcome, *expected, "{request}");
        }
    }
}

#[test]
fn without_a_proof_nothing_is_verified() {
    let mut event = with_email(&json!("ada@example.com"));
    event["response"] = json!({ "autoConfirmUser": false, "autoVerifyEmail": true, "autoVerifyPhone": true });
    let expected = json!({ "autoConfirmUser": true, "autoVerifyEmail": false, "autoVerifyPhone": false });
    assert_eq!(answer_to(&event).unwrap()["response"], expected);
}

#[test]
fn an_address_that_cannot_be_used_is_refused_with_its_own_code() {
    let missing = "SignUpRefused: [email_missing] An e-mail address is required to sign up.";
    let malformed = "SignUpRefused: [email_malformed] The e-mail address is not valid. Check it for typing errors.";
    let cases = [
        (sign_up("PreSignUp_SignUp", &json!({})), missing),
        (sign_up("PreSignUp_SignUp", &json!({ "userAttributes": null })), missing),
        (sign_up("PreSignUp_SignUp", &json!({ "userAttributes": {} })), missing),
        (with_email(&Value::Null), missing),
        (with_email(&json!("")), missing),
        (with_email(&json!(5)), malformed),
        (with_email(&json!(["ada@example.com"])), malformed),
        (with_email(&json!({})), malformed),
        (with_email(&json!(false)), malformed),
        (with_email(&json!("ada")), malformed),
        (
            with_email(&json!("jörg@example.com")),
            "SignUpRefused: [email_local_part_not_ascii] Before the @, an e-mail address may have only the letters a to \
             z, digits and common symbols.",
        ),
        (
            with_email(&json!("ada@x.mailinator.com")),
            "SignUpRefused: [email_disposable] Disposable e-mail addresses are not accepted. Use a permanent one.",
        ),
        (
            sign_up("PreSignUp_ExternalProvider", &json!({ "userAttributes": { "email": "a@x.blocked.example" } })),
            BLOCKED,
        ),
    ];
    for (event, expected) in cases {
        assert_eq!(answer_to(&event), Err(expected.to_owned()), "{event}");
    }
}

#[test]
fn an_administrator_is_not_checked() {
    for request in [json!({}), json!({ "userAttributes": { "email": "a@blocked.example" } })] {
        let event = sign_up("PreSignUp_AdminCreateUser", &request);
        assert_eq!(answer_to(&event).unwrap()["response"]["autoConfirmUser"], json!(false));
    }
}

#[test]
fn an_event_that_cannot_be_read_is_refused() {
    let unreadable = "SignUpRefused: [unreadable_event] The sign-up could not be checked.";
    let events = [
        json!(null),
        json!([]),
        json!("text"),
        json!({}),
        json!({ "triggerSource": "PreSignUp_SignUp" }),
        json!({ "triggerSource": null, "request": {} }),
        json!({ "triggerSource": 1, "request": {} }),
        json!({ "triggerSource": "PostConfirmation_ConfirmSignUp", "request": {} }),
        json!({ "triggerSource": "PreSignUp_SignUp", "request": null }),
        json!({ "triggerSource": "PreSignUp_SignUp", "request": [] }),
        json!({ "triggerSource": "PreSignUp_SignUp", "request": { "userAttributes": [] } }),
    ];
    for event in events {
        assert_eq!(answer_to(&event), Err(unreadable.to_owned()), "{event}");
    }
}
