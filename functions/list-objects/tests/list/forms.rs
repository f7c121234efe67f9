//! The page with links, and the page as CSV.

use loopback::Aws;
use serde_json::{Value, json};

use crate::setup::Setup;

const PAGE: &str = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>\
     <Contents><Key>private/x/a+b%3F</Key><LastModified>2026-03-12T17:50:30.000Z</LastModified>\
     <ETag>&quot;5d41&quot;</ETag><Size>5</Size></Contents>\
     <Contents><Key>%3Dcmd</Key><LastModified>2026-03-12T17:50:30.000Z</LastModified>\
     <ETag>&quot;5d42&quot;</ETag><Size>6</Size></Contents>\
     <CommonPrefixes><Prefix>private/x/reports/</Prefix></CommonPrefixes>";

#[tokio::test]
async fn each_object_has_a_link_when_they_are_asked_for() {
    let setup = Setup::new("300");
    setup.warm().await;
    setup.cloud.aws.set_list_objects(Aws::page(PAGE));
    let seen = setup.get(&setup.cloud.token(&json!({})), "expand=urls&url_seconds=60").await;
    let objects = seen.body["objects"].as_array().unwrap();
    let url = |object: &Value| object["url"].as_str().unwrap().to_owned();
    let bucket = format!("{}/my-bucket", setup.cloud.aws.url());
    assert!(url(&objects[0]).starts_with(&format!("{bucket}/private/x/a%20b%3F?")), "{seen:?}");
    assert!(url(&objects[1]).starts_with(&format!("{bucket}/%3Dcmd?")), "{seen:?}");
    assert!(url(&objects[0]).contains("&X-Amz-Expires=60&"), "{seen:?}");
    assert!(url(&objects[0]).contains("response-content-disposition=attachment&"), "{seen:?}");
    assert!(objects[0]["url_expires_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(seen.body["folders"], json!(["private/x/reports/"]), "a folder is nothing to load");
    // They are signed here.
    assert_eq!(setup.cloud.aws.calls(), ["jwks", "GetId", "GetCredentialsForIdentity", "ListObjectsV2"]);
}

#[tokio::test]
async fn a_key_whose_link_could_not_be_followed_gets_no_link() {
    let setup = Setup::new("300");
    setup.cloud.aws.set_list_objects(Aws::page(&PAGE.replace("private/x/a+b%3F", "private/x/../b")));
    let seen = setup.get(&setup.cloud.token(&json!({})), "expand=urls").await;
    let has_link = |index: usize| seen.body["objects"][index]["url"].is_string();
    assert_eq!((has_link(0), has_link(1)), (false, true), "{seen:?}");
}

#[tokio::test]
async fn a_page_is_csv_when_the_request_accepts_it() {
    let setup = Setup::new("300");
    setup.cloud.aws.set_list_objects(Aws::page(PAGE));
    let token = setup.cloud.token(&json!({}));
    let headers = [("authorization", token.as_str()), ("accept", "text/csv")];
    let response = setup.respond("prefix=~/&delimiter=/", &headers).await;
    assert_eq!(response.status(), 200);
    let body: &[u8] = response.body();
    assert_eq!(
        str::from_utf8(body).unwrap(),
        "\"type\",\"key\",\"size\",\"etag\",\"last_modified\",\"storage_class\"\r\n\
         \"object\",\"private/x/a b?\",\"5\",\"\"\"5d41\"\"\",\"2026-03-12T17:50:30Z\",\"STANDARD\"\r\n\
         \"object\",\"'=cmd\",\"6\",\"\"\"5d42\"\"\",\"2026-03-12T17:50:30Z\",\"STANDARD\"\r\n\
         \"folder\",\"private/x/reports/\",\"\",\"\",\"\",\"\"\r\n"
    );
    let header = |name: &str| response.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(header("cache-control"), "no-store");
    let next = header("link").strip_prefix("<?").and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap();
    assert!(next.starts_with("prefix=~/&delimiter=/&cursor="), "{next}");
    setup.respond(next, &headers).await;
    assert!(setup.last_query().contains("continuation-token=t"), "{}", setup.last_query());
    // What is refused is JSON, whatever is accepted.
    let refused = setup.respond("max_keys=0", &headers).await;
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["content-type"]),
        (400, &"application/json".parse().unwrap())
    );
}

#[tokio::test]
async fn a_page_can_start_after_a_key_of_the_home() {
    let setup = Setup::new("300");
    setup.get(&setup.cloud.token(&json!({})), "start_after=~/reports/a+b").await;
    assert!(setup.last_query().ends_with("%2Freports%2Fa%20b"), "{}", setup.last_query());
}

#[tokio::test]
async fn a_page_that_is_too_large_for_lambda_is_refused() {
    let setup = Setup::new("300");
    let token = setup.cloud.token(&json!({}));
    let object = |key: &str| {
        format!(
            "<Contents><Key>{key}</Key><LastModified>2026-03-12T17:50:30.000Z</LastModified>\
             <ETag>&quot;5d41&quot;</ETag><Size>5</Size></Contents>"
        )
    };
    // Of a control character, JSON makes six bytes, and a body in JSON seven.
    for (bytes, status) in [(700, 200), (1024, 400)] {
        let objects = object(&"%01".repeat(bytes)).repeat(1000);
        setup.cloud.aws.set_list_objects(Aws::page(&format!("<IsTruncated>false</IsTruncated>{objects}")));
        let seen = setup.get(&token, "max_keys=1000").await;
        assert_eq!(seen.status, status, "{bytes}");
        if status == 400 {
            let message = "max_keys is too large for keys this long: the page is larger than 6 MB.";
            assert_eq!(seen.body["message"], message);
        }
    }
}
