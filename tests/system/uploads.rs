//! `/uploads`: objects in parts, against S3's own bookkeeping and IAM.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use ureq::http::Request;

use crate::stack::{
    CREDENTIALS_SECONDS, Keys, OTHER_STACK, Person, Reply, STACK, Stack, aws, get, object, object_path, recorded, root,
    send,
};

const MIB: usize = 1024 * 1024;

/// An upload that somebody has started.
struct Upload {
    stack: &'static Stack,
    token: String,
    started: Reply,
}

impl Upload {
    fn start(person: &Person, key: &str, size: usize) -> Self {
        Self::start_at(&STACK, person, &json!({ "key": key, "size": size, "content_type": "text/plain" }))
    }

    fn start_at(stack: &'static Stack, person: &Person, body: &Value) -> Self {
        let started = ask(stack, &person.id_token, "POST", "/uploads", &body.to_string());
        assert_eq!(started.status, 201, "{started:?}");
        Self { stack, token: person.id_token.clone(), started }
    }

    /// Asks for something of the upload, with a query.
    fn ask(&self, method: &str, query: &str) -> Reply {
        self.ask_as(&self.token, method, query)
    }

    fn ask_as(&self, token: &str, method: &str, query: &str) -> Reply {
        ask(self.stack, token, method, &format!("/uploads/{}?{query}", self.started.text("upload")), "")
    }

    /// Uploads to the link of a part in this answer.
    fn put(links: &Reply, number: usize, bytes: String) -> Reply {
        let part = links.body["parts"].as_array().unwrap().iter().find(|part| part["number"] == number).unwrap();
        send(Request::builder().method("PUT").uri(part["url"].as_str().unwrap()).body(bytes).unwrap())
    }

    fn received(&self) -> Vec<(u64, u64)> {
        let progress = self.ask("GET", "");
        assert_eq!(progress.status, 200, "{progress:?}");
        let received = progress.body["received"].as_array().unwrap().iter();
        received.map(|part| (part["number"].as_u64().unwrap(), part["size"].as_u64().unwrap())).collect()
    }
}

fn ask(stack: &Stack, token: &str, method: &str, path: &str, body: &str) -> Reply {
    let request = Request::builder().method(method).uri(format!("{}{path}", stack.text("api_url")));
    // The host that one of the stacks takes besides its own.
    let request = if stack.has_parameter("ApiDomainName=api.example.com") {
        request.header("Host", "api.example.com")
    } else {
        request
    };
    send(request.header("Authorization", format!("Bearer {token}")).body(body.to_owned()).unwrap())
}

/// Reads an object through a link.
fn read(person: &Person, key: &str) -> Reply {
    let link = object(&person.id_token, "GET", &format!("{}?redirect=false", object_path(key)), "");
    assert_eq!(link.status, 200, "{link:?}");
    get(link.text("url"), &[])
}

#[test]
fn parts_arrive_in_any_order_and_become_the_object() {
    let person = Person::new("petra");
    let (first, last) = ("a".repeat(5 * MIB), "the end".to_owned());
    let body = json!({ "key": "~/big one", "size": 5 * MIB + 7, "content_type": "text/plain", "part_size": 5 * MIB });
    let upload = Upload::start_at(&STACK, &person, &body);
    assert_eq!((&upload.started.body["part_count"], upload.received().len()), (&json!(2), 0));

    // A part of another size is not taken, and one that is sent twice replaces itself.
    for wrong in ["", "the wrong end"] {
        assert_eq!(Upload::put(&upload.started, 2, wrong.to_owned()).status, 403, "{wrong:?}");
    }
    assert_eq!(Upload::put(&upload.started, 2, "the eND".to_owned()).status, 200);
    let incomplete = upload.ask("POST", "");
    assert_eq!((incomplete.status, incomplete.text("code")), (409, "incomplete"), "{incomplete:?}");
    assert_eq!(incomplete.text("message"), "Part 1 has not arrived. Upload it again.");
    assert_eq!(upload.received(), [(2, 7)]);
    let fresh = upload.ask("GET", "links=1-100");
    assert_eq!(fresh.body["parts"].as_array().unwrap().len(), 2);
    for (number, bytes) in [(2, last), (1, first.clone())] {
        let stored = Upload::put(&fresh, number, bytes);
        assert_eq!(stored.status, 200, "{number}: {stored:?}");
    }
    assert_eq!(upload.received(), [(1, 5 * MIB as u64), (2, 7)]);

    let completed = [(); 3].map(|()| upload.ask("POST", ""));
    for one in &completed {
        assert_eq!((one.status, &one.body), (200, &completed[0].body), "{one:?}");
    }
    assert!(completed[0].text("etag").ends_with("-2\""));
    let seen = read(&person, "~/big one");
    assert!(seen.body.as_str().unwrap() == first + "the end", "{} bytes", seen.body.as_str().unwrap().len());
    assert_eq!(seen.header("content-type"), Some("text/plain"));
    // What is complete can no longer be aborted or resumed.
    for method in ["GET", "DELETE"] {
        let gone = upload.ask(method, "");
        assert_eq!((gone.status, gone.text("code")), (404, "not_found"), "{method}");
    }
    assert_eq!(read(&person, "~/big one").status, 200);
}

#[test]
fn two_completions_at_once_make_one_object() {
    let person = Person::new("pilar");
    let upload = Upload::start(&person, "~/raced", 3);
    assert_eq!(Upload::put(&upload.started, 1, "abc".to_owned()).status, 200);
    let replies = thread::scope(|scope| {
        let racing: Vec<_> = (0..4).map(|_| scope.spawn(|| upload.ask("POST", ""))).collect();
        racing.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    for reply in &replies {
        assert_eq!((reply.status, &reply.body), (200, &replies[0].body), "{reply:?}");
    }
    let (keys, home) = person.keys_and_home();
    let key = format!("{home}raced");
    let count = ["s3api", "head-object", "--bucket", recorded("bucket"), "--key", &key, "--query", "ETag"];
    assert!(aws(&keys, &count).unwrap().contains("-1"));
}

#[test]
fn an_aborted_upload_leaves_nothing() {
    let person = Person::new("piet");
    let upload = Upload::start(&person, "~/given up", 3);
    assert_eq!(Upload::put(&upload.started, 1, "abc".to_owned()).status, 200);
    let uploads = || {
        let list = ["s3api", "list-multipart-uploads", "--bucket", recorded("bucket"), "--output", "json"];
        aws(&Keys::admin(), &list).unwrap().contains("given up")
    };
    assert!(uploads());
    assert_eq!(upload.ask("DELETE", "").status, 204);
    assert!(!uploads());
    assert_eq!(Upload::put(&upload.started, 1, "abc".to_owned()).status, 404);
    for method in ["GET", "POST", "DELETE"] {
        assert_eq!(upload.ask(method, "").status, 404, "{method}");
    }
    assert_eq!(read(&person, "~/given up").status, 404);
}

#[test]
fn an_upload_overwrites_nothing_if_it_says_so() {
    let person = Person::new("pola");
    let body = json!({ "key": "~/once", "size": 3, "content_type": "text/plain", "if_none_match": "*" });
    let start = || ask(&STACK, &person.id_token, "POST", "/uploads", &body.to_string());
    let [first, second] = [(); 2].map(|()| Upload::start_at(&STACK, &person, &body));
    for (upload, bytes) in [(&first, "one"), (&second, "two")] {
        assert_eq!(Upload::put(&upload.started, 1, bytes.to_owned()).status, 200);
    }
    assert_eq!([first.ask("POST", "").status, first.ask("POST", "").status], [200, 200]);
    let late = second.ask("POST", "");
    assert_eq!((late.status, late.text("code")), (412, "precondition_failed"), "{late:?}");
    // Its parts are still there, and so the caller can decide.
    assert_eq!((second.received(), second.ask("DELETE", "").status), (vec![(1, 3)], 204));
    let early = start();
    assert_eq!((early.status, early.text("code")), (412, "precondition_failed"), "nothing is uploaded in vain");
    assert_eq!(read(&person, "~/once").body, json!("one"));
}

#[test]
fn an_upload_is_for_its_own_folders_alone() {
    let [owner, other] = ["prue", "paz"].map(Person::new);
    let (_, others_home) = other.keys_and_home();
    for key in ["public/a", format!("{others_home}a").as_str(), "elsewhere", "~team/a"] {
        let body = json!({ "key": key, "size": 3, "content_type": "text/plain" }).to_string();
        let refused = ask(&STACK, &owner.id_token, "POST", "/uploads", &body);
        assert_eq!(refused.status, if key == "~team/a" { 400 } else { 403 }, "{key}: {refused:?}");
    }
    let upload = Upload::start(&owner, "~/mine", 3);
    assert_eq!(Upload::put(&upload.started, 1, "abc".to_owned()).status, 200);
    for method in ["GET", "POST", "DELETE"] {
        let refused = upload.ask_as(&other.id_token, method, "");
        assert_eq!((refused.status, refused.text("code")), (403, "access_denied"), "{method}: {refused:?}");
        assert_eq!(upload.ask_as("", method, "").status, 401, "{method}");
    }
    let hint = format!("identity_id={}", others_home.split('/').nth(1).unwrap());
    assert_eq!(upload.ask("POST", &hint).status, 200, "a wrong hint is no error");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it waits for keys to end")]
fn a_team_uploads_together_and_after_the_first_keys_have_ended() {
    let stack = &*OTHER_STACK;
    let team = [("priya", Some("red")), ("pim", Some("red")), ("polly", Some("blue"))];
    let [priya, pim, polly] = team.map(|(name, team)| Person::new_in_team(stack, name, team));
    let wanted = json!({ "key": "~team/shared film", "size": 3, "content_type": "text/plain" });
    let started = Instant::now();
    let upload = Upload::start_at(stack, &priya, &wanted);
    thread::sleep(Duration::from_secs(CREDENTIALS_SECONDS + 1).saturating_sub(started.elapsed()));
    let late = Upload::put(&upload.started, 1, "abc".to_owned());
    assert!(matches!(late.status, 400 | 403), "the keys that signed this link have ended: {late:?}");

    assert_eq!(upload.ask_as(&polly.id_token, "GET", "links=1-1").status, 403);
    let fresh = upload.ask_as(&pim.id_token, "GET", "links=1-1");
    assert_eq!((fresh.status, &fresh.body["received"]), (200, &json!([])), "{fresh:?}");
    assert_eq!(Upload::put(&fresh, 1, "abc".to_owned()).status, 200);
    assert_eq!(upload.ask_as(&polly.id_token, "POST", "").status, 403);
    let completed = upload.ask_as(&pim.id_token, "POST", "");
    assert_eq!((completed.status, completed.text("key")), (200, "team/red/shared film"), "{completed:?}");
    let too_large = json!({ "key": "~/film", "size": 1_000_001, "content_type": "text/plain" });
    assert_eq!(ask(stack, &priya.id_token, "POST", "/uploads", &too_large.to_string()).status, 400);
}

#[test]
fn any_key_can_be_uploaded_in_parts() {
    let person = Person::new("percy");
    let names =
        ["a b", "a+b", "100%", "a%2Fb", "<a>&\"'\\", "a#b?c=d", "x//y", "~/x", "é€😀", "line\nbreak\r\t", "[a]{b}|^`"];
    for name in names {
        let key = format!("~/{name}");
        let upload = Upload::start(&person, &key, name.len());
        let address = upload.started.body["parts"][0]["url"].as_str().unwrap().split('?').next().unwrap();
        let decoded = percent_decode_str(address).decode_utf8().unwrap();
        assert!(decoded.ends_with(&format!("/{name}")), "{decoded}");
        assert_eq!(Upload::put(&upload.started, 1, name.to_owned()).status, 200, "{name:?}");
        assert_eq!((upload.received().len(), upload.ask("POST", "").status), (1, 200), "{name:?}");
        let link = object(&person.id_token, "GET", &format!("-?key={}&redirect=false", object_path(&key)), "");
        assert_eq!(get(link.text("url"), &[]).body, json!(name));
    }
}

#[test]
fn a_client_that_is_killed_is_continued_by_another() {
    let person = Person::new("perpetua");
    let size = 200_000_000;
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("200-megabytes");
    // No two parts are alike.
    let bytes: Vec<u8> = (0..size).map(|at: u32| (at / 4096 * 31 + at).to_le_bytes()[0]).collect();
    fs::write(&file, &bytes).unwrap();
    let upload = Upload::start(&person, "~/200 megabytes", bytes.len());
    let client = || {
        let mut client = Command::new(root().join(".venv/aws/bin/python"));
        client.arg(root().join("tests/system/uploads/upload.py"));
        client.args([STACK.text("api_url"), upload.started.text("upload")]).arg(&file);
        client.env("ID_TOKEN", &person.id_token).stdout(Stdio::piped()).spawn().unwrap()
    };

    let mut first = client();
    let mut lines = BufReader::new(first.stdout.take().unwrap()).lines();
    assert_eq!([lines.next().unwrap().unwrap(), lines.next().unwrap().unwrap()], ["1", "2"]);
    first.kill().unwrap();
    first.wait().unwrap();
    let arrived = upload.received().len();
    assert!((2..24).contains(&arrived), "{arrived} parts arrived");

    let mut second = client();
    let mut said = String::new();
    second.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(second.wait().unwrap().success(), "{said}");
    // A part that was on its way may have arrived just after the first was killed.
    assert!(said.lines().count() <= 24 - arrived + 1, "only what was missing is sent: {said}");
    let (keys, home) = person.keys_and_home();
    let back = file.with_extension("back");
    let source = format!("s3://{}/{home}200 megabytes", recorded("bucket"));
    aws(&keys, &["s3", "cp", "--only-show-errors", &source, back.to_str().unwrap()]).unwrap();
    assert!(fs::read(&back).unwrap() == bytes, "other bytes came back");
    for path in [file, back] {
        fs::remove_file(path).unwrap();
    }
}
