//! Keys are returned as they are stored, whatever they contain.

use loopback::Aws;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::{collection::vec, prelude::*, string::string_regex};
use serde_json::{Value, json};

use crate::setup::Setup;

/// As S3 writes a key under `encoding-type=url`: a blank is a `+`, a slash stays.
pub(crate) fn url_encoded(key: &str) -> String {
    utf8_percent_encode(key, NON_ALPHANUMERIC).to_string().replace("%20", "+").replace("%2F", "/")
}

fn xml(keys: &[String], folders: &[String]) -> String {
    let object = |key: &String| {
        format!(
            "<Contents><Key>{}</Key><LastModified>2026-03-12T17:50:30.000Z</LastModified>\
             <ETag>&quot;5d41&quot;</ETag><Size>5</Size></Contents>",
            url_encoded(key)
        )
    };
    let folder = |key: &String| format!("<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", url_encoded(key));
    let rows: String = keys.iter().map(object).chain(folders.iter().map(folder)).collect();
    format!("<IsTruncated>false</IsTruncated>{rows}")
}

/// Texts up to a key's length of any characters, and of those that have a meaning somewhere on the way.
pub(crate) fn key() -> impl Strategy<Value = String> {
    let any = string_regex("(?s).{1,256}").unwrap();
    let telling = string_regex(
        r#"([+%&<>"'\\#?/ \n\r\t\x00-\x1f\x7f\u{85}\u{2028}\u{feff}\u{fffd}]|%2[05Ff]|&amp;|\.\./|//){1,40}"#,
    );
    let full_length = Just("ä".repeat(512));
    prop_oneof![4 => any, 4 => telling.unwrap(), 1 => full_length]
}

#[test]
fn any_key_is_read_back_from_the_real_xml() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let setup = Setup::new("300");
    let token = setup.cloud.token(&json!({}));
    let config = ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() };
    proptest!(config, |(keys in vec(key(), 0..8), folders in vec(key(), 0..4))| {
        setup.cloud.aws.set_list_objects(Aws::page(&xml(&keys, &folders)));
        let seen = runtime.block_on(setup.get(&token, "delimiter=/"));
        prop_assert_eq!(seen.status, 200, "{:?}", seen);
        let listed: Vec<&Value> = seen.body["objects"].as_array().unwrap().iter().map(|object| &object["key"]).collect();
        prop_assert_eq!(json!(listed), json!(keys));
        prop_assert_eq!(&seen.body["folders"], &json!(folders));
    });
}
