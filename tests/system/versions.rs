//! `GET /versions`: every version and every deletion of a person's objects, in order, page by page, and what they are
//! good for.

use std::sync::atomic::{AtomicU32, Ordering};

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::{
    pages::{for_each_page, rest_of_key, store},
    stack::{Keys, Person, Reply, get, object, objects, put, versions},
};

/// Writes or deletes `key` for each of these, and returns what must be listed of it: newest first.
fn history(keys: &Keys, key: &str, writes: &[bool]) -> Vec<Value> {
    let mut made: Vec<Value> = writes
        .iter()
        .map(|is_write| {
            let done = store(keys, if *is_write { "PUT" } else { "DELETE" }, key);
            let version_id = done.header("x-amz-version-id").unwrap();
            json!({ "key": key, "version_id": version_id, "is_latest": false, "is_deleted": !is_write })
        })
        .collect();
    made.reverse();
    if let Some(latest) = made.first_mut() {
        latest["is_latest"] = json!(true);
    }
    made
}

/// All versions and folders of all pages, without what only S3 knows: times, sizes, `ETag`s.
fn walk(id_token: &str, query: &str, max_keys: usize) -> (Vec<Value>, Vec<Value>) {
    let (mut all, mut folders) = (Vec::new(), Vec::new());
    for_each_page(
        |query| versions(id_token, query),
        query,
        max_keys,
        |page, _| {
            for version in page["versions"].as_array().unwrap() {
                let has_content = version["size"].is_u64() && version["etag"].is_string();
                assert_eq!(has_content, version["is_deleted"] == false, "{version}");
                let names = ["key", "version_id", "is_latest", "is_deleted"];
                all.push(names.into_iter().map(|name| (name.to_owned(), version[name].clone())).collect());
            }
            folders.extend(page["folders"].as_array().unwrap().iter().cloned());
        },
    );
    (all, folders)
}

#[test]
fn every_version_is_seen_exactly_once_and_the_newest_first() {
    let person = Person::new("vito");
    let (keys, home) = person.keys_and_home();
    let of = |name: &str, writes: &[bool]| history(&keys, &format!("{home}{name}"), writes);
    let (write, delete) = (true, false);
    // The newest is a deletion, there are two at once, or one between versions.
    let top = [
        of("a", &[write, write, write, delete]),
        of("b & <b>\n+%", &[delete]),
        of("d", &[write, delete, delete, write]),
        of("f", &[write]),
    ];
    let folders = [
        of("c/1", &[write, write]),
        of("c/2", &[delete]),
        of("e/1", &[write; 5]),
        // Nothing is left here but what was.
        of("g/1", &[write, delete]),
    ];
    let all = [&top[0], &top[1], &folders[0], &folders[1], &top[2], &folders[2], &top[3], &folders[3]];
    let all: Vec<_> = all.into_iter().flatten().cloned().collect();
    let names = ["c/", "e/", "g/"].map(|name| json!(format!("{home}{name}")));
    for max_keys in [1, 2, 3, 4, 5, 7, 19, 20, 1000] {
        let (listed, none) = walk(&person.id_token, "", max_keys);
        assert!(listed == all && none.is_empty(), "by {max_keys}: {listed:#?}\nnot {all:#?}");
        let folded = walk(&person.id_token, "delimiter=/", max_keys);
        assert_eq!(folded, (top.concat(), names.to_vec()), "by {max_keys}");
    }
    assert_eq!(walk(&person.id_token, "prefix=~/c/2", 100), (folders[1].clone(), vec![]));
    assert_eq!(walk(&person.id_token, "prefix=~/c/3", 100), (vec![], vec![]));
}

#[test]
fn any_history_comes_back_whatever_the_keys() {
    static CASES: AtomicU32 = AtomicU32::new(0);
    let person = Person::new("vida");
    let (keys, home) = person.keys_and_home();
    let config =
        ProptestConfig { failure_persistence: None, cases: 15, max_shrink_iters: 30, ..ProptestConfig::default() };
    let bytes_max = 1024 - home.len() - "0000/".len();
    let histories = proptest::collection::btree_map(rest_of_key(bytes_max), vec(any::<bool>(), 1..5), 1..6);
    proptest!(config, |(histories in histories, max_keys in 1..4_usize)| {
        // A place of its own for each case.
        let folder = format!("{:04}/", CASES.fetch_add(1, Ordering::Relaxed));
        let expected: Vec<Value> = histories
            .iter()
            .flat_map(|(name, writes)| history(&keys, &format!("{home}{folder}{name}"), writes))
            .collect();
        let (listed, _) = walk(&person.id_token, &format!("prefix=~/{folder}"), max_keys);
        prop_assert_eq!(listed, expected);
    });
}

#[test]
fn what_versions_says_restores_an_object_and_undoes_a_deletion() {
    let person = Person::new("vanja");
    let token = &person.id_token;
    let write = |bytes: &str| {
        let declared = json!({ "size": bytes.len(), "content_type": "text/plain" }).to_string();
        let link = object(token, "POST", "~/plan.txt", &declared);
        let request = ureq::http::Request::builder().method("PUT").uri(link.text("url"));
        let request = request.header("content-type", "text/plain").body(bytes.to_owned()).unwrap();
        assert_eq!(crate::stack::send(request).status, 200);
    };
    let read = || get(object(token, "GET", "~/plan.txt?redirect=false", "").text("url"), &[]);
    let listed = || -> Vec<Value> { versions(token, "prefix=~/plan.txt").body["versions"].as_array().unwrap().clone() };
    let restore = |version: &Value| {
        let body = json!({ "copy_from": "~/plan.txt", "version_id": version["version_id"] });
        assert_eq!(object(token, "PUT", "~/plan.txt", &body.to_string()).status, 200);
    };
    write("first");
    write("second, and longer");
    let sizes: Vec<_> = listed().iter().map(|version| version["size"].clone()).collect();
    assert_eq!(sizes, [18, 5], "the newest first");
    restore(&listed()[1]);
    assert_eq!(read().body, "first");
    assert_eq!(object(token, "DELETE", "~/plan.txt", "").status, 204);
    assert_eq!((read().status, &objects(token, "").body["objects"]), (404, &json!([])));
    let all = listed();
    let deleted: Vec<_> = all.iter().map(|version| version["is_deleted"] == true).collect();
    assert_eq!(deleted, [true, false, false, false]);
    restore(&all[1]);
    assert_eq!(read().body, "first");
    assert_eq!(listed().len(), 5, "nothing is lost by it");
}

fn refused(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.text("code"))
}

#[test]
fn iam_decides_whose_versions_may_be_listed() {
    let [vesta, val] = ["vesta", "val"].map(Person::new);
    let (others_keys, others_home) = val.keys_and_home();
    put(&others_keys, &format!("{others_home}diary.txt")).unwrap();
    put(&Keys::admin(), "public/with-versions.txt").unwrap();

    let public = versions(&vesta.id_token, "prefix=public/with-versions.txt");
    assert_eq!(public.body["versions"][0]["key"], "public/with-versions.txt", "{public:?}");
    for prefix in ["", "private/", &others_home, others_home.trim_end_matches('/')] {
        let reply = versions(&vesta.id_token, &format!("prefix={prefix}"));
        assert_eq!(refused(&reply), (403, "access_denied"), "{prefix}: {reply:?}");
        assert!(reply.text("message").contains("versions") && reply.body["versions"].is_null(), "{reply:?}");
    }
}

#[test]
fn a_cursor_serves_its_own_listing_alone() {
    let person = Person::new("vesna");
    let (keys, home) = person.keys_and_home();
    for name in ["a", "b", "c/d"] {
        put(&keys, &format!("{home}{name}")).unwrap();
    }
    let cursor = |page: Reply| page.text("next_cursor").to_owned();
    let of_versions = cursor(versions(&person.id_token, "max_keys=1"));
    let of_objects = cursor(objects(&person.id_token, "max_keys=1"));
    for (list, query) in [
        (versions as fn(&str, &str) -> Reply, format!("cursor={of_objects}")),
        (objects, format!("cursor={of_versions}")),
        (versions, format!("delimiter=/&cursor={of_versions}")),
        (versions, format!("prefix=~/c&cursor={of_versions}")),
        (versions, format!("cursor={of_versions}AAAA")),
        (versions, "start_after=~/a".to_owned()),
    ] {
        let reply = list(&person.id_token, &query);
        assert_eq!(refused(&reply), (400, "invalid_request"), "{query}: {reply:?}");
    }
    let rest = versions(&person.id_token, &format!("max_keys=5&cursor={of_versions}"));
    assert_eq!(rest.body["versions"].as_array().unwrap().len(), 2, "{rest:?}");
}
