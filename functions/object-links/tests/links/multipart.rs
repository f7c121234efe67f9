//! `/uploads`: objects in parts, from the first link to the finished object.

use std::time::{Duration, UNIX_EPOCH};

use gateway::Seen;
use loopback::{Answer, Aws, Cloud};
use serde_json::{Value, json};

use crate::setup::{Setup, Target};

const MIB: u64 = 1024 * 1024;

/// A setup in which an upload of `size` bytes with the key `~/a b` was started, its text, and the calls until then.
struct Started {
    setup: Setup,
    upload: String,
    calls: usize,
}

impl Started {
    async fn new(size: u64) -> Self {
        Self::with(&json!({ "key": "~/a b", "size": size, "content_type": "text/plain" })).await
    }

    async fn with(body: &Value) -> Self {
        let setup = Setup::new();
        let seen = start(&setup, body).await;
        assert_eq!(seen.status, 201, "{seen:?}");
        let calls = setup.cloud.aws.calls().len();
        Self { upload: seen.body["upload"].as_str().unwrap().to_owned(), setup, calls }
    }

    async fn send(&self, method: &str, query: &str) -> Seen {
        let token = self.setup.cloud.token(&json!({}));
        let target = format!("/uploads/{}?{query}", self.upload);
        Seen::new(&self.setup.send_to(&token, method, &target, None).await)
    }

    /// The calls since the start.
    fn calls(&self) -> Vec<String> {
        self.setup.cloud.aws.calls().split_off(self.calls)
    }
}

async fn start(setup: &Setup, body: &Value) -> Seen {
    let token = setup.cloud.token(&json!({}));
    Seen::new(&setup.send_to(&token, "POST", "/uploads", Some(&body.to_string())).await)
}

fn key() -> String {
    format!("{}a b", Cloud::HOME)
}

/// What S3 says of an object.
fn head(size: u64, etag: &str, modified: &str) -> Answer {
    let headers = [("content-length", size.to_string().as_str()), ("etag", etag), ("last-modified", modified)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    Answer::Reply(200, headers.to_vec(), vec![])
}

#[tokio::test]
async fn an_upload_is_started_with_links_to_its_first_parts() {
    let setup = Setup::new();
    let wanted = json!({ "key": "~/a b", "size": 17 * MIB, "content_type": "text/plain", "url_seconds": 120 });
    let mut seen = start(&setup, &wanted).await;
    assert_eq!(seen.headers, ["cache-control: no-store", "content-type: application/json", "pragma: no-cache"]);
    let parts = seen.body["parts"].take();
    let upload = seen.body["upload"].take();
    assert!(upload.as_str().unwrap().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    let body = json!({
        "upload": null, "bucket": "my-bucket", "key": key(), "part_size": 8 * MIB, "part_count": 3, "parts": null,
    });
    assert_eq!((seen.status, &seen.body), (201, &body));
    for (part, (number, size)) in parts.as_array().unwrap().iter().zip([(1, 8 * MIB), (2, 8 * MIB), (3, MIB)]) {
        assert_eq!((&part["number"], &part["size"]), (&json!(number), &json!(size)));
        assert!(part["url_expires_at"].as_str().unwrap().ends_with('Z'));
        let target = Target::of(part["url"].as_str().unwrap());
        assert!(target.address.ends_with("/a%20b"), "{target:?}");
        assert_eq!(target.query["uploadId"], "an-upload-id");
        assert_eq!(target.query["partNumber"], number.to_string());
        assert_eq!(target.query["X-Amz-SignedHeaders"], "content-length;host", "{target:?}");
        assert_eq!(target.query["X-Amz-Expires"], "120");
        assert!(!target.query.keys().any(|name| name.contains("checksum")), "it would be that of nothing: {target:?}");
    }
    let request = setup.cloud.aws.received().pop().unwrap();
    assert_eq!(request.header("content-type"), Some("text/plain"));
    assert_eq!(request.header("x-amz-checksum-algorithm"), None, "each part would need a checksum");
    assert_eq!(setup.cloud.aws.calls(), ["jwks", "GetId", "GetCredentialsForIdentity", "CreateMultipartUpload"]);
}

#[tokio::test]
async fn the_first_response_has_a_hundred_links_at_most() {
    for (size, count, links) in [(0, 1, 1), (100 * 5 * MIB, 100, 100), (100 * 5 * MIB + 1, 101, 100)] {
        let wanted = json!({ "key": "~/a", "size": size, "part_size": 5 * MIB, "content_type": "text/plain" });
        let seen = start(&Setup::new(), &wanted).await;
        assert_eq!(seen.body["part_count"], count, "{size}");
        assert_eq!(seen.body["parts"].as_array().unwrap().len(), links, "{size}");
    }
}

#[tokio::test]
async fn a_start_that_cannot_work_is_refused() {
    let setup = Setup::with(&[("UPLOAD_BYTES_MAX", "1000")]);
    let wanted = |changes: Value| {
        let mut wanted = json!({ "key": "~/a", "size": 1000, "content_type": "text/plain" });
        wanted.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        wanted
    };
    let invalid = |message| (400, "invalid_request", message);
    let control = "key has a control character, which S3 does not take here; upload it in one, with POST /objects.";
    let in_home = "You can write and delete objects only in your own home. A key that starts with ~/ is in your home.";
    let cases = [
        (json!({ "key": "public/a" }), (403, "access_denied", in_home)),
        (json!({ "key": "" }), invalid("key is missing.")),
        (json!({ "key": "~/a\u{1}" }), invalid(control)),
        (json!({ "key": "~/a\u{ffff}" }), invalid(control)),
        (json!({ "size": 1001 }), invalid("size must be a whole number from 0 to 1000.")),
        (json!({ "size": "" }), invalid("size must be a whole number from 0 to 1000.")),
        (json!({ "part_size": 1000 }), invalid("part_size must be a whole number from 5242880 to 5368709120.")),
        (json!({ "if_none_match": "e" }), invalid("if_none_match must be absent or *.")),
        (json!({ "url_seconds": 59 }), invalid("url_seconds must be a whole number from 60 to 3600.")),
        (json!({ "parts": 1 }), invalid("parts is not a known parameter.")),
    ];
    for (changes, expected) in cases {
        let seen = start(&setup, &wanted(changes.clone())).await;
        let told = (seen.status, seen.body["code"].as_str().unwrap(), seen.body["message"].as_str().unwrap());
        assert_eq!(told, expected, "{changes}");
    }
    let dots = start(&setup, &wanted(json!({ "key": "~/a/../b" }))).await;
    assert_eq!(dots.status, 400, "{dots:?}");
    assert!(!setup.cloud.aws.calls().contains(&"CreateMultipartUpload".to_owned()));
}

#[tokio::test]
async fn an_object_that_must_be_new_is_looked_for_before_and_after() {
    let wanted = json!({ "key": "~/a", "size": 5, "content_type": "text/plain", "if_none_match": "*" });
    let denied = Answer::Reply(403, vec![], vec![]);
    let there = head(5, "\"e\"", "Thu, 12 Mar 2026 17:50:30 GMT");
    for (answer, status) in [(Answer::Reply(404, vec![], vec![]), 201), (denied, 201), (there, 412)] {
        let setup = Setup::new();
        setup.cloud.aws.set_upload("HeadObject", [answer]);
        assert_eq!(start(&setup, &wanted).await.status, status);
        let is_started = setup.cloud.aws.calls().contains(&"CreateMultipartUpload".to_owned());
        assert_eq!(is_started, status == 201);
    }
    let started = Started::with(&wanted).await;
    started.setup.cloud.aws.set_upload("ListParts", [Aws::parts(&[(1, 5)], false)]);
    assert_eq!(started.send("POST", "").await.status, 200);
    let request = started.setup.cloud.aws.received().pop().unwrap();
    assert_eq!(request.header("if-none-match"), Some("*"));
}

#[tokio::test]
async fn an_upload_is_resumed_by_what_has_arrived() {
    let started = Started::new(250 * 8 * MIB).await;
    started.setup.cloud.aws.set_upload("ListParts", [Aws::parts(&[(1, 8 * MIB), (3, 8 * MIB)], true)]);
    let mut seen = started.send("GET", "after=0&links=201-300&url_seconds=60").await;
    let parts = seen.body["parts"].take();
    let received = |number| json!({ "number": number, "size": 8 * MIB, "etag": format!("\"e{number}\"") });
    let body = json!({
        "bucket": "my-bucket", "key": key(), "size": 250 * 8 * MIB, "part_size": 8 * MIB, "part_count": 250,
        "received": [received(1), received(3)], "next_after": 3, "parts": null,
    });
    assert_eq!((seen.status, &seen.body), (200, &body));
    let numbers: Vec<_> = parts.as_array().unwrap().iter().map(|part| part["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (201..=250).collect::<Vec<_>>());
    let target = Target::of(parts[0]["url"].as_str().unwrap());
    assert_eq!((target.query["partNumber"].as_str(), target.query["X-Amz-Expires"].as_str()), ("201", "60"));
    started.setup.cloud.aws.set_upload("ListParts", [Aws::parts(&[], false)]);
    let seen = started.send("GET", "after=3").await;
    assert_eq!((seen.status, seen.body.get("next_after"), seen.body.get("parts")), (200, None, None));
    assert!(started.setup.cloud.aws.received().pop().unwrap().target.contains("part-number-marker=3"));
    assert_eq!(started.calls(), ["ListParts", "ListParts"]);
}

#[tokio::test]
async fn what_is_asked_of_an_upload_is_checked() {
    let started = Started::new(5).await;
    for query in ["after=2", "after=-1", "links=2-3", "links=1", "url_seconds=60", "url_seconds=59&links=1-1", "a=b"] {
        let seen = started.send("GET", query).await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (400, Some("invalid_request")), "{query}: {seen:?}");
    }
    for (method, query) in [("POST", "links=1-1"), ("DELETE", "after=0")] {
        assert_eq!(started.send(method, query).await.status, 400, "{method} {query}");
    }
    assert_eq!(started.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn an_upload_is_completed_from_every_page_of_what_has_arrived() {
    let started = Started::new(17 * MIB).await;
    let pages = [Aws::parts(&[(1, 8 * MIB), (2, 8 * MIB)], true), Aws::parts(&[(3, MIB), (4, 7)], false)];
    started.setup.cloud.aws.set_upload("ListParts", pages);
    let seen = started.send("POST", "identity_id=eu-west-1:11111111-2222-3333-4444-555555555555").await;
    let body = json!({ "bucket": "my-bucket", "key": key(), "etag": "\"6c66-1\"" });
    assert_eq!((seen.status, &seen.body), (200, &body));
    assert_eq!(started.calls(), ["ListParts", "ListParts", "CompleteMultipartUpload"]);
    let request = started.setup.cloud.aws.received().pop().unwrap();
    assert_eq!(request.header("x-amz-mp-object-size"), Some((17 * MIB).to_string().as_str()));
    assert_eq!(request.header("if-none-match"), None);
    let body = String::from_utf8(request.body).unwrap();
    let parts = (1..=3).map(|n| format!("<Part><ETag>&quot;e{n}&quot;</ETag><PartNumber>{n}</PartNumber></Part>"));
    assert!(body.contains(&parts.collect::<String>()), "{body}");
}

#[tokio::test]
async fn an_upload_that_lacks_a_part_is_not_completed() {
    let started = Started::new(17 * MIB).await;
    let cases = [
        (vec![], "Part 1 has not arrived. Upload it again."),
        (vec![(1, 8 * MIB), (3, MIB)], "Part 2 has not arrived. Upload it again."),
        (vec![(1, 8 * MIB), (2, 8 * MIB), (3, 5)], "Part 3 has 5 bytes and not 1048576. Upload it again."),
    ];
    for (parts, message) in cases {
        started.setup.cloud.aws.set_upload("ListParts", [Aws::parts(&parts, false)]);
        let seen = started.send("POST", "").await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (409, Some("incomplete")), "{seen:?}");
        assert_eq!(seen.body["message"], message);
    }
    assert!(!started.calls().contains(&"CompleteMultipartUpload".to_owned()));
}

#[tokio::test]
async fn completing_twice_does_no_harm() {
    let started = Started::new(17 * MIB).await;
    let started_at = UNIX_EPOCH + Duration::from_secs(started.setup.cloud.started_seconds);
    let at = |offset: i64| httpdate(started_at, offset);
    let gone = || Aws::s3_error(404, "NoSuchUpload");
    let cases = [
        ("it", head(17 * MIB, "\"6c66-3\"", &at(0)), 200),
        ("it, by a clock that is behind", head(17 * MIB, "\"6c66-3\"", &at(-50)), 200),
        ("it, later", head(17 * MIB, "\"6c66-3\"", &at(5000)), 200),
        ("one from before", head(17 * MIB, "\"6c66-3\"", &at(-120)), 404),
        ("of another size", head(16 * MIB, "\"6c66-3\"", &at(0)), 404),
        ("of other parts", head(17 * MIB, "\"6c66-2\"", &at(0)), 404),
        ("of one piece", head(17 * MIB, "\"6c66\"", &at(0)), 404),
        ("none", Answer::Reply(404, vec![], vec![]), 404),
    ];
    for (name, object, status) in cases {
        // S3 knows the upload no more: when its parts are listed, or just after that.
        started.setup.cloud.aws.set_upload("HeadObject", [object]);
        let whole = Aws::parts(&[(1, 8 * MIB), (2, 8 * MIB), (3, MIB)], false);
        for (listings, completion) in [
            (vec![gone()], gone()),
            (vec![whole.clone(), gone()], gone()),
            (vec![whole, gone()], Aws::s3_error(412, "PreconditionFailed")),
        ] {
            let expected = if status == 404 && completion_is_412(&completion) { 412 } else { status };
            started.setup.cloud.aws.set_upload("ListParts", listings);
            started.setup.cloud.aws.set_upload("CompleteMultipartUpload", [completion]);
            let seen = started.send("POST", "").await;
            assert_eq!(seen.status, expected, "{name}: {seen:?}");
            if status == 200 {
                assert_eq!(seen.body["etag"], "\"6c66-3\"", "{name}");
            }
        }
    }
}

fn completion_is_412(answer: &Answer) -> bool {
    matches!(answer, Answer::Reply(412, ..))
}

#[tokio::test]
async fn each_refusal_of_a_completion_has_its_answer() {
    let late_error =
        Answer::xml(200, "<Error><Code>InternalError</Code><Message>words of the service</Message></Error>");
    let cases = [
        ("there already", Aws::s3_error(412, "PreconditionFailed"), 412, "precondition_failed"),
        ("a part sent again", Aws::s3_error(400, "InvalidPart"), 409, "incomplete"),
        ("denied", Aws::s3_error(403, "AccessDenied"), 403, "access_denied"),
        ("at once", Aws::s3_error(409, "ConditionalRequestConflict"), 503, "unavailable"),
        ("failed after 200", late_error, 503, "unavailable"),
        ("nothing after 200", Answer::xml(200, "<CompleteMultipartUploadResult/>"), 503, "unavailable"),
    ];
    for (name, answer, status, code) in cases {
        let started = Started::new(5).await;
        started.setup.cloud.aws.set_upload("ListParts", [Aws::parts(&[(1, 5)], false)]);
        started.setup.cloud.aws.set_upload("CompleteMultipartUpload", [answer]);
        let seen = started.send("POST", "").await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (status, Some(code)), "{name}: {seen:?}");
        assert_eq!(started.calls().iter().filter(|call| *call == "CompleteMultipartUpload").count(), 1, "{name}");
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_completes_nothing() {
    let started = Started::new(5).await;
    let part = "<Part><PartNumber>1</PartNumber><ETag>e</ETag></Part>";
    for inside in ["", "<IsTruncated>true</IsTruncated>", &format!("<IsTruncated>false</IsTruncated>{part}")] {
        let answer = Answer::xml(200, &format!("<ListPartsResult>{inside}</ListPartsResult>"));
        started.setup.cloud.aws.set_upload("ListParts", [answer]);
        assert_eq!(started.send("POST", "").await.status, 503, "{inside}");
    }
    // A page that does not go on would be asked for without an end.
    started.setup.cloud.aws.set_upload("ListParts", [Aws::parts(&[(1, 5)], true)]);
    assert_eq!(started.send("POST", "").await.status, 503);
    started.setup.cloud.aws.set_upload("CreateMultipartUpload", [Answer::xml(200, "<InitiateMultipartUploadResult/>")]);
    let wanted = json!({ "key": "~/a", "size": 5, "content_type": "text/plain" });
    assert_eq!(start(&started.setup, &wanted).await.status, 503);
}

#[tokio::test]
async fn an_upload_is_aborted_once() {
    let started = Started::new(5).await;
    let seen = started.send("DELETE", "").await;
    assert_eq!((seen.status, started.calls().as_slice()), (204, ["AbortMultipartUpload".to_owned()].as_slice()));
    assert!(started.setup.cloud.aws.received().pop().unwrap().target.contains("uploadId=an-upload-id"));
    for operation in ["AbortMultipartUpload", "ListParts"] {
        started.setup.cloud.aws.set_upload(operation, [Aws::s3_error(404, "NoSuchUpload")]);
    }
    for method in ["DELETE", "GET", "POST"] {
        let seen = started.send(method, "").await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (404, Some("not_found")), "{method}");
        let message = "There is no such upload. It was completed or aborted, or its time is over.";
        assert_eq!(seen.body["message"], message);
    }
}

#[tokio::test]
async fn an_upload_is_its_owners_alone() {
    let started = Started::new(5).await;
    let identity = Aws::credentials_answer("eu-west-1:99999999-2222-3333-4444-555555555555", 4_000_000_000);
    started.setup.cloud.aws.set_get_credentials(Answer::json(200, identity));
    let other = started.setup.cloud.token(&json!({ "sub": "subject-2" }));
    for method in ["GET", "POST", "DELETE"] {
        let target = format!("/uploads/{}", started.upload);
        let seen = Seen::new(&started.setup.send_to(&other, method, &target, None).await);
        assert_eq!((seen.status, seen.body["code"].as_str()), (403, Some("access_denied")), "{method}: {seen:?}");
    }
    let forged = started.upload.replacen(|c: char| c != 'A', "A", 1);
    for upload in [forged.as_str(), "a", "~"] {
        for method in ["GET", "POST", "DELETE"] {
            let mine = started.setup.cloud.token(&json!({}));
            let target = format!("/uploads/{upload}");
            let seen = Seen::new(&started.setup.send_to(&mine, method, &target, None).await);
            assert_eq!(seen.body["message"], "upload is not one that POST /uploads returned.", "{upload}: {seen:?}");
        }
    }
    let s3 = ["ListParts", "CompleteMultipartUpload", "AbortMultipartUpload"];
    assert!(!started.calls().iter().any(|call| s3.contains(&call.as_str())), "{:?}", started.calls());
}

/// The time `offset` seconds after `time`, as in a header.
fn httpdate(time: std::time::SystemTime, offset: i64) -> String {
    use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
    let seconds = i64::try_from(time.duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap() + offset;
    DateTime::from_secs(seconds).fmt(DateTimeFormat::HttpDate).unwrap()
}
