//! Pages, and how many calls they cost.

use gateway::REQUEST_ID;
use loopback::{Aws, Cloud};
use serde_json::{Value, json};

use crate::setup::Setup;

#[tokio::test]
async fn a_page_is_listed_with_the_callers_credentials() {
    let setup = Setup::new("300");
    setup.cloud.aws.set_list_objects(Aws::page(
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
async fn a_home_may_be_named_after_the_user() {
    let setup = Setup::with(&[("HOME_PREFIX", "private/{sub}/")]);
    let seen = setup.get(&setup.cloud.token(&json!({ "sub": "subject-1" })), "").await;
    assert_eq!((seen.status, seen.body["prefix"].as_str()), (200, Some("private/subject-1/")));
    // Cognito makes no such names. A way out of the home is never taken.
    for sub in ["..", "subject-1/..", "*", "a\nb"] {
        let seen = setup.get(&setup.cloud.token(&json!({ "sub": sub })), "").await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (403, Some("access_denied")), "{sub:?}");
        let message = "Your user id cannot be part of a key, so you have no home here.";
        assert_eq!(seen.body["message"], message);
    }
}

#[tokio::test]
async fn a_team_has_a_folder_that_only_its_people_can_name() {
    let teams = [("TEAM_PREFIX", "team/{team}/"), ("TEAM_CLAIM", "custom:team")];
    let setup = Setup::with(&teams);
    let of_team = |claim: Value| setup.cloud.token(&json!({ "sub": claim.to_string(), "custom:team": claim }));
    for team in ["red", "blue"] {
        let seen = setup.get(&of_team(json!(team)), "prefix=~team/plans/").await;
        assert_eq!((seen.status, &seen.body["prefix"]), (200, &json!(format!("team/{team}/plans/"))));
    }
    for claim in [Value::Null, json!(""), json!(".."), json!("red/blue"), json!(["red"])] {
        let seen = setup.get(&of_team(claim.clone()), "prefix=~team/").await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (403, Some("access_denied")), "{claim}");
        assert_eq!(seen.body["message"], "You are in no team, so ~team/ stands for no folder.");
    }
    let without = Setup::new("300");
    let seen = without.get(&without.cloud.token(&json!({ "custom:team": "red" })), "prefix=~team/").await;
    let message = "prefix starts with ~team/, but there are no teams here.";
    assert_eq!((seen.status, &seen.body["message"]), (400, &json!(message)));
}

#[tokio::test]
async fn further_pages_cost_one_call_and_a_new_token_its_own_exchange() {
    let setup = Setup::new("300");
    setup.warm().await;
    let (token, renewed) = (setup.cloud.token(&json!({})), setup.cloud.token(&json!({ "jti": "another" })));
    for token in [&token, &token, &renewed] {
        assert_eq!(setup.get(token, "").await.status, 200);
    }
    let (id, credentials, list) = ("GetId", "GetCredentialsForIdentity", "ListObjectsV2");
    assert_eq!(setup.cloud.aws.calls(), ["jwks", id, credentials, list, list, credentials, list]);
}

#[tokio::test]
async fn an_identity_id_of_an_earlier_answer_saves_a_call_and_a_wrong_one_is_no_error() {
    for (hint, calls) in
        [(Aws::IDENTITY_ID, 0), ("eu-west-2:11111111-2222-3333-4444-555555555555", 1), ("x", 1), ("", 1)]
    {
        let setup = Setup::new("300");
        let seen = setup.get(&setup.cloud.token(&json!({})), &format!("identity_id={hint}")).await;
        assert_eq!(seen.status, 200, "{hint:?}: {seen:?}");
        assert_eq!(setup.cloud.aws.calls().iter().filter(|call| *call == "GetId").count(), calls, "{hint:?}");
    }
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
async fn refused_credentials_are_replaced_and_tried_once_more() {
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
async fn the_token_is_checked_before_the_parameters() {
    let setup = Setup::new("300");
    let of_another_pool = Cloud::another().token(&json!({}));
    let seen = setup.get(&of_another_pool, "unknown=1").await;
    let body =
        json!({ "code": "invalid_token", "message": "The token's signature is not valid.", "request_id": REQUEST_ID });
    assert_eq!((seen.status, seen.body), (401, body));
    let seen = setup.get(&setup.cloud.token(&json!({})), "unknown=1").await;
    let body =
        json!({ "code": "invalid_request", "message": "unknown is not a known parameter.", "request_id": REQUEST_ID });
    assert_eq!((seen.status, seen.body), (400, body));
}
