//! The function's handler, with events as Cognito sends them: what is admitted, what is refused, and what comes back.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::{fs, path::Path};

use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use pre_sign_up::{App, Settings, handle};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use settings::Variables;

fn app() -> App {
    let variables = Variables::from([
        ("SIGN_UP_BLOCKED_DOMAINS", "*.blocked.example"),
        ("SIGN_UP_BLOCK_DISPOSABLE", "true"),
        ("SIGN_UP_AUTO_CONFIRM_DOMAINS", "example.com"),
    ]);
    App::new(Settings::new(&variables).unwrap())
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
fn the_events_in_the_events_folder_are_answered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events");
    let cases = [
        ("pre-sign-up.sign-up", Ok(true)),
        ("pre-sign-up.admin-create-user", Ok(false)),
        ("pre-sign-up.external-provider", Ok(true)),
        (
            "pre-sign-up.blocked-domain",
            Err("SignUpRefused: [email_domain_blocked] Sign-ups with this e-mail domain are not accepted."),
        ),
    ];
    for (name, expected) in cases {
        let text = fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let event: Value = serde_json::from_str(&text).unwrap();
        let expected = expected.map_err(str::to_owned).map(|auto_confirm| {
            let mut expected = event.clone();
            expected["response"] =
                json!({ "autoConfirmUser": auto_confirm, "autoVerifyEmail": false, "autoVerifyPhone": false });
            expected
        });
        assert_eq!(answer_to(&event), expected, "{name}");
    }
}

#[test]
fn an_event_goes_out_as_it_came_in() {
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
fn nothing_is_ever_verified() {
    let mut event = with_email(&json!("ada@example.com"));
    event["response"] = json!({ "autoConfirmUser": false, "autoVerifyEmail": true, "autoVerifyPhone": true });
    let expected = json!({ "autoConfirmUser": true, "autoVerifyEmail": false, "autoVerifyPhone": false });
    assert_eq!(answer_to(&event).unwrap()["response"], expected);
}

#[test]
fn an_address_that_is_absent_null_or_no_string_is_refused_by_name() {
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
        (with_email(&json!("ada")), malformed),
        (
            with_email(&json!("ada@x.mailinator.com")),
            "SignUpRefused: [email_disposable] Disposable e-mail addresses are not accepted. Use a lasting one.",
        ),
        (
            sign_up("PreSignUp_ExternalProvider", &json!({ "userAttributes": { "email": "a@x.blocked.example" } })),
            "SignUpRefused: [email_domain_blocked] Sign-ups with this e-mail domain are not accepted.",
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
