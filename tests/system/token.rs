//! `POST /token`, from the request that an OAuth client sends to what the keys can do.

use serde_json::json;

use crate::stack::{Keys, Person, another_client, api, aws, exchange, get, post, recorded};

fn s3api(keys: &Keys, operation: &str, key: &str) -> Result<String, String> {
    aws(keys, &["s3api", operation, "--bucket", recorded("bucket"), "--key", key])
}

fn list(keys: &Keys, prefix: &str) -> Result<String, String> {
    aws(keys, &["s3", "ls", &format!("s3://{}/{prefix}", recorded("bucket"))])
}

#[test]
fn the_keys_open_the_own_home_and_nothing_else() {
    let (rose, sam) = (Person::new("rose"), Person::new("sam"));
    let (keys, home) = rose.keys_and_home();
    let (others_keys, others_home) = sam.keys_and_home();
    let others_key = format!("{others_home}diary.txt");
    s3api(&others_keys, "put-object", &others_key).unwrap();

    let key = format!("{home}notes/hello.txt");
    s3api(&keys, "put-object", &key).unwrap();
    s3api(&keys, "head-object", &key).unwrap();
    assert!(list(&keys, &format!("{home}notes/")).unwrap().contains("hello.txt"));
    s3api(&keys, "delete-object", &key).unwrap();

    let public = "public/for-the-keys.txt";
    s3api(&Keys::admin(), "put-object", public).unwrap();
    s3api(&keys, "head-object", public).unwrap();
    assert!(list(&keys, "public/").unwrap().contains("for-the-keys.txt"));

    // Programs that show folders make an object for each, and one for the home itself.
    for own in [home.clone(), format!("{home}notes/"), format!("{home}notes//hello.txt")] {
        for operation in ["put-object", "head-object", "delete-object"] {
            s3api(&keys, operation, &own).unwrap();
        }
        assert!(s3api(&others_keys, "put-object", &own).is_err(), "{own}");
    }

    for operation in ["put-object", "delete-object", "head-object"] {
        assert!(s3api(&keys, operation, &others_key).is_err(), "{operation} in another's home");
    }
    for operation in ["put-object", "delete-object"] {
        assert!(s3api(&keys, operation, public).is_err(), "{operation} in public/");
    }
    for prefix in ["", "private/", &others_home, others_home.trim_end_matches('/')] {
        assert!(list(&keys, prefix).unwrap_err().contains("AccessDenied"), "list {prefix}");
    }
    s3api(&others_keys, "head-object", &others_key).unwrap();
}

#[test]
fn one_body_serves_oauth_and_the_sdks() {
    let person = Person::new("una");
    let reply = exchange(&person.id_token, "&scope=openid%20email");
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!((reply.header("cache-control"), reply.header("pragma")), (Some("no-store"), Some("no-cache")));
    assert_eq!(reply.text("issued_token_type"), "urn:latchkey:params:oauth:token-type:aws-credentials");
    assert_eq!((reply.text("token_type"), &reply.body["Version"]), ("N_A", &json!(1)));
    assert_eq!(reply.text("access_token"), reply.text("SessionToken"));
    assert!((3500..=3600).contains(&reply.body["expires_in"].as_u64().unwrap()), "{reply:?}");

    let identity_id = reply.text("IdentityId");
    assert!(identity_id.starts_with("eu-west-1:"), "{identity_id}");
    for hint in [identity_id, "eu-west-1:00000000-0000-0000-0000-000000000000", "nonsense"] {
        let again = exchange(&person.id_token, &format!("&identity_id={hint}"));
        assert_eq!((again.status, again.text("IdentityId")), (200, identity_id), "{hint}");
        assert_ne!(again.text("AccessKeyId"), reply.text("AccessKeyId"));
    }
}

#[test]
fn a_request_in_json_is_answered_alike() {
    let body = json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": Person::new("vera").id_token,
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "requested_token_type": "urn:latchkey:params:oauth:token-type:aws-credentials",
        "audience": recorded("identity_pool_id"),
    });
    let reply = post(&api("/token"), &[("Content-Type", "application/json")], &body.to_string());
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[test]
fn each_refusal_says_how_to_mend_the_request() {
    let id_token = Person::new("will").id_token;
    let cases = [
        ("&audience=eu-west-1:other", "invalid_target"),
        ("&scope=openid%20s3:GetObject", "invalid_scope"),
        ("&actor_token=x", "invalid_request"),
        (&format!("&subject_token={id_token}"), "invalid_request"),
        ("&identity_id=%zz", "invalid_request"),
    ];
    for (more, error) in cases {
        let reply = exchange(&id_token, more);
        assert_eq!((reply.status, reply.text("error")), (400, error), "{more}");
        assert!(reply.text("error_description").ends_with('.') && !reply.body.to_string().contains(&id_token));
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{more}");
    }
    let text = post(&api("/token"), &[("Content-Type", "text/plain")], "x");
    assert_eq!((text.status, text.text("error")), (400, "invalid_request"));
    // The gateway has no such route: the function is not asked.
    assert_eq!(get(&api("/token"), &[]).status, 404);
}

#[test]
fn a_token_that_is_not_of_our_client_or_was_touched_or_revoked_is_refused() {
    let person = Person::new("xena");
    let cases = [
        ("tampered", person.tampered_token()),
        ("an access token", person.access_token.clone()),
        ("of another client", Person::sign_in(&person.name, &another_client()).id_token),
    ];
    for (name, token) in &cases {
        let reply = exchange(token, "");
        assert_eq!((reply.status, reply.text("error")), (400, "invalid_request"), "{name}");
    }
    assert_eq!(exchange(&person.id_token, "").status, 200);
    let pool = recorded("user_pool_id");
    aws(
        &Keys::admin(),
        &["cognito-idp", "admin-user-global-sign-out", "--user-pool-id", pool, "--username", &person.name],
    )
    .unwrap();
    let reply = exchange(&person.id_token, "");
    assert_eq!((reply.status, reply.text("error")), (400, "invalid_request"), "signed out");
}
