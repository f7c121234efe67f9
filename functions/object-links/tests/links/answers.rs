//! The response of each operation, and what it signs.

use gateway::{REQUEST_ID, Seen, event, request};
use loopback::Cloud;
use serde_json::{Value, json};

use crate::setup::{Setup, Target};

/// The home as it stands in an address: S3 leaves slashes as they are.
fn home_in_address() -> String {
    Cloud::HOME.replace(':', "%3A")
}

#[tokio::test]
async fn a_download_is_a_redirect_to_a_link_of_the_caller() {
    let setup = Setup::new();
    setup.warm().await;
    let response = setup.send("GET", "~/reports/a b.txt", None).await;
    let headers = response.headers();
    assert_eq!(
        (&headers["cache-control"], &headers["pragma"]),
        (&"no-store".parse().unwrap(), &"no-cache".parse().unwrap())
    );
    let target = Target::of_redirect(&response);
    let bucket = format!("{}/my-bucket", setup.cloud.aws.url());
    assert_eq!(target.address, format!("{bucket}/{}reports/a%20b.txt", home_in_address()));
    assert_eq!(target.query["X-Amz-Expires"], "900");
    assert_eq!(target.query["X-Amz-SignedHeaders"], "host", "{target:?}");
    assert_eq!(target.query["X-Amz-Security-Token"], "example-session-token");
    assert!(target.query["X-Amz-Credential"].starts_with("ASIAEXAMPLEKEYID/"), "{target:?}");
    assert!(target.query["X-Amz-Credential"].ends_with("/eu-west-1/s3/aws4_request"), "{target:?}");
    assert_eq!(target.query["response-content-disposition"], "attachment");
    // S3 was not asked, and further links cost no call at all.
    setup.send("GET", "public/b.txt", None).await;
    assert_eq!(setup.cloud.aws.calls(), ["jwks", "GetId", "GetCredentialsForIdentity"]);
}

#[tokio::test]
async fn a_signature_is_for_one_method() {
    let setup = Setup::new();
    let get = Target::of_redirect(&setup.send("GET", "~/a", None).await);
    let head = Target::of_redirect(&setup.send("HEAD", "~/a", None).await);
    assert_eq!(get.address, head.address);
    assert_ne!(get.query["X-Amz-Signature"], head.query["X-Amz-Signature"]);
}

#[tokio::test]
async fn a_download_can_be_given_a_name_and_a_lifetime() {
    let setup = Setup::new();
    for method in ["GET", "HEAD"] {
        let response = setup.send(method, "~/a?download=%C3%9Cbersicht.csv&url_seconds=60", None).await;
        let target = Target::of_redirect(&response);
        let disposition = "attachment; filename=\"_bersicht.csv\"; filename*=UTF-8''%C3%9Cbersicht.csv";
        assert_eq!(target.query["response-content-disposition"], disposition, "{method}");
        assert_eq!(target.query["X-Amz-Expires"], "60", "{method}");
    }
}

#[tokio::test]
async fn a_download_is_saved_unless_it_is_to_be_shown() {
    let setup = Setup::new();
    let cases = [
        ("", Some("attachment")),
        ("?inline=", Some("attachment")),
        ("?inline=false", Some("attachment")),
        ("?inline=true", None),
        ("?inline=true&download=a", Some("inline; filename=\"a\"; filename*=UTF-8''a")),
        ("?inline=false&download=a", Some("attachment; filename=\"a\"; filename*=UTF-8''a")),
    ];
    for (query, expected) in cases {
        for method in ["GET", "HEAD"] {
            let target = Target::of_redirect(&setup.send(method, &format!("~/a{query}"), None).await);
            let disposition = target.query.get("response-content-disposition").map(String::as_str);
            assert_eq!(disposition, expected, "{method} {query}");
        }
    }
    let seen = Seen::new(&setup.send("GET", "~/a?inline=1", None).await);
    assert_eq!((seen.status, &seen.body["message"]), (400, &json!("inline must be true or false.")));
}

#[tokio::test]
async fn no_link_outlives_the_callers_credentials() {
    let setup = Setup::new();
    let answer = loopback::Aws::credentials_answer(loopback::Aws::IDENTITY_ID, setup.cloud.started_seconds + 100);
    setup.cloud.aws.set_get_credentials(loopback::Answer::json(200, answer));
    let target = Target::of_redirect(&setup.send("GET", "~/a?url_seconds=3600", None).await);
    let seconds: u64 = target.query["X-Amz-Expires"].parse().unwrap();
    assert!((1..=100).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn expired_credentials_make_no_link() {
    let setup = Setup::new();
    let answer = loopback::Aws::credentials_answer(loopback::Aws::IDENTITY_ID, setup.cloud.started_seconds);
    setup.cloud.aws.set_get_credentials(loopback::Answer::json(200, answer));
    let seen = Seen::new(&setup.send("GET", "~/a", None).await);
    assert_eq!((seen.status, &seen.body["code"]), (503, &json!("unavailable")), "{seen:?}");
}

#[tokio::test]
async fn any_key_is_reached_through_the_query() {
    let setup = Setup::new();
    let target = Target::of_redirect(&setup.send("GET", "-?key=~/a%3Fb%25+c%2B%23%0A%F0%9F%A6%80", None).await);
    assert!(target.address.ends_with(&format!("{}a%3Fb%25%20c%2B%23%0A%F0%9F%A6%80", home_in_address())), "{target:?}");
}

#[tokio::test]
async fn a_page_can_get_the_link_without_a_redirect() {
    let setup = Setup::new();
    for query in ["", "?redirect=", "?redirect=true"] {
        assert_eq!(setup.send("GET", &format!("~/a{query}"), None).await.status(), 302, "{query}");
    }
    let mut seen = Seen::new(&setup.send("GET", "~/a?redirect=false&download=b", None).await);
    let target = Target::of(seen.body["url"].take().as_str().unwrap());
    assert!(target.query["response-content-disposition"].starts_with("attachment; filename=\"b\""), "{target:?}");
    assert!(seen.body["url_expires_at"].take().as_str().unwrap().ends_with('Z'));
    let key = format!("{}a", Cloud::HOME);
    let expected = json!({ "bucket": "my-bucket", "key": key, "method": "GET", "url": null, "url_expires_at": null });
    assert_eq!((seen.status, seen.body), (200, expected));
}

#[tokio::test]
async fn a_link_is_never_the_answer_to_head() {
    let setup = Setup::new();
    let seen = Seen::new(&setup.send("HEAD", "~/a?redirect=false", None).await);
    let message = "redirect must not be false for HEAD, because its response has no body.";
    assert_eq!((seen.status, &seen.body["message"]), (400, &json!(message)));
}

#[tokio::test]
async fn a_team_shares_what_is_in_its_folder() {
    let setup = Setup::with(&[("TEAM_PREFIX", "team/{team}/"), ("TEAM_CLAIM", "custom:team")]);
    let declared = r#"{"size": 5, "content_type": "text/plain"}"#;
    let red = setup.cloud.token(&json!({ "custom:team": "red" }));
    for (method, key, body, status) in [
        ("GET", "~team/a", None, 302),
        ("POST", "~team/a", Some(declared), 200),
        ("POST", "team/red/a", Some(declared), 200),
        ("POST", "team/blue/a", Some(declared), 403),
        ("DELETE", "~team/a", None, 204),
        ("DELETE", "team/blue/a", None, 403),
        ("DELETE", "team/a", None, 403),
    ] {
        assert_eq!(setup.send_as(&red, method, key, body).await.status(), status, "{method} {key}");
    }
    let nobody = setup.cloud.token(&json!({ "sub": "subject-2" }));
    for (method, body) in [("GET", None), ("POST", Some(declared)), ("DELETE", None)] {
        assert_eq!(setup.send_as(&nobody, method, "~team/a", body).await.status(), 403, "{method}");
    }
}

#[tokio::test]
async fn an_upload_above_the_operators_limit_gets_no_link() {
    let setup = Setup::with(&[("UPLOAD_BYTES_MAX", "1000")]);
    for (size, status) in [(1000, 200), (1001, 400)] {
        let declared = json!({ "size": size, "content_type": "text/plain" }).to_string();
        let seen = Seen::new(&setup.send("POST", "~/new.txt", Some(&declared)).await);
        assert_eq!(seen.status, status, "{size}");
        if status == 400 {
            assert_eq!(seen.body["message"], "size must be a whole number from 0 to 1000.");
        }
    }
}

#[tokio::test]
async fn an_upload_is_signed_with_its_size_and_type() {
    let setup = Setup::new();
    let declared = r#"{"size": 12, "content_type": "text/plain", "url_seconds": 120}"#;
    let mut seen = Seen::new(&setup.send("POST", "~/new.txt", Some(declared)).await);
    assert_eq!(seen.status, 200, "{seen:?}");
    let target = Target::of(seen.body["url"].take().as_str().unwrap());
    assert!(seen.body["url_expires_at"].take().as_str().unwrap().ends_with('Z'));
    assert_eq!(
        seen.body,
        json!({
            "bucket": "my-bucket", "key": format!("{}new.txt", Cloud::HOME), "method": "PUT", "url": null,
            "url_expires_at": null, "headers": { "content-length": "12", "content-type": "text/plain" },
        })
    );
    assert_eq!(seen.headers, ["cache-control: no-store", "content-type: application/json", "pragma: no-cache"]);
    assert_eq!(target.query["X-Amz-SignedHeaders"], "content-length;content-type;host", "{target:?}");
    assert_eq!(target.query["X-Amz-Expires"], "120");
    let checksums = target.query.keys().filter(|name| name.contains("checksum")).count();
    assert_eq!(checksums, 0, "it would be that of nothing: {target:?}");
}

#[tokio::test]
async fn a_deletion_is_sent_as_the_caller() {
    let setup = Setup::new();
    let response = setup.send("DELETE", "~/old.txt", None).await;
    assert_eq!((response.status().as_u16(), &**response.body()), (204, b"".as_slice()));
    let requests = setup.cloud.aws.received();
    let asked = requests.last().unwrap();
    assert_eq!(asked.method, "DELETE");
    assert!(asked.target.starts_with(&format!("/my-bucket/{}old.txt", home_in_address())), "{}", asked.target);
    assert!(asked.header("authorization").unwrap().contains("Credential=ASIAEXAMPLEKEYID/"));
}

#[tokio::test]
async fn each_method_takes_an_identity_id_of_an_earlier_answer() {
    let declared = r#"{"size": 1, "content_type": "text/plain"}"#;
    for (method, body) in [("GET", None), ("HEAD", None), ("POST", Some(declared)), ("DELETE", None)] {
        let setup = Setup::new();
        let target = format!("~/a?identity_id={}", loopback::Aws::IDENTITY_ID);
        assert!(setup.send(method, &target, body).await.status().as_u16() < 400, "{method}");
        assert!(!setup.cloud.aws.calls().contains(&"GetId".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn a_key_with_dot_segments_can_be_deleted() {
    let setup = Setup::new();
    assert_eq!(setup.send("DELETE", "~/a/../b", None).await.status(), 204);
    let requests = setup.cloud.aws.received();
    let target = &requests.last().unwrap().target;
    assert!(target.starts_with(&format!("/my-bucket/{}a/../b", home_in_address())), "{target}");
}

#[tokio::test]
async fn nothing_is_written_outside_the_home() {
    let setup = Setup::new();
    let declared = r#"{"size": 1, "content_type": "text/plain"}"#;
    for path in ["public/a", "private/eu-west-1:11111111-2222-3333-4444-666666666666/a", "a"] {
        for (method, body) in [("POST", Some(declared)), ("DELETE", None)] {
            let seen = Seen::new(&setup.send(method, path, body).await);
            assert_eq!((seen.status, &seen.body["code"]), (403, &json!("access_denied")), "{method} {path}");
        }
    }
    assert!(!setup.cloud.aws.calls().contains(&"DeleteObject".to_owned()));
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named() {
    let setup = Setup::new();
    let declared = Some(r#"{"size": 1, "content_type": "text/plain"}"#);
    let above = "key has .. segments that lead above the bucket, which S3 does not accept.";
    let dots = "key has a . or .. segment, which browsers and other clients remove from a link; use an AWS SDK for such a key.";
    let cases: [(&str, &str, Option<&str>, u16, &str); 17] = [
        ("GET", "", None, 404, "There is no such path."),
        ("PATCH", "~/a", None, 405, "This path accepts only GET, HEAD, POST, PUT, DELETE."),
        ("PUT", "~/a", None, 400, "The body is not a JSON object."),
        ("GET", "~/a?acl=1", None, 400, "acl is not a known parameter."),
        ("GET", "~/a?url_seconds=59", None, 400, "url_seconds must be a whole number from 60 to 3600."),
        ("GET", "~/a?redirect=no", None, 400, "redirect must be true or false."),
        ("GET", "-?key=", None, 400, "key is missing."),
        ("GET", "~/../../../x", None, 400, above),
        ("DELETE", "~/../../../x", None, 400, above),
        ("GET", "-?key=a/./b", None, 400, dots),
        ("POST", "~/a/../b", declared, 400, dots),
        ("HEAD", "~/a/..", None, 400, dots),
        ("GET", "a?key=b", None, 400, "key can be used only with the path /objects/-."),
        ("POST", "~/a?url_seconds=60", declared, 400, "url_seconds is not a known parameter."),
        ("POST", "~/a", None, 400, "The body is not a JSON object."),
        ("DELETE", "~/a?download=a", None, 400, "download is not a known parameter."),
        (
            "GET",
            "~/a?download=a/b",
            None,
            400,
            "download must be a file name of at most 255 bytes, without a path or control characters.",
        ),
    ];
    for (method, target, body, status, message) in cases {
        let seen = Seen::new(&setup.send(method, target, body).await);
        assert_eq!((seen.status, &seen.body["message"]), (status, &json!(message)), "{method} {target}");
    }
    let seen = Seen::new(&setup.send("GET", &format!("~/{}", "a".repeat(1000)), None).await);
    assert_eq!(seen.body["message"], "key is longer than 1024 bytes when your home replaces ~/.");
}

#[tokio::test]
async fn the_token_is_checked_before_the_parameters() {
    let setup = Setup::new();
    let of_another_pool = Cloud::another().token(&json!({}));
    let cases: [(&[(&str, &str)], Value); 2] = [
        (
            &[],
            json!({ "code": "missing_token", "message": "Send the id token in the Authorization header.", "request_id": REQUEST_ID }),
        ),
        (
            &[("authorization", &of_another_pool)],
            json!({ "code": "invalid_token", "message": "The token's signature is not valid.", "request_id": REQUEST_ID }),
        ),
    ];
    for (headers, expected) in cases {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
            let event = event(method, "/objects/public/a", "unknown=1", headers, None);
            let seen = Seen::new(&setup.api.handle(request(&event)).await);
            assert_eq!((seen.status, &seen.body), (401, &expected), "{method}");
        }
    }
}
