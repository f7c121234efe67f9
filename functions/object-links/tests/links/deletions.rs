//! `POST /deletions`: many objects at once, and what became of each.

use gateway::Seen;
use loopback::{Answer, Aws, Cloud};
use serde_json::{Value, json};

use crate::setup::Setup;

async fn delete(setup: &Setup, keys: &Value) -> Seen {
    let token = setup.cloud.token(&json!({}));
    let body = json!({ "keys": keys }).to_string();
    Seen::new(&setup.send_to(&token, "POST", "/deletions", Some(&body)).await)
}

fn in_home(name: &str) -> String {
    format!("{}{name}", Cloud::HOME)
}

/// The keys that S3 was asked to delete.
fn asked(cloud: &Cloud) -> Vec<String> {
    let requests = cloud.aws.received().into_iter().filter(|request| request.target.contains("?delete"));
    let bodies: String = requests.map(|request| String::from_utf8(request.body).unwrap()).collect();
    bodies.split("<Key>").skip(1).map(|rest| rest.split("</Key>").next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn all_objects_are_deleted_in_one_call() {
    let setup = Setup::new();
    let seen = delete(&setup, &json!(["~/b", "~/a & <b>", "~/b", in_home("c\nd")])).await;
    let deleted = [in_home("a & <b>"), in_home("b"), in_home("c\nd")];
    assert_eq!((seen.status, &seen.body), (200, &json!({ "deleted": deleted, "failed": [] })));
    assert_eq!(seen.headers, ["cache-control: no-store", "content-type: application/json", "pragma: no-cache"]);
    assert_eq!(setup.cloud.aws.calls(), ["jwks", "GetId", "GetCredentialsForIdentity", "DeleteObjects"]);
    assert_eq!(asked(&setup.cloud).len(), 3, "a repeated key is sent once: {:?}", asked(&setup.cloud));
}

#[tokio::test]
async fn what_s3_refuses_is_told_object_by_object() {
    let setup = Setup::new();
    let error = |name: &str, code: &str| {
        let key = in_home(name);
        format!("<Error><Key>{key}</Key><Code>{code}</Code><Message>words of the service</Message></Error>")
    };
    let errors = [("a", "AccessDenied"), ("b", "SlowDown"), ("c", "InternalError"), ("d", "NewError")];
    let errors: String = errors.iter().map(|(name, code)| error(name, code)).collect();
    let deleted = format!("<Deleted><Key>{}</Key></Deleted>", in_home("e"));
    setup.cloud.aws.set_delete_objects(Answer::xml(200, &format!("<DeleteResult>{errors}{deleted}</DeleteResult>")));
    let seen = delete(&setup, &json!(["~/a", "~/b", "~/c", "~/d", "~/e", "~/f\u{1}"])).await;
    assert_eq!((seen.status, &seen.body["deleted"]), (200, &json!([in_home("e")])));
    let failed: Vec<_> = seen.body["failed"].as_array().unwrap().iter().collect();
    let told: Vec<_> = failed.iter().map(|one| (one["key"].as_str().unwrap(), one["code"].as_str().unwrap())).collect();
    let names = ["f\u{1}", "a", "b", "c", "d"].map(in_home);
    let codes = ["invalid_request", "access_denied", "throttled", "unavailable", "misconfigured"];
    assert_eq!(told, names.iter().map(String::as_str).zip(codes).collect::<Vec<_>>());
    assert!(!seen.body.to_string().contains("words of the service"));
    assert_eq!(asked(&setup.cloud).len(), 5, "what XML cannot hold is not sent");
}

#[tokio::test]
async fn one_key_outside_the_home_stops_them_all() {
    let setup = Setup::new();
    for key in ["public/a", "private/eu-west-1:another/a", "", "~/../x"] {
        let seen = delete(&setup, &json!(["~/a", key])).await;
        let expected = if key == "~/../x" { 200 } else { 403 };
        assert_eq!(seen.status, expected, "{key}: {seen:?}");
    }
    let above = delete(&setup, &json!(["~/a", "~/../../../x"])).await;
    assert_eq!((above.status, above.body["code"].as_str()), (400, Some("invalid_request")));
    let nothing_to_send = delete(&setup, &json!(["~/\u{1}"])).await;
    assert_eq!((nothing_to_send.status, &nothing_to_send.body["deleted"]), (200, &json!([])));
    assert_eq!(setup.cloud.aws.calls().iter().filter(|call| *call == "DeleteObjects").count(), 1);
}

#[tokio::test]
async fn a_refusal_of_the_whole_is_an_error() {
    for (answer, status, code) in [
        (Aws::s3_error(403, "AccessDenied"), 403, "access_denied"),
        (Aws::s3_error(503, "SlowDown"), 429, "throttled"),
        (Aws::s3_error(404, "NoSuchBucket"), 502, "misconfigured"),
    ] {
        let setup = Setup::new();
        setup.cloud.aws.set_delete_objects(answer);
        let seen = delete(&setup, &json!(["~/a"])).await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (status, Some(code)));
    }
}
