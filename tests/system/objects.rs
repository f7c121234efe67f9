//! `GET /objects`: everyone sees their own objects and `public/`, because IAM says so.

use serde_json::{Value, json};

use crate::stack::{Keys, Person, Reply, objects, put, recorded};

fn keys_of(reply: &Reply) -> Vec<&str> {
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.body["objects"].as_array().unwrap().iter().map(|object| object["key"].as_str().unwrap()).collect()
}

#[test]
fn a_person_without_objects_gets_an_empty_list() {
    let person = Person::new("gina");
    let (_, home) = person.keys_and_home();
    let reply = objects(&person.id_token, "");
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.body, json!({ "bucket": recorded("bucket"), "prefix": home, "objects": [], "folders": [] }));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[test]
fn keys_come_back_as_they_are_stored() {
    let person = Person::new("hugo");
    let (keys, home) = person.keys_and_home();
    let names = ["+plus & 100%.txt", "a b.txt", "line\nbreak.txt", "reports/1.csv", "reports/2.csv", "ä€😀.txt"];
    let stored: Vec<String> = names.iter().map(|name| format!("{home}{name}")).collect();
    for key in &stored {
        put(&keys, key).unwrap();
    }

    let all = objects(&person.id_token, "");
    assert_eq!(keys_of(&all), stored);
    let object = &all.body["objects"][0];
    assert_eq!((&object["size"], &object["storage_class"]), (&json!(0), &json!("STANDARD")));
    // The MD5 digest of nothing, in the quotes that S3 gives it.
    assert_eq!(object["etag"], "\"d41d8cd98f00b204e9800998ecf8427e\"");

    let folded = objects(&person.id_token, "prefix=~/&delimiter=/");
    assert_eq!(folded.body["folders"], json!([format!("{home}reports/")]));
    assert_eq!(keys_of(&folded).len(), names.len() - 2);
    let deeper = objects(&person.id_token, &format!("prefix=~/reports/&start_after={home}reports/1.csv"));
    assert_eq!(keys_of(&deeper), [format!("{home}reports/2.csv")]);
}

#[test]
fn pages_add_up_to_the_whole() {
    let person = Person::new("ines");
    let (keys, home) = person.keys_and_home();
    let stored: Vec<String> = (1..=5).map(|number| format!("{home}{number}")).collect();
    for key in &stored {
        put(&keys, key).unwrap();
    }

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = objects(&person.id_token, &format!("max_keys=2{cursor}"));
        seen.extend(keys_of(&page).into_iter().map(str::to_owned));
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        let elsewhere = objects(&person.id_token, &format!("prefix=public/{cursor}"));
        assert_eq!((elsewhere.status, elsewhere.text("code")), (400, "invalid_request"), "{elsewhere:?}");
    }
    assert_eq!(seen, stored);
}

#[test]
fn iam_decides_what_may_be_listed() {
    let (joan, kate) = (Person::new("joan"), Person::new("kate"));
    let (others_keys, others_home) = kate.keys_and_home();
    put(&others_keys, &format!("{others_home}diary.txt")).unwrap();
    put(&Keys::admin(), "public/for-the-listing.txt").unwrap();

    assert!(keys_of(&objects(&joan.id_token, "prefix=public/")).contains(&"public/for-the-listing.txt"));
    for prefix in ["", "private/", &others_home, others_home.trim_end_matches('/')] {
        let reply = objects(&joan.id_token, &format!("prefix={prefix}"));
        assert_eq!((reply.status, reply.text("code")), (403, "access_denied"), "{prefix}: {reply:?}");
        assert_eq!(reply.body["objects"], Value::Null);
    }
}

#[test]
fn a_query_that_is_not_understood_is_refused_by_name() {
    let person = Person::new("lena");
    for (query, name) in [("max_keys=0", "max_keys"), ("max-keys=5", "max-keys"), ("prefix=a&prefix=b", "prefix")] {
        let reply = objects(&person.id_token, query);
        assert_eq!((reply.status, reply.text("code")), (400, "invalid_request"), "{query}: {reply:?}");
        assert!(reply.text("message").contains(name), "{query}: {reply:?}");
    }
}
