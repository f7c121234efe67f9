use serde_json::{Value, json};

use crate::{Expected, Requests, Shot};

/// Requests for `pre-sign-up`, which has no cache: a few make its allocator settle.
pub(crate) fn requests() -> Requests {
    Requests { filling: (0..FILLING).map(shot).collect(), shots: Box::new(shot) }
}

const FILLING: usize = 2_000;

/// The `n`th sign-up.
fn shot(n: usize) -> Shot {
    let (name, email, expected) = match n % 8 {
        0..=3 => ("admitted", json!(format!("person-{n}@example.com")), Expected::Admitted),
        4 => ("blocked", json!(format!("person-{n}@blocked.example")), Expected::Refused("[email_domain_blocked]")),
        5 => ("malformed", json!(format!("person-{n}@@example.com")), Expected::Refused("[email_malformed]")),
        6 => ("long", json!("x".repeat(100_000)), Expected::Refused("[email_malformed]")),
        _ => ("a list", json!([n]), Expected::Refused("[email_malformed]")),
    };
    Shot { name, event: sign_up(n, &email), expected }
}

fn sign_up(n: usize, email: &Value) -> Value {
    json!({
        "version": "1", "region": "eu-west-1", "userPoolId": "eu-west-1_Ab", "userName": format!("person-{n}"),
        "triggerSource": "PreSignUp_SignUp",
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client-a" },
        "request": { "userAttributes": { "email": email, "name": "Ädä 🦀" }, "validationData": null },
        "response": { "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false },
    })
}
