use regex_lite::Regex;
use serde_json::{Value, json};

/// What stands for a moving part in an expected answer: `{"$pattern": "^[0-9]+$"}`.
const PATTERN: &str = "$pattern";

/// An answer of an HTTP function with its body as JSON, where it is JSON, and without members that say nothing; any
/// other answer as it is.
#[must_use]
pub fn readable(mut answer: Value) -> Value {
    if let Some(members) = answer.as_object_mut().filter(|members| members.contains_key("statusCode")) {
        members.retain(|name, value| !says_nothing(name, value));
    }
    if let Some(body) = answer.get_mut("body")
        && let Some(json) = body.as_str().and_then(|text| serde_json::from_str(text).ok())
    {
        *body = json;
    }
    answer
}

/// Whether the Lambda runtime wrote this because it always does.
fn says_nothing(name: &str, value: &Value) -> bool {
    match name {
        "multiValueHeaders" => *value == json!({}),
        "cookies" => *value == json!([]),
        "isBase64Encoded" => *value == json!(false),
        _ => false,
    }
}

/// Where `answer` is not as expected, one line each: `body.error: expected "a", got "b"`.
#[must_use]
pub fn differences(expected: &Value, answer: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", Some(expected), Some(answer), &mut found);
    found
}

fn compare(path: &str, expected: Option<&Value>, answer: Option<&Value>, found: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match (expected, answer) {
        (Some(expected), Some(answer))
            if pattern_of(expected).is_some_and(|pattern| pattern.is_match(&text(answer))) => {}
        (Some(Value::Object(expected)), Some(Value::Object(answer))) if !expected.contains_key(PATTERN) => {
            let more = answer.keys().filter(|name| !expected.contains_key(*name));
            for name in expected.keys().chain(more) {
                compare(&below(name), expected.get(name), answer.get(name), found);
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(answer))) => {
            for index in 0..expected.len().max(answer.len()) {
                compare(&below(&index.to_string()), expected.get(index), answer.get(index), found);
            }
        }
        (expected, answer) if expected == answer => {}
        (expected, answer) => {
            let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
            let place = if path.is_empty() { "the answer" } else { path };
            found.push(format!("{place}: expected {}, got {}", shown(expected), shown(answer)));
        }
    }
}

fn pattern_of(expected: &Value) -> Option<Regex> {
    let pattern = expected.get(PATTERN)?.as_str().expect("a pattern is a string");
    Some(Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}")))
}

/// What a pattern is matched with: a string's characters, anything else as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_as_expected_differs_in_nothing() {
        let answer = json!({ "n": 3599, "t": "2026", "l": [1, { "a": null }] });
        let cases = [
            answer.clone(),
            json!({ "n": { "$pattern": "^35[0-9]{2}$" }, "t": { "$pattern": "^20" }, "l": [1, { "a": null }] }),
            json!({ "n": 3599, "t": "2026", "l": { "$pattern": "null" } }),
        ];
        for expected in cases {
            assert_eq!(differences(&expected, &answer), [""; 0], "{expected}");
        }
    }

    #[test]
    fn each_difference_is_told_with_its_place() {
        let answer = json!({ "n": 3599, "l": [1, { "a": null }] });
        let cases = [
            (json!("text"), "the answer: expected \"text\", got {\"l\":[1,{\"a\":null}],\"n\":3599}"),
            (json!({ "n": "3599", "l": [1, { "a": null }] }), "n: expected \"3599\", got 3599"),
            (
                json!({ "n": { "$pattern": "^1" }, "l": [1, { "a": null }] }),
                "n: expected {\"$pattern\":\"^1\"}, got 3599",
            ),
            (json!({ "n": 3599 }), "l: expected nothing, got [1,{\"a\":null}]"),
            (json!({ "n": 3599, "l": [1, { "a": null }], "m": null }), "m: expected null, got nothing"),
            (json!({ "n": 3599, "l": [1] }), "l.1: expected nothing, got {\"a\":null}"),
            (json!({ "n": 3599, "l": [1, { "a": 0 }] }), "l.1.a: expected 0, got null"),
        ];
        for (expected, line) in cases {
            assert_eq!(differences(&expected, &answer), [line]);
        }
    }

    #[test]
    fn an_answer_is_read_as_its_readers_do() {
        let answer = json!({
            "statusCode": 200, "body": "{\"a\":1}", "cookies": [], "multiValueHeaders": {}, "isBase64Encoded": false,
        });
        assert_eq!(readable(answer), json!({ "statusCode": 200, "body": { "a": 1 } }));
        for other in [
            json!({ "statusCode": 200, "body": "key,size\n", "cookies": ["a=b"], "isBase64Encoded": true }),
            json!({ "errorType": "X", "cookies": [] }),
            json!("text"),
        ] {
            assert_eq!(readable(other.clone()), other);
        }
    }
}
