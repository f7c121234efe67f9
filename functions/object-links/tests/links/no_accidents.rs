//! What keeps people from losing objects: uploads that overwrite nothing or are verified, links to older versions, and
//! the marker of a deletion.

use gateway::Seen;
use loopback::Answer;
use serde_json::{Value, json};

use crate::setup::{Setup, Target};

const SHA_256: &str = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
const CRC_64: &str = "U2wq8PFTtJM=";

/// The headers that a link for an upload with these members wants, and those that its signature covers.
async fn headers_of(setup: &Setup, members: &Value) -> (Value, String) {
    let mut declared = json!({ "size": 3, "content_type": "text/plain" });
    declared.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let seen = Seen::new(&setup.send("POST", "~/new.txt", Some(&declared.to_string())).await);
    assert_eq!(seen.status, 200, "{seen:?}");
    let target = Target::of(seen.body["url"].as_str().unwrap());
    (seen.body["headers"].clone(), target.query["X-Amz-SignedHeaders"].clone())
}

#[tokio::test]
async fn what_an_upload_declares_is_signed() {
    let setup = Setup::new();
    let cases = [
        (
            json!({ "if_none_match": "*" }),
            json!({ "if-none-match": "*" }),
            "content-length;content-type;host;if-none-match",
        ),
        (
            json!({ "checksum_sha256": SHA_256 }),
            json!({ "x-amz-checksum-sha256": SHA_256 }),
            "content-length;content-type;host;x-amz-checksum-sha256",
        ),
        (
            json!({ "checksum_crc64nvme": CRC_64, "if_none_match": "*" }),
            json!({ "x-amz-checksum-crc64nvme": CRC_64, "if-none-match": "*" }),
            "content-length;content-type;host;if-none-match;x-amz-checksum-crc64nvme",
        ),
        (json!({ "if_none_match": "", "checksum_sha256": "" }), json!({}), "content-length;content-type;host"),
    ];
    for (members, more, signed) in cases {
        let mut headers = json!({ "content-length": "3", "content-type": "text/plain" });
        headers.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(headers_of(&setup, &members).await, (headers, signed.to_owned()), "{members}");
    }
}

#[tokio::test]
async fn a_condition_or_checksum_that_s3_does_not_know_is_refused() {
    let setup = Setup::new();
    for (member, value, message) in [
        ("if_none_match", "\"6c66\"", "if_none_match must be absent or *."),
        ("checksum_sha256", CRC_64, "checksum_sha256 must be 32 bytes in base64."),
        ("checksum_crc64nvme", SHA_256, "checksum_crc64nvme must be 8 bytes in base64."),
    ] {
        let declared = json!({ "size": 3, "content_type": "text/plain", member: value }).to_string();
        let seen = Seen::new(&setup.send("POST", "~/new.txt", Some(&declared)).await);
        assert_eq!((seen.status, seen.body["message"].as_str()), (400, Some(message)));
    }
}

#[tokio::test]
async fn a_link_leads_to_the_version_that_is_asked_for() {
    let setup = Setup::new();
    for method in ["GET", "HEAD"] {
        let target = Target::of_redirect(&setup.send(method, "~/a?version=3HL4kq%2BtJlcpXroD", None).await);
        assert_eq!(target.query["versionId"], "3HL4kq+tJlcpXroD", "{method}");
        let newest = Target::of_redirect(&setup.send(method, "~/a?version=", None).await);
        assert_eq!(newest.query.get("versionId"), None, "{method}");
    }
    let seen = Seen::new(&setup.send("GET", "~/a?version=a%0Ab", None).await);
    assert_eq!(seen.body["message"], "version must be the id of a version, as S3 gave it.");
}

#[tokio::test]
async fn a_deletion_tells_the_marker_where_versions_are_kept() {
    let setup = Setup::new();
    let version = |response: &lambda_http::Response<lambda_http::Body>| {
        response.headers().get("x-amz-version-id").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(version(&setup.send("DELETE", "~/a", None).await), None);
    let headers = vec![
        ("x-amz-delete-marker".to_owned(), "true".to_owned()),
        ("x-amz-version-id".to_owned(), "3HL4kqtJvjVBH40Nrjfkd".to_owned()),
    ];
    setup.cloud.aws.set_delete_object(Answer::Reply(204, headers, vec![]));
    let response = setup.send("DELETE", "~/a", None).await;
    assert_eq!((response.status().as_u16(), version(&response).as_deref()), (204, Some("3HL4kqtJvjVBH40Nrjfkd")));
}
