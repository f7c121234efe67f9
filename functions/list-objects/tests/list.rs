//! The function's handler with AWS replaced at the wire: what goes out for what comes in.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use gateway::{REQUEST_ID, Seen, event, request};
use list_objects::{App, Settings, handle};
use loopback::{Answer, Aws, Cloud};
use serde_json::json;

struct Setup {
    cloud: Cloud,
    app: App,
}

impl Setup {
    fn new(reuse_seconds: &str) -> Self {
        let cloud = Cloud::new();
        let reuse = ("CREDENTIALS_REUSE_SECONDS".to_owned(), reuse_seconds.to_owned());
        let settings = Settings::new(&cloud.variables().into_iter().chain([reuse]).collect());
        Self { cloud, app: App::new(settings.unwrap()).unwrap() }
    }

    async fn get(&self, token: &str, query: &str) -> Seen {
        let headers = [("authorization", token)];
        Seen::new(&handle(&self.app, &request(&event("GET", "/objects", query, &headers, None))).await)
    }

    /// The query of the last call to S3.
    fn last_query(&self) -> String {
        let received = self.cloud.aws.received();
        received.last().unwrap().target.split_once('?').unwrap().1.to_owned()
    }
}

fn page(xml: &str) -> Answer {
    Answer::xml(200, &format!("<ListBucketResult><EncodingType>url</EncodingType>{xml}</ListBucketResult>"))
}

#[tokio::test]
async fn a_page_is_listed_with_the_callers_credentials() {
    let setup = Setup::new("300");
    setup.cloud.aws.set_list_objects(page(
        "<IsTruncated>true</IsTruncated><NextContinuationToken>next/+=</NextContinuationToken>\
         <Contents><Key>private/x/a+b%2B%0A%F0%9F%A6%80</Key><LastModified>2026-03-12T17:50:30.000Z</LastModified>\
         <ETag>&quot;5d41&quot;</ETag><Size>5</Size><StorageClass>STANDARD</StorageClass></Contents>\
         <CommonPrefixes><Prefix>private/x/reports/</Prefix></CommonPrefixes>",
    ));
    let token = setup.cloud.token(&json!({}));
    let mut seen = setup.get(&token, "delimiter=/&max_keys=2&start_after=k").await;
    assert_eq!(seen.status, 200, "{seen:?}");
    let cursor = seen.body["next_cursor"].take();
    assert_eq!(
        seen.body,
        json!({
            "bucket": "my-bucket", "prefix": Cloud::HOME, "delimiter": "/",
            "objects": [{ "key": "private/x/a b+\n🦀", "size": 5, "etag": "\"5d41\"",
                          "last_modified": "2026-03-12T17:50:30Z", "storage_class": "STANDARD" }],
            "folders": ["private/x/reports/"], "next_cursor": null,
        })
    );
    assert_eq!(seen.headers, ["cache-control: no-store", "content-type: application/json", "pragma: no-cache"]);
    let home = Cloud::HOME.replace('/', "%2F").replace(':', "%3A");
    assert_eq!(
        setup.last_query(),
        format!("list-type=2&delimiter=%2F&encoding-type=url&max-keys=2&prefix={home}&start-after=k")
    );
    let requests = setup.cloud.aws.received();
    let asked = requests.last().unwrap();
    assert!(asked.header("authorization").unwrap().contains("Credential=ASIAEXAMPLEKEYID/"));
    assert_eq!(asked.header("x-amz-security-token"), Some("example-session-token"));

    let cursor = cursor.as_str().unwrap();
    setup.get(&token, &format!("delimiter=/&start_after=k&cursor={cursor}")).await;
    assert!(setup.last_query().contains("continuation-token=next%2F%2B%3D"), "{}", setup.last_query());
    assert!(!setup.last_query().contains("start-after"), "the token goes on where the page ended");
    let seen = setup.get(&token, &format!("cursor={cursor}")).await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (400, Some("invalid_request")), "another delimiter");
}

#[tokio::test]
async fn an_empty_home_is_an_empty_list() {
    let setup = Setup::new("300");
    let seen = setup.get(&setup.cloud.token(&json!({})), "").await;
    assert_eq!(seen.body, json!({ "bucket": "my-bucket", "prefix": Cloud::HOME, "objects": [], "folders": [] }));
}

#[tokio::test]
async fn further_pages_cost_one_call_and_a_new_token_its_own_exchange() {
    let setup = Setup::new("300");
    setup.app.warm().await;
    let (token, renewed) = (setup.cloud.token(&json!({})), setup.cloud.token(&json!({ "jti": "another" })));
    for token in [&token, &token, &renewed] {
        assert_eq!(setup.get(token, "").await.status, 200);
    }
    let (id, credentials, list) = ("GetId", "GetCredentialsForIdentity", "ListObjectsV2");
    assert_eq!(setup.cloud.aws.calls(), ["jwks", id, credentials, list, list, credentials, list]);
}

#[tokio::test]
async fn without_reuse_each_page_has_its_exchange() {
    let setup = Setup::new("0");
    let token = setup.cloud.token(&json!({}));
    for _ in 0..2 {
        assert_eq!(setup.get(&token, "").await.status, 200);
    }
    assert_eq!(setup.cloud.aws.calls().iter().filter(|call| *call == "GetCredentialsForIdentity").count(), 2);
}

#[tokio::test]
async fn refused_credentials_are_got_anew_and_tried_once_more() {
    let setup = Setup::new("300");
    let token = setup.cloud.token(&json!({}));
    assert_eq!(setup.get(&token, "").await.status, 200);
    setup.cloud.aws.set_list_objects(Aws::s3_error(400, "ExpiredToken"));
    let seen = setup.get(&token, "").await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (503, Some("unavailable")));
    let (credentials, list) = ("GetCredentialsForIdentity", "ListObjectsV2");
    assert_eq!(setup.cloud.aws.calls()[4..], [list, credentials, list], "once more, and no further");
}

#[tokio::test]
async fn each_refusal_of_s3_has_its_status() {
    let setup = Setup::new("300");
    let token = setup.cloud.token(&json!({}));
    let cases = [
        (Aws::s3_error(403, "AccessDenied"), 403, "access_denied", None),
        (Aws::s3_error(404, "NoSuchBucket"), 502, "misconfigured", None),
        (Aws::s3_error(301, "PermanentRedirect"), 502, "misconfigured", None),
        (Aws::s3_error(503, "SlowDown"), 429, "throttled", Some("1")),
        (Aws::s3_error(500, "InternalError"), 503, "unavailable", Some("1")),
        (Answer::Reply(200, vec![], b"<html>".to_vec()), 503, "unavailable", Some("1")),
        (Answer::HangUp, 503, "unavailable", Some("1")),
        (Answer::Hang, 504, "timeout", Some("1")),
    ];
    for (answer, status, code, retry_after) in cases {
        setup.cloud.aws.set_list_objects(answer.clone());
        let seen = setup.get(&token, "").await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (status, Some(code)), "{answer:?}");
        assert_eq!(seen.header("retry-after"), retry_after, "{answer:?}");
        assert!(!seen.body.to_string().contains("words of the service"));
    }
}

#[tokio::test]
async fn who_asks_comes_before_what_is_asked() {
    let setup = Setup::new("300");
    let of_another_pool = Cloud::new().token(&json!({}));
    let seen = setup.get(&of_another_pool, "unknown=1").await;
    let body =
        json!({ "code": "invalid_token", "message": "The token's signature does not hold.", "request_id": REQUEST_ID });
    assert_eq!((seen.status, seen.body), (401, body));
    let seen = setup.get(&setup.cloud.token(&json!({})), "unknown=1").await;
    let body =
        json!({ "code": "invalid_request", "message": "unknown is not a known parameter.", "request_id": REQUEST_ID });
    assert_eq!((seen.status, seen.body), (400, body));
}
