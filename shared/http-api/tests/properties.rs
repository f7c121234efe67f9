//! Properties of the parameters of every request, whatever a client sends.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use http_api::{ParameterError, Parameters};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode_byte, utf8_percent_encode};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use serde_json::{Map, Value};

/// Text of any script, and text that looks like a query.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-c=&%+0-9fF]{0,40}", "(%[0-9A-Fa-f]{2}|[&=a]){0,20}"]
}

/// Parameters with distinct names, as many as a request may have.
fn any_pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    btree_map(any_text(), any_text(), 0..=32).prop_map(|pairs| pairs.into_iter().collect::<Vec<_>>()).prop_shuffle()
}

/// Escapes every byte that is not a letter or a digit, and with `with_letters` those too: `%61` is an `a`.
fn encode(text: &str, with_letters: bool) -> String {
    if with_letters {
        text.bytes().map(percent_encode_byte).collect()
    } else {
        utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
    }
}

/// Takes the parameters one by one, and checks that none is left.
fn assert_taken(mut parameters: Parameters, pairs: Vec<(String, String)>) -> Result<(), TestCaseError> {
    for (name, value) in pairs {
        let name: &'static str = name.leak();
        let taken = parameters.take(name).unwrap().unwrap();
        prop_assert_eq!(taken.as_str(), value);
        prop_assert_eq!(parameters.take(name), Ok(None));
    }
    prop_assert_eq!(parameters.finish(), Ok(()));
    Ok(())
}

/// No error shows what the caller sent, unless it looks like a name.
fn assert_presentable(error: &ParameterError) -> Result<(), TestCaseError> {
    let text = error.to_string();
    prop_assert!(text.is_ascii() && text.len() < 100 && !text.contains(['%', '=', '&']), "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parameters_or_an_error(text in any_text()) {
        for parsed in [Parameters::from_urlencoded(&text), Parameters::from_json(&text)] {
            match parsed.map(Parameters::finish) {
                Ok(Ok(())) => {}
                Ok(Err(error)) | Err(error) => assert_presentable(&error)?,
            }
        }
    }

    #[test]
    fn urlencoded_parameters_are_read_back(pairs in any_pairs(), with_letters in any::<bool>()) {
        let piece = |(name, value): &(String, String)| {
            format!("{}={}", encode(name, with_letters), encode(value, with_letters))
        };
        let text = pairs.iter().map(piece).collect::<Vec<_>>().join("&");
        assert_taken(Parameters::from_urlencoded(&text).unwrap(), pairs)?;
    }

    #[test]
    fn a_plus_is_a_space(words in vec("[a-z]{0,5}", 1..5)) {
        let text = format!("a={}", words.join("+"));
        assert_taken(Parameters::from_urlencoded(&text).unwrap(), vec![("a".to_owned(), words.join(" "))])?;
    }

    #[test]
    fn json_parameters_are_read_back(pairs in any_pairs()) {
        let members: Map<String, Value> = pairs.iter().cloned().map(|(name, value)| (name, value.into())).collect();
        assert_taken(Parameters::from_json(&Value::Object(members).to_string()).unwrap(), pairs)?;
    }

    #[test]
    fn a_repeated_name_is_refused(pairs in any_pairs(), name in any_text(), values in any::<[String; 2]>()) {
        let mut pairs: Vec<_> = pairs.into_iter().filter(|(known, _)| *known != name).take(30).collect();
        pairs.extend(values.map(|value| (name.clone(), value)));
        let piece = |(name, value): &(String, String)| format!("{}={}", encode(name, false), encode(value, false));
        let text = pairs.iter().map(piece).collect::<Vec<_>>().join("&");
        let refused = Parameters::from_urlencoded(&text).err();
        prop_assert!(matches!(refused, Some(ParameterError::Repeated(_))));
    }
}
