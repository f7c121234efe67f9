//! `/objects/{key+}` and links in pages: what a person gets through them, and that IAM decides.

use serde_json::{Value, json};
use ureq::http::Request;

use crate::stack::{Keys, Person, Reply, api, get, object, object_path, objects, post, put, send};

/// Uploads as a page does: asks for a link below `/objects/`, and sends the bytes there.
fn upload(person: &Person, target: &str, content_type: &str, bytes: &str) {
    let declared = json!({ "size": bytes.len(), "content_type": content_type }).to_string();
    let link = object(&person.id_token, "POST", target, &declared);
    assert_eq!(link.status, 200, "{target}: {link:?}");
    let reply = send_to(&link, content_type, bytes);
    assert_eq!(reply.status, 200, "{reply:?}");
}

fn send_to(link: &Reply, content_type: &str, bytes: &str) -> Reply {
    let request = Request::builder().method("PUT").uri(link.text("url")).header("Content-Type", content_type);
    send(request.body(bytes.to_owned()).unwrap())
}

/// Follows a redirect without the token, as clients do when it leads to another host.
fn followed(method: &str, redirect: &Reply) -> Reply {
    assert_eq!((redirect.status, &redirect.body), (302, &json!("")), "{redirect:?}");
    assert_eq!(redirect.header("cache-control"), Some("no-store"));
    let request = Request::builder().method(method).uri(redirect.header("location").unwrap());
    send(request.body(String::new()).unwrap())
}

#[test]
fn a_person_uploads_reads_and_deletes_in_their_home() {
    let person = Person::new("sara");
    upload(&person, "~/notes/to%20do.txt", "text/plain", "buy milk");

    let token = &person.id_token;
    let read = followed("GET", &object(token, "GET", "~/notes/to%20do.txt", ""));
    assert_eq!((read.status, &read.body, read.header("content-type")), (200, &json!("buy milk"), Some("text/plain")));
    let looked = followed("HEAD", &object(token, "HEAD", "~/notes/to%20do.txt", ""));
    assert_eq!((looked.status, looked.header("content-length")), (200, Some("8")), "{looked:?}");
    let named = followed("GET", &object(token, "GET", "~/notes/to%20do.txt?download=%C3%BC%22.txt", ""));
    let disposition = "attachment; filename=\"__.txt\"; filename*=UTF-8''%C3%BC%22.txt";
    assert_eq!(named.header("content-disposition"), Some(disposition), "{named:?}");

    for _ in 0..2 {
        let deleted = object(token, "DELETE", "~/notes/to%20do.txt", "");
        assert_eq!((deleted.status, &deleted.body), (204, &json!("")), "what is not there is deleted: {deleted:?}");
    }
    assert_eq!(followed("GET", &object(token, "GET", "~/notes/to%20do.txt", "")).status, 404);
    assert_eq!(objects(token, "").body["objects"], json!([]));
}

#[test]
fn an_upload_is_held_to_its_size_and_type() {
    let person = Person::new("theo");
    let declared = r#"{"size": 3, "content_type": "text/plain"}"#;
    let link = object(&person.id_token, "POST", "~/a.txt", declared);
    for (content_type, bytes) in [("text/plain", "four"), ("text/plain", ""), ("text/html", "abc")] {
        let reply = send_to(&link, content_type, bytes);
        assert_eq!(reply.status, 403, "{content_type} {bytes:?}: {reply:?}");
    }
    assert_eq!(objects(&person.id_token, "").body["objects"], json!([]));
    assert_eq!(send_to(&link, "text/plain", "abc").status, 200);
}

/// Sends the bytes with all headers that the link wants.
fn send_as_told(link: &Reply, bytes: &str) -> Reply {
    let headers = link.body["headers"].as_object().unwrap().iter().filter(|(name, _)| *name != "content-length");
    let request = Request::builder().method("PUT").uri(link.text("url"));
    let request = headers.fold(request, |request, (name, value)| request.header(name, value.as_str().unwrap()));
    send(request.body(bytes.to_owned()).unwrap())
}

#[test]
fn an_upload_overwrites_nothing_if_it_says_so() {
    let person = Person::new("tess");
    let declared = r#"{"size": 3, "content_type": "text/plain", "if_none_match": "*"}"#;
    let link = || object(&person.id_token, "POST", "~/once.txt", declared);
    let early = link();
    assert_eq!(send_as_told(&link(), "abc").status, 200);
    assert_eq!([send_as_told(&link(), "xyz").status, send_as_told(&early, "xyz").status], [412, 412]);
    // The condition is signed: without it, nothing is written either.
    assert_eq!(send_to(&link(), "text/plain", "xyz").status, 403);
    assert_eq!(followed("GET", &object(&person.id_token, "GET", "~/once.txt", "")).body, json!("abc"));
}

#[test]
fn damaged_bytes_do_not_arrive() {
    let person = Person::new("tuva");
    for (member, checksum) in
        [("checksum_sha256", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="), ("checksum_crc64nvme", "BeXKuz/B+us=")]
    {
        let declared = json!({ "size": 3, "content_type": "text/plain", member: checksum }).to_string();
        let link = || object(&person.id_token, "POST", &format!("~/{member}.txt"), &declared);
        let damaged = send_as_told(&link(), "abd");
        assert_eq!(damaged.status, 400, "{member}: {damaged:?}");
        let whole = send_as_told(&link(), "abc");
        assert_eq!(whole.status, 200, "{member}: {whole:?}");
    }
}

#[test]
fn an_older_version_is_read_by_its_id() {
    let person = Person::new("tilo");
    let token = &person.id_token;
    let declared = r#"{"size": 3, "content_type": "text/plain"}"#;
    let versions = ["one", "two"].map(|bytes| {
        let stored = send_to(&object(token, "POST", "~/versions.txt", declared), "text/plain", bytes);
        (bytes, stored.header("x-amz-version-id").unwrap().to_owned())
    });
    let deleted = object(token, "DELETE", "~/versions.txt", "");
    let marker = deleted.header("x-amz-version-id").unwrap();
    assert!(versions.iter().all(|(_, id)| id != marker));
    for (bytes, id) in &versions {
        let read = followed("GET", &object(token, "GET", &format!("~/versions.txt?version={id}"), ""));
        assert_eq!((read.status, &read.body), (200, &json!(bytes)));
    }
    assert_eq!(followed("GET", &object(token, "GET", "~/versions.txt", "")).status, 404);
}

#[test]
fn objects_are_copied_and_restored_on_the_server() {
    let [cora, carlo] = ["cora", "carlo"].map(Person::new);
    let token = &cora.id_token;
    upload(&cora, "~/a%20b.txt", "text/markdown", "one");
    put(&Keys::admin(), "public/to-copy.txt").unwrap();
    let copy = |target: &str, body: Value| object(token, "PUT", target, &body.to_string());
    let read = |target: &str| followed("GET", &object(token, "GET", target, ""));

    let copied = copy("~/copies/b.txt", json!({ "copy_from": "~/a b.txt" }));
    assert_eq!(copied.status, 200, "{copied:?}");
    let seen = read("~/copies/b.txt");
    assert_eq!((seen.body.as_str(), seen.header("content-type")), (Some("one"), Some("text/markdown")));
    let again = copy("~/copies/b.txt", json!({ "copy_from": "~/a b.txt", "if_none_match": "*" }));
    assert_eq!((again.status, again.text("code")), (412, "precondition_failed"));

    // What was overwritten comes back, and what was deleted too.
    upload(&cora, "~/copies/b.txt", "text/plain", "two");
    let old = copied.text("version_id");
    let restored = copy("~/copies/b.txt", json!({ "copy_from": "~/copies/b.txt", "version_id": old }));
    assert_eq!((restored.status, read("~/copies/b.txt").body), (200, json!("one")), "{restored:?}");
    object(token, "DELETE", "~/copies/b.txt", "");
    let restored = copy("~/copies/b.txt", json!({ "copy_from": "~/copies/b.txt", "version_id": old }));
    assert_eq!((restored.status, read("~/copies/b.txt").body), (200, json!("one")), "{restored:?}");

    let (_, others_home) = carlo.keys_and_home();
    upload(&carlo, "~/diary.txt", "text/plain", "dear diary");
    for (target, source, status) in [
        ("~/c.txt", "public/to-copy.txt", 200),
        ("~/c.txt", format!("{others_home}diary.txt").as_str(), 403),
        ("~/c.txt", "elsewhere.txt", 403),
        ("~/c.txt", "~/gone.txt", 404),
        ("public/c.txt", "~/a b.txt", 403),
    ] {
        let seen = copy(target, json!({ "copy_from": source }));
        assert_eq!(seen.status, status, "{source} to {target}: {seen:?}");
    }
}

#[test]
fn many_objects_are_deleted_at_once_and_nobody_elses() {
    let [tabitha, tamsin] = ["tabitha", "tamsin"].map(Person::new);
    let (keys, home) = tabitha.keys_and_home();
    let (_, others_home) = tamsin.keys_and_home();
    let names: Vec<_> = (0..1000).map(|number| format!("~/many/{number} & <{number}>\n.txt")).collect();
    for name in ["a", "b", "many/7 & <7>\n.txt"] {
        put(&keys, &format!("{home}{name}")).unwrap();
    }
    let delete = |keys: &Value| {
        let headers = [("Authorization", tabitha.id_token.as_str())];
        post(&api("/deletions"), &headers, &json!({ "keys": keys }).to_string())
    };
    let refused = delete(&json!(["~/a", format!("{others_home}a")]));
    assert_eq!((refused.status, refused.text("code")), (403, "access_denied"), "{refused:?}");
    let left =
        |count: usize| assert_eq!(objects(&tabitha.id_token, "").body["objects"].as_array().unwrap().len(), count);
    left(3);
    let done = delete(&json!(names));
    assert_eq!((done.status, done.body["deleted"].as_array().unwrap().len()), (200, 1000), "{done:?}");
    left(2);
    let done = delete(&json!(["~/a", "~/b", "~/never"]));
    assert_eq!((done.status, &done.body["failed"]), (200, &json!([])), "{done:?}");
    left(0);
}

#[test]
fn iam_decides_what_a_link_opens() {
    let (uma, viola) = (Person::new("uma"), Person::new("viola"));
    let (_, violas_home) = viola.keys_and_home();
    upload(&viola, "~/diary.txt", "text/plain", "dear diary");
    put(&Keys::admin(), "public/for-links.txt").unwrap();
    let diary = object_path(&format!("{violas_home}diary.txt"));

    // A link is no promise: it is signed here, and judged where it leads.
    for method in ["GET", "HEAD"] {
        let statuses = [("public/for-links.txt", 200), (&diary, 403), ("elsewhere.txt", 403)];
        for (target, status) in statuses {
            let reply = followed(method, &object(&uma.id_token, method, target, ""));
            assert_eq!(reply.status, status, "{method} {target}: {reply:?}");
        }
    }
    let declared = r#"{"size": 1, "content_type": "text/plain"}"#;
    for target in ["public/for-links.txt", &diary, "elsewhere.txt"] {
        for (method, body) in [("POST", declared), ("DELETE", "")] {
            let reply = object(&uma.id_token, method, target, body);
            assert_eq!((reply.status, reply.text("code")), (403, "access_denied"), "{method} {target}: {reply:?}");
        }
    }
    assert_eq!(followed("GET", &object(&viola.id_token, "GET", &diary, "")).body, json!("dear diary"));
}

#[test]
fn nobody_gets_a_link_without_a_token() {
    for method in ["GET", "HEAD", "POST", "DELETE"] {
        let reply = object("", method, "~/a", "");
        assert_eq!(reply.status, 401, "{method}: {reply:?}");
    }
}

#[test]
fn any_key_is_reached_through_path_and_query() {
    let person = Person::new("wanda");
    let names = [
        "plain.txt",
        "a b",
        "a+b",
        "a&b=c",
        "100%",
        "a%2Fb",
        "<a>",
        "\"'\\",
        "a#b",
        "a?b=c",
        "x//y",
        "/lead",
        "~/x",
        "-",
        "é€😀",
        "line\nbreak\r\t",
        ".hidden",
        "a:b;c,d",
        "trailing/",
        "[a]{b}|^`",
    ];
    for name in names {
        let key = format!("~/{name}");
        let in_query = format!("-?key={}", object_path(&key));
        upload(&person, &in_query, "text/plain", name);
        // The gateway's routes match no control characters.
        let in_path = Some(object_path(&key)).filter(|_| !name.contains(char::is_control));
        for target in in_path.into_iter().chain([in_query]) {
            let reply = followed("GET", &object(&person.id_token, "GET", &target, ""));
            assert_eq!((reply.status, reply.body.as_str()), (200, Some(name)), "{target}");
        }
    }
}

#[test]
fn the_links_of_a_page_lead_to_its_objects() {
    let person = Person::new("xenia");
    for name in ["a?b.txt", "ü +%.txt"] {
        upload(&person, &object_path(&format!("~/{name}")), "text/plain", name);
    }
    let page = objects(&person.id_token, "expand=urls&url_seconds=60");
    let listed = page.body["objects"].as_array().unwrap();
    assert_eq!(listed.len(), 2, "{page:?}");
    for item in listed {
        let reply = get(item["url"].as_str().unwrap(), &[]);
        let key = item["key"].as_str().unwrap();
        assert_eq!((reply.status, reply.body.as_str()), (200, key.rsplit('/').next()), "{item}");
    }
    assert!(objects(&person.id_token, "").body["objects"][0].get("url").is_none());
}

#[test]
fn a_page_comes_as_csv() {
    let person = Person::new("yuri");
    upload(&person, "~/a,%22b%22.txt", "text/plain", "x");
    let headers = [("Authorization", person.id_token.as_str()), ("Accept", "text/csv")];
    let reply = get(&crate::stack::api("/objects?delimiter=/"), &headers);
    assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8; header=present"), "{reply:?}");
    let Value::String(text) = &reply.body else { panic!("no text: {reply:?}") };
    let (header, row) = text.split_once("\r\n").unwrap();
    assert_eq!(header, "\"type\",\"key\",\"size\",\"etag\",\"last_modified\",\"storage_class\"");
    assert!(row.contains("/a,\"\"b\"\".txt\",\"1\","), "{row}");
}
