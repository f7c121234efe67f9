//! `GET /credentials`, for the container credentials provider of every AWS SDK.

use crate::stack::{Keys, Person, api, aws, credentials, get, put, recorded};

#[test]
fn the_aws_cli_fetches_its_keys_itself() {
    let person = Person::new("carl");
    let (keys, home) = person.keys_and_home();
    let (bucket, key) = (recorded("bucket"), format!("{home}hello.txt"));
    put(&keys, &key).unwrap();
    for authorization in [person.id_token.clone(), format!("Bearer {}", person.id_token)] {
        let provider = Keys::from_container_provider(api("/credentials"), &authorization);
        let listed = aws(&provider, &["s3", "ls", &format!("s3://{bucket}/{home}")]).unwrap();
        assert!(listed.contains("hello.txt"), "{listed}");
    }
}

#[test]
fn the_answer_has_what_every_sdk_reads_and_nothing_of_oauth() {
    let person = Person::new("dora");
    for authorization in [person.id_token.clone(), format!("bearer {}", person.id_token)] {
        let reply = credentials(&authorization);
        assert_eq!((reply.status, reply.header("cache-control")), (200, Some("no-store")), "{reply:?}");
        let mut names: Vec<_> = reply.body.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let expected =
            ["AccessKeyId", "Expiration", "IdentityId", "SecretAccessKey", "SessionToken", "Token", "Version"];
        assert_eq!(names, expected);
    }
}

#[test]
fn the_gateway_lets_no_bad_token_through() {
    let tampered = format!("Bearer {}", Person::new("emil").tampered_token());
    for path in ["/credentials", "/objects"] {
        for (name, headers) in [
            ("no token", vec![]),
            ("no JWT", vec![("Authorization", "Bearer nonsense")]),
            ("tampered", vec![("Authorization", tampered.as_str())]),
        ] {
            let reply = get(&api(path), &headers);
            assert_eq!(reply.status, 401, "{name}: {reply:?}");
            // The function's refusal has a code; the gateway's has none.
            assert_eq!(reply.body["code"], serde_json::Value::Null, "{name}: {reply:?}");
        }
    }
}

#[test]
fn an_access_token_passes_the_gateway_and_not_the_function() {
    let reply = credentials(&format!("Bearer {}", Person::new("fran").access_token));
    assert_eq!((reply.status, reply.text("code")), (401, "invalid_token"), "{reply:?}");
    assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer "), "{reply:?}");
}
