//! Pages of versions: their order, where they go on, and keys as they are stored.

use gateway::Seen;
use loopback::{Aws, Cloud};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::{
    exact_keys::{key, url_encoded},
    setup::Setup,
};

/// A version with content, or a delete marker.
fn xml(key: &str, version_id: &str, has_content: bool) -> String {
    let content = "<ETag>&quot;5d41&quot;</ETag><Size>5</Size><StorageClass>STANDARD</StorageClass>";
    let (tag, content) = if has_content { ("Version", content) } else { ("DeleteMarker", "") };
    format!(
        "<{tag}><Key>{}</Key><VersionId>{version_id}</VersionId><IsLatest>false</IsLatest>\
         <LastModified>2026-03-12T17:50:30.000Z</LastModified>{content}</{tag}>",
        url_encoded(key)
    )
}

const LAST: &str = "<IsTruncated>false</IsTruncated>";

/// The end of a page that is not the last.
fn truncated_at(key: &str, version_id: &str) -> String {
    let key = format!("<NextKeyMarker>{}</NextKeyMarker>", url_encoded(key));
    format!("<IsTruncated>true</IsTruncated>{key}{version_id}")
}

async fn refused(setup: &Setup, token: &str, query: &str) -> (u16, Value) {
    let Seen { status, body, .. } = setup.versions(token, query).await;
    (status, body["code"].clone())
}

#[tokio::test]
async fn a_page_has_versions_and_delete_markers_in_the_order_of_s3() {
    let setup = Setup::new("300");
    let entries = [("a b+\n🦀", "3", false), ("a b+\n🦀", "2", true), ("a b+\n🦀", "1", false), ("b", "null", true)];
    let inside: String = entries.iter().map(|(key, id, has_content)| xml(key, id, *has_content)).collect();
    let folder = "<CommonPrefixes><Prefix>private/x/reports/</Prefix></CommonPrefixes>";
    setup.cloud.aws.set_list_versions(Aws::versions_page(&format!("{LAST}{inside}{folder}")));
    let token = setup.cloud.token(&json!({}));
    let seen = setup.versions(&token, "delimiter=/&max_keys=5").await;
    let expected = entries.map(|(key, version_id, has_content)| {
        let mut entry = json!({ "key": key, "version_id": version_id, "is_latest": false, "is_deleted": !has_content,
                                "last_modified": "2026-03-12T17:50:30Z" });
        if has_content {
            entry["size"] = json!(5);
            entry["etag"] = json!("\"5d41\"");
        }
        entry
    });
    assert_eq!(
        (seen.status, &seen.body),
        (
            200,
            &json!({ "bucket": "my-bucket", "prefix": Cloud::HOME, "delimiter": "/", "versions": expected,
                     "folders": ["private/x/reports/"] })
        )
    );
    assert_eq!(seen.headers, ["cache-control: no-store", "content-type: application/json", "pragma: no-cache"]);
    let home = Cloud::HOME.replace('/', "%2F").replace(':', "%3A");
    assert_eq!(setup.last_query(), format!("versions&delimiter=%2F&encoding-type=url&max-keys=5&prefix={home}"));
    // The same credentials list the objects.
    setup.get(&token, "").await;
    let exchange = ["jwks", "GetId", "GetCredentialsForIdentity"];
    assert_eq!(setup.cloud.aws.calls(), [&exchange[..], &["ListObjectVersions", "ListObjectsV2"]].concat());
}

#[tokio::test]
async fn the_next_page_goes_on_after_a_version_or_after_a_folder() {
    let setup = Setup::new("300");
    let token = setup.cloud.token(&json!({}));
    let id = |id: &str| format!("<NextVersionIdMarker>{id}</NextVersionIdMarker>");
    let cases = [
        (truncated_at("a b+\n", &id("v.1_")), "key-marker=a%20b%2B%0A&", "&version-id-marker=v.1_"),
        (truncated_at("a", &id("null")), "key-marker=a&", "&version-id-marker=null"),
        (truncated_at("a/", ""), "key-marker=a%2F&", ""),
        (truncated_at("a/", "<NextVersionIdMarker/>"), "key-marker=a%2F&", ""),
    ];
    for (end, key_marker, version_id_marker) in cases {
        setup.cloud.aws.set_list_versions(Aws::versions_page(&end));
        let cursor = setup.versions(&token, "").await.body["next_cursor"].as_str().unwrap().to_owned();
        assert_eq!(setup.versions(&token, &format!("cursor={cursor}")).await.status, 200, "{end}");
        let query = setup.last_query();
        assert!(query.contains(key_marker) && query.ends_with(version_id_marker), "{end}: {query}");
        assert_eq!(query.contains("version-id-marker"), !version_id_marker.is_empty(), "{end}: {query}");
    }
}

#[tokio::test]
async fn a_cursor_serves_its_own_listing_alone() {
    let setup = Setup::new("300");
    let token = setup.cloud.token(&json!({}));
    setup.cloud.aws.set_list_versions(Aws::versions_page(&truncated_at("a", "")));
    let next = "<IsTruncated>true</IsTruncated><NextContinuationToken>1\n2</NextContinuationToken>";
    setup.cloud.aws.set_list_objects(Aws::page(next));
    let of_versions = setup.versions(&token, "").await.body["next_cursor"].as_str().unwrap().to_owned();
    let of_objects = setup.get(&token, "").await.body["next_cursor"].as_str().unwrap().to_owned();
    let no_cursor = (400, json!("invalid_request"));
    for query in [
        format!("cursor={of_objects}"),
        format!("cursor={of_versions}&prefix=public/"),
        format!("cursor={of_versions}&delimiter=/"),
        "cursor=".to_owned(),
    ] {
        assert_eq!(refused(&setup, &token, &query).await, no_cursor, "{query}");
    }
    let seen = setup.get(&token, &format!("cursor={of_versions}")).await;
    assert_eq!((seen.status, seen.body["code"].clone()), no_cursor, "objects after versions");
    // What S3 finds wrong with a cursor is the caller's to correct.
    setup.cloud.aws.set_list_versions(Aws::s3_error(400, "InvalidArgument"));
    assert_eq!(refused(&setup, &token, &format!("cursor={of_versions}")).await, no_cursor);
    assert_eq!(refused(&setup, &token, "").await, (502, json!("misconfigured")));
}

#[tokio::test]
async fn a_page_of_versions_has_no_start_no_links_and_no_csv() {
    let setup = Setup::new("300");
    let token = setup.cloud.token(&json!({}));
    for query in ["start_after=a", "expand=urls", "url_seconds=60", "key=a"] {
        assert_eq!(refused(&setup, &token, query).await, (400, json!("invalid_request")), "{query}");
    }
    let headers = [("authorization", token.as_str()), ("accept", "text/csv")];
    let response = setup.respond_at("/versions", "", &headers).await;
    assert_eq!(response.headers()["content-type"], "application/json");
}

#[tokio::test]
async fn what_iam_denies_is_said_of_versions() {
    let setup = Setup::new("300");
    setup.cloud.aws.set_list_versions(Aws::s3_error(403, "AccessDenied"));
    let seen = setup.versions(&setup.cloud.token(&json!({})), "prefix=public/").await;
    let message = "You may not list the versions below this prefix. A prefix that starts with ~/ is in your home.";
    assert_eq!((seen.status, &seen.body["message"]), (403, &json!(message)));
}

#[tokio::test]
async fn a_page_that_is_too_large_for_lambda_is_refused() {
    let setup = Setup::new("300");
    let token = setup.cloud.token(&json!({}));
    // Of a control character, JSON makes six bytes, and a body in JSON seven.
    for (bytes, status) in [(700, 200), (1024, 400)] {
        let versions = xml(&"\u{1}".repeat(bytes), "v", false).repeat(1000);
        setup.cloud.aws.set_list_versions(Aws::versions_page(&format!("{LAST}{versions}")));
        assert_eq!(setup.versions(&token, "max_keys=1000").await.status, status, "{bytes}");
    }
}

#[test]
fn any_key_is_read_back_from_the_real_xml() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let setup = Setup::new("300");
    let token = setup.cloud.token(&json!({}));
    let config = ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() };
    proptest!(config, |(entries in vec((key(), any::<bool>()), 0..8), end in key())| {
        let inside: String = entries.iter().map(|(key, has_content)| xml(key, "v", *has_content)).collect();
        setup.cloud.aws.set_list_versions(Aws::versions_page(&format!("{}{inside}", truncated_at(&end, ""))));
        let seen = runtime.block_on(setup.versions(&token, ""));
        prop_assert_eq!(seen.status, 200, "{:?}", seen);
        let listed = seen.body["versions"].as_array().unwrap().iter();
        let listed: Vec<_> = listed.map(|entry| json!([entry["key"], !entry["is_deleted"].as_bool().unwrap()])).collect();
        prop_assert_eq!(json!(listed), json!(entries));
        // The next page goes on at the same key.
        runtime.block_on(setup.versions(&token, &format!("cursor={}", seen.body["next_cursor"].as_str().unwrap())));
        let query = setup.last_query();
        let marker = query.split('&').find_map(|piece| piece.strip_prefix("key-marker=")).unwrap();
        prop_assert_eq!(percent_encoding::percent_decode_str(marker).decode_utf8().unwrap(), end);
    });
}
