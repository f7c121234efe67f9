//! The deployed functions by themselves: what they answer when nobody stands before them.

use std::{collections::BTreeSet, fs};

use events::{Case, Filled, readable};
use serde_json::{Value, json};

use crate::stack::{Keys, Person, aws, function, put, recorded, state};

/// Invokes a function with an event, and returns its answer or its error.
fn invoke(name: &str, event: &str) -> Value {
    let folder = state().join("invocations");
    fs::create_dir_all(&folder).unwrap();
    let file = |kind: &str| {
        let thread = std::thread::current();
        format!("{}/{}.{kind}.json", folder.display(), thread.name().unwrap_or("main").replace("::", "."))
    };
    let (input, output) = (file("event"), file("answer"));
    fs::write(&input, event).unwrap();
    let payload = format!("fileb://{input}");
    aws(&Keys::admin(), &["lambda", "invoke", "--function-name", function(name), "--payload", &payload, &output])
        .unwrap();
    serde_json::from_str(&fs::read_to_string(output).unwrap()).unwrap()
}

/// What an answer comes to: `401 invalid_token`, `[email_missing] …`, `confirmed` …
fn outcome(answer: &Value) -> String {
    let answer = readable(answer.clone());
    match &answer {
        answer if answer["statusCode"].is_u64() => {
            let code = answer["body"]["code"].as_str().or(answer["body"]["error"].as_str()).unwrap_or("ok");
            format!("{} {code}", answer["statusCode"])
        }
        answer if answer["errorType"] == "SignUpRefused" => answer["errorMessage"].as_str().unwrap().to_owned(),
        answer if answer["response"]["autoConfirmUser"] == true => "confirmed".to_owned(),
        _ => "admitted".to_owned(),
    }
}

/// The cases that this stack can be asked, filled in for `person`: one for each function, path and outcome.
fn cases(person: &Person) -> Vec<(Case, Filled)> {
    let value_of = |placeholder: &str| match placeholder {
        "ID_TOKEN" => Some(person.id_token.clone()),
        "ACCESS_TOKEN" => Some(person.access_token.clone()),
        "TAMPERED_ID_TOKEN" => Some(person.tampered_token()),
        "IDENTITY_POOL_ID" => Some(recorded("identity_pool_id").to_owned()),
        // Only a holder of the pool's signing keys can make the others.
        _ => None,
    };
    let mut seen = BTreeSet::new();
    let usual = Case::all().into_iter().filter(|case| case.circumstances.are_usual());
    let filled = usual.filter_map(|case| case.filled(value_of).ok().map(|filled| (case, filled)));
    filled
        .filter(|(case, filled)| {
            let path = serde_json::from_str::<Value>(&filled.event).unwrap()["rawPath"].to_string();
            seen.insert((case.function.clone(), path, outcome(&filled.expected)))
        })
        .collect()
}

#[test]
fn the_events_of_the_folder_are_answered_as_they_must_be() {
    let lara = Person::new("lara");
    // One event copies it.
    let (keys, home) = lara.keys_and_home();
    put(&keys, &format!("{home}hello.txt")).unwrap();
    let cases = cases(&lara);
    for name in ["token-exchange", "list-objects", "object-links", "pre-sign-up"] {
        let of_function = cases.iter().filter(|(case, _)| case.function == name);
        assert!(of_function.count() >= 5, "{name} is asked too little");
    }
    for (case, filled) in cases {
        let answer = invoke(&case.function, &filled.event);
        assert_eq!(outcome(&answer), outcome(&filled.expected), "{case}: {answer}");
    }
}

#[test]
fn a_function_trusts_no_gateway_to_have_checked_the_token() {
    let person = Person::new("mona");
    for (name, path) in [("token-exchange", "/credentials"), ("list-objects", "/objects")] {
        let mut event = gateway::get(path, "", "");
        for (token, status) in [(&person.id_token, 200), (&person.tampered_token(), 401)] {
            event["headers"]["authorization"] = json!(format!("Bearer {token}"));
            let answer = invoke(name, &event.to_string());
            assert_eq!(answer["statusCode"], status, "{name}: {answer}");
        }
        event["headers"].as_object_mut().unwrap().remove("authorization");
        assert_eq!(readable(invoke(name, &event.to_string()))["body"]["code"], "missing_token", "{name}");
    }
}
