//! Pages of `GET /objects`: a client that follows `next_cursor` sees every key exactly once, and each as it is stored.

use std::{collections::BTreeSet, sync::atomic::AtomicU32, sync::atomic::Ordering, thread};

use proptest::{collection::btree_set, prelude::*, string::string_regex};
use serde_json::Value;

use crate::stack::{Call, Keys, Person, Reply, STACK, call, object_path, objects, recorded};

/// What a walk through all pages saw, in order.
#[derive(Debug, Default, PartialEq)]
struct Walk {
    keys: Vec<String>,
    folders: Vec<String>,
    pages: usize,
}

/// Walks through the pages of `query`. `between` is called after each page that has a next one.
fn walk(id_token: &str, query: &str, max_keys: usize, mut between: impl FnMut(&Walk)) -> Walk {
    let mut walk = Walk::default();
    for_each_page(
        |query| objects(id_token, query),
        query,
        max_keys,
        |page, is_last| {
            let texts = |member: &str, name: &str| -> Vec<String> {
                let items = page[member].as_array().unwrap().iter();
                items
                    .map(|item| if name.is_empty() { item } else { &item[name] }.as_str().unwrap().to_owned())
                    .collect()
            };
            walk.keys.extend(texts("objects", "key"));
            walk.folders.extend(texts("folders", ""));
            walk.pages += 1;
            if !is_last {
                between(&walk);
            }
        },
    );
    walk
}

/// Follows the cursors of a listing to its end. `each` is called with each page, and whether it is the last.
pub(crate) fn for_each_page(
    list: impl Fn(&str) -> Reply,
    query: &str,
    max_keys: usize,
    mut each: impl FnMut(&Value, bool),
) {
    let mut cursor = String::new();
    loop {
        let page = list(&format!("max_keys={max_keys}&{query}{cursor}"));
        assert_eq!(page.status, 200, "{page:?}");
        let lists = page.body.as_object().unwrap().values().filter_map(Value::as_array);
        let count: usize = lists.map(Vec::len).sum();
        let is_last = page.body.get("next_cursor").is_none();
        assert!(is_last || count == max_keys, "a page that is not the last is full: {page:?}");
        assert!(count <= max_keys, "{page:?}");
        each(&page.body, is_last);
        if is_last {
            return;
        }
        cursor = format!("&cursor={}", page.text("next_cursor"));
    }
}

/// Puts or deletes an object of the usual stack's bucket.
pub(crate) fn store(keys: &Keys, method: &'static str, key: &str) -> Reply {
    let path = format!("/{}/{}", recorded("bucket"), object_path(key));
    let reply = call(&STACK, Some(keys), &Call { service: "s3", method, path, ..Call::default() });
    assert!(matches!(reply.status, 200 | 204), "{method} {key:?}: {reply:?}");
    reply
}

fn store_all(keys: &Keys, names: &[String]) {
    thread::scope(|scope| {
        for part in names.chunks(names.len().div_ceil(4).max(1)) {
            scope.spawn(|| part.iter().for_each(|name| drop(store(keys, "PUT", name))));
        }
    });
}

#[test]
fn every_key_is_seen_exactly_once_whatever_their_number() {
    let person = Person::new("olga");
    let (keys, home) = person.keys_and_home();
    let folders: [(&str, usize); 6] =
        [("f0001/", 1), ("f0099/", 99), ("f0100/", 100), ("f0101/", 101), ("f1000/", 1000), ("f1001/", 1001)];
    let below = |folder: &str, count: usize| -> Vec<String> {
        (0..count).map(|number| format!("{home}{folder}{number:04}")).collect()
    };
    // 2,500 in all, the rest at the top.
    let all: Vec<String> =
        folders.iter().flat_map(|(folder, count)| below(folder, *count)).chain(below("z", 198)).collect();
    assert_eq!(all.len(), 2500);
    store_all(&keys, &all);

    let walked = walk(&person.id_token, "", 1000, |_| {});
    assert_eq!((walked.keys == all, walked.pages), (true, 3));
    let empty = walk(&person.id_token, "prefix=~/f0000/", 100, |_| {});
    assert_eq!(empty, Walk { pages: 1, ..Walk::default() });
    for (folder, count) in folders {
        for max_keys in [100, 1000] {
            let walked = walk(&person.id_token, &format!("prefix=~/{folder}"), max_keys, |_| {});
            assert!(walked.keys == below(folder, count), "{folder} by {max_keys}");
            assert_eq!(walked.pages, count.div_ceil(max_keys), "{folder} by {max_keys}");
        }
    }
    // Folders that straddle pages: six folders and 198 keys, by numbers that divide neither.
    for max_keys in [1, 4, 7, 100] {
        let walked = walk(&person.id_token, "delimiter=/", max_keys, |_| {});
        assert_eq!(walked.folders, folders.map(|(folder, _)| format!("{home}{folder}")), "by {max_keys}");
        assert!(walked.keys == below("z", 198), "by {max_keys}");
        assert_eq!(walked.pages, 204_usize.div_ceil(max_keys));
    }
    let after = walk(&person.id_token, "start_after=~/f1001/0998", 100, |_| {});
    assert_eq!(after.keys.len(), 2 + 198);
}

#[test]
fn keys_that_stay_are_seen_exactly_once_while_others_come_and_go() {
    let person = Person::new("pavel");
    let (keys, home) = person.keys_and_home();
    let name = |number: usize, what: &str| format!("{home}{number:03}-{what}");
    let staying: Vec<String> = (0..40).map(|number| name(number, "stays")).collect();
    let leaving: Vec<String> = (0..40).map(|number| name(number, "leaves")).collect();
    store_all(&keys, &[staying.clone(), leaving.clone()].concat());
    let mut page = 0;
    let walked = walk(&person.id_token, "", 7, |_| {
        // Behind the page's end, ahead of it, and at it.
        for number in [page, 39 - page, page * 7 / 2] {
            store(&keys, "DELETE", &leaving[number]);
            store(&keys, "PUT", &name(number, "comes"));
        }
        page += 1;
    });
    let seen: BTreeSet<&String> = walked.keys.iter().collect();
    assert_eq!(seen.len(), walked.keys.len(), "none twice: {walked:?}");
    assert!(walked.keys.is_sorted(), "{walked:?}");
    for key in &staying {
        assert!(seen.contains(key), "{key} is missing: {walked:?}");
    }
}

#[test]
fn a_cursor_serves_its_own_listing_alone() {
    let person = Person::new("quinn");
    let (keys, home) = person.keys_and_home();
    store_all(&keys, &["a", "b", "c/d"].map(|name| format!("{home}{name}")));
    let page = objects(&person.id_token, "max_keys=1");
    let cursor = page.text("next_cursor");
    let flipped = |place: usize| -> String {
        let letter = |c: char| if c == 'A' { 'B' } else { 'A' };
        cursor.char_indices().map(|(at, c)| if at == place { letter(c) } else { c }).collect()
    };
    let cases = [
        format!("prefix=~/c&cursor={cursor}"),
        format!("delimiter=/&cursor={cursor}"),
        format!("prefix=public/&cursor={cursor}"),
        format!("cursor={}", flipped(0)),
        format!("cursor={}", flipped(cursor.len() / 2)),
        format!("cursor={}", &cursor[..cursor.len() - 1]),
        format!("cursor={cursor}AAAA"),
        "cursor=".to_owned(),
        // As an earlier version would have sealed it: with nothing.
        "cursor=MTIzNA".to_owned(),
    ];
    for query in cases {
        let reply = objects(&person.id_token, &query);
        assert_eq!((reply.status, reply.text("code")), (400, "invalid_request"), "{query}: {reply:?}");
        assert!(reply.text("message").starts_with("cursor is not the next_cursor of a page"), "{reply:?}");
    }
    // With the same listing it goes on, whatever the page's size.
    let reply = objects(&person.id_token, &format!("prefix=~/&max_keys=2&cursor={cursor}"));
    assert_eq!(reply.body["objects"].as_array().unwrap().len(), 2, "{reply:?}");
}

/// What may follow the home in a key: any characters, those that have a meaning on the way, empty segments, and all the
/// bytes that there are.
pub(crate) fn rest_of_key(bytes_max: usize) -> impl Strategy<Value = String> {
    let any = string_regex("(?s).{1,60}").unwrap();
    let telling = string_regex(r#"([+%&<>"'\\#?/= \n\r\t\x01-\x1f\x7f~]|%2[05Ff]|&amp;|//){1,30}"#).unwrap();
    prop_oneof![
        4 => any,
        4 => telling,
        1 => Just(format!("//{}", "é".repeat(bytes_max / 2 - 1))),
        1 => Just("x".repeat(bytes_max)),
    ]
    .prop_filter("a NUL is no character of a key here", |key| !key.contains('\0'))
}

#[test]
fn any_key_comes_back_as_it_is_stored() {
    static CASES: AtomicU32 = AtomicU32::new(0);
    let person = Person::new("rosa");
    let (keys, home) = person.keys_and_home();
    let config =
        ProptestConfig { failure_persistence: None, cases: 25, max_shrink_iters: 50, ..ProptestConfig::default() };
    let bytes_max = 1024 - home.len() - "0000/".len();
    proptest!(config, |(names in btree_set(rest_of_key(bytes_max), 1..8), max_keys in 1..4_usize)| {
        // A place of its own for each case.
        let folder = format!("{:04}/", CASES.fetch_add(1, Ordering::Relaxed));
        let stored: BTreeSet<String> = names.iter().map(|name| format!("{home}{folder}{name}")).collect();
        store_all(&keys, &stored.iter().cloned().collect::<Vec<_>>());
        let walked = walk(&person.id_token, &format!("prefix=~/{folder}"), max_keys, |_| {});
        // S3 lists in the order of UTF-8's bytes, which is that of `str`.
        prop_assert_eq!(walked.keys, stored.into_iter().collect::<Vec<_>>());
    });
}
