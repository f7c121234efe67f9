use std::{borrow::Cow, fmt, ops::RangeInclusive};

use percent_encoding::percent_decode_str;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::Value;
use zeroize::Zeroizing;

/// The parameters of a query, a form or a JSON object, each taken once by its name.
///
/// Values may be secrets: they are wiped from memory when dropped, and there is no `Debug`.
pub struct Parameters(Vec<(String, ParameterValue)>);

enum ParameterValue {
    Text(Zeroizing<String>),
    /// A whole number, which only JSON has.
    Number(u64),
    /// Whatever else JSON has.
    Other,
}

/// What is wrong with the parameters. No variant holds a value, and names that a caller chose are shown only when
/// they look like names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A `%` that no two hexadecimal digits follow, or bytes that are not UTF-8.
    #[error("The parameters are not percent-encoded UTF-8.")]
    Encoding,
    /// The JSON body is not one object.
    #[error("The body is not a JSON object.")]
    Json,
    /// More parameters than any request here has.
    #[error("There are more than 32 parameters.")]
    TooMany,
    /// A value that is not a string.
    #[error("{0} must be a string.")]
    NotAString(&'static str),
    /// A parameter that stands twice.
    #[error("{0} must not be repeated.")]
    Repeated(String),
    /// A parameter that is needed and is absent or empty.
    #[error("{0} is missing.")]
    Missing(&'static str),
    /// A parameter that is not known here.
    #[error("{0} is not a known parameter.")]
    Unknown(String),
    /// A value that is not acceptable.
    #[error("{name} {problem}.")]
    Invalid {
        /// The parameter.
        name: &'static str,
        /// What is wrong with it, in words that follow its name.
        problem: &'static str,
    },
}

impl Parameters {
    /// Most parameters of one request: each new one is compared with those before it.
    const COUNT_MAX: usize = 32;

    /// Parses `a=1&b=2` with percent-encoding and `+` for blanks, as HTML forms and queries have it. An empty piece
    /// between two `&` is passed over.
    ///
    /// Source: the URL Standard, "application/x-www-form-urlencoded parsing"; stricter where that would guess.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Encoding`] for what is not percent-encoded UTF-8, [`ParameterError::Repeated`] for a name
    /// that stands twice (RFC 6749 §3.2), [`ParameterError::TooMany`] for more than 32.
    pub fn from_urlencoded(text: &str) -> Result<Self, ParameterError> {
        let mut parameters = Self(Vec::new());
        for piece in text.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            parameters.insert(decode(name)?, ParameterValue::Text(decode(value)?.into()))?;
        }
        Ok(parameters)
    }

    /// Parses a JSON object of strings and whole numbers. `null` is the same as an empty string.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Json`] for anything but an object, [`ParameterError::Repeated`] for a member that stands
    /// twice, [`ParameterError::TooMany`] for more than 32.
    pub fn from_json(text: &str) -> Result<Self, ParameterError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let members = reader.deserialize_map(Members).and_then(|members| reader.end().map(|()| members));
        let mut parameters = Self(Vec::new());
        for (name, value) in members.map_err(|_| ParameterError::Json)? {
            let value = match value {
                Value::Null => ParameterValue::Text(Zeroizing::default()),
                Value::String(text) => ParameterValue::Text(text.into()),
                Value::Number(number) => number.as_u64().map_or(ParameterValue::Other, ParameterValue::Number),
                _ => ParameterValue::Other,
            };
            parameters.insert(name, value)?;
        }
        Ok(parameters)
    }

    fn insert(&mut self, name: String, value: ParameterValue) -> Result<(), ParameterError> {
        if self.0.iter().any(|(known, _)| *known == name) {
            return Err(ParameterError::Repeated(presentable(&name).into_owned()));
        }
        if self.0.len() == Self::COUNT_MAX {
            return Err(ParameterError::TooMany);
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Takes the value of `name`, if it is there.
    ///
    /// # Errors
    ///
    /// [`ParameterError::NotAString`] when the value is something else.
    pub fn take(&mut self, name: &'static str) -> Result<Option<Zeroizing<String>>, ParameterError> {
        match self.take_value(name) {
            None => Ok(None),
            Some(ParameterValue::Text(text)) => Ok(Some(text)),
            Some(_) => Err(ParameterError::NotAString(name)),
        }
    }

    /// Takes the whole number `name`, if it is there: digits, or in JSON a number too.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] with `problem` when the value is no whole number within `range`.
    pub fn take_number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        problem: &'static str,
    ) -> Result<Option<u64>, ParameterError> {
        let number = match self.take_value(name) {
            None => return Ok(None),
            // Rust's own parser takes a sign as well.
            Some(ParameterValue::Text(text)) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
            Some(ParameterValue::Number(number)) => Some(number),
            Some(_) => None,
        };
        let number = number.filter(|number| range.contains(number));
        number.map(Some).ok_or(ParameterError::Invalid { name, problem })
    }

    fn take_value(&mut self, name: &str) -> Option<ParameterValue> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(place).1)
    }

    /// Takes the value of `name`; an empty one counts as absent, as RFC 6749 §3.2 has it.
    ///
    /// # Errors
    ///
    /// [`ParameterError::NotAString`] when the value is something else.
    pub fn take_filled(&mut self, name: &'static str) -> Result<Option<Zeroizing<String>>, ParameterError> {
        Ok(self.take(name)?.filter(|value| !value.is_empty()))
    }

    /// Takes the value of `name`, which must be there and not empty.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Missing`], or [`ParameterError::NotAString`].
    pub fn take_required(&mut self, name: &'static str) -> Result<Zeroizing<String>, ParameterError> {
        self.take_filled(name)?.ok_or(ParameterError::Missing(name))
    }

    /// Ends the reading of parameters where all must be known.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Unknown`] with one that nobody took.
    pub fn finish(self) -> Result<(), ParameterError> {
        match self.0.first() {
            Some((name, _)) => Err(ParameterError::Unknown(presentable(name).into_owned())),
            None => Ok(()),
        }
    }
}

/// Decodes `+` and `%XX`, strictly.
fn decode(text: &str) -> Result<String, ParameterError> {
    let is_escape = |rest: &str| rest.as_bytes().get(..2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    if !text.split('%').skip(1).all(is_escape) {
        return Err(ParameterError::Encoding);
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(Cow::into_owned).map_err(|_| ParameterError::Encoding)
}

/// A caller's name, fit for an answer and for the log: a secret put in a name's place must not come back.
fn presentable(name: &str) -> Cow<'_, str> {
    let is_name = name.len() <= 32 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if is_name && !name.is_empty() { Cow::Borrowed(name) } else { Cow::Borrowed("A parameter with an unusual name") }
}

/// Reads an object's members in order, those that stand twice too.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(parameters: Parameters) -> Vec<(String, Option<String>)> {
        let text = |value| match value {
            ParameterValue::Text(text) => Some(text.to_string()),
            ParameterValue::Number(_) | ParameterValue::Other => None,
        };
        parameters.0.into_iter().map(|(name, value)| (name, text(value))).collect()
    }

    fn pair(name: &str, value: &str) -> (String, Option<String>) {
        (name.to_owned(), Some(value.to_owned()))
    }

    #[test]
    fn urlencoded_text_is_decoded_strictly() {
        let cases = [
            ("", Ok(vec![])),
            ("a=1&b=2", Ok(vec![pair("a", "1"), pair("b", "2")])),
            ("&&a=1&", Ok(vec![pair("a", "1")])),
            ("a", Ok(vec![pair("a", "")])),
            ("a=b=c", Ok(vec![pair("a", "b=c")])),
            ("a=x+y%2B%20z", Ok(vec![pair("a", "x y+ z")])),
            ("%61=%E2%82%ac", Ok(vec![pair("a", "€")])),
            ("a=€", Ok(vec![pair("a", "€")])),
            ("a=%", Err(ParameterError::Encoding)),
            ("a=%4", Err(ParameterError::Encoding)),
            ("a=%4g", Err(ParameterError::Encoding)),
            ("a=%+4", Err(ParameterError::Encoding)),
            ("a=%€", Err(ParameterError::Encoding)),
            ("a=%ff", Err(ParameterError::Encoding)),
            ("a=%ed%a0%80", Err(ParameterError::Encoding)),
            ("a=1&a=1", Err(ParameterError::Repeated("a".to_owned()))),
            ("a=1&%61=2", Err(ParameterError::Repeated("a".to_owned()))),
        ];
        for (text, expected) in cases {
            assert_eq!(Parameters::from_urlencoded(text).map(pairs), expected, "{text:?}");
        }
    }

    #[test]
    fn there_are_at_most_32_parameters() {
        let text = |count: u32| (0..count).map(|n| format!("p{n}=")).collect::<Vec<_>>().join("&");
        assert!(Parameters::from_urlencoded(&text(32)).is_ok());
        assert_eq!(Parameters::from_urlencoded(&text(33)).map(pairs), Err(ParameterError::TooMany));
    }

    #[test]
    fn json_is_one_object_of_strings() {
        let cases = [
            ("{}", Ok(vec![])),
            (r#" {"a": "1", "b": null, "c": 5} "#, Ok(vec![pair("a", "1"), pair("b", ""), ("c".to_owned(), None)])),
            (r#"{"a": null, "a": "1"}"#, Err(ParameterError::Repeated("a".to_owned()))),
            (r#"{"a": "1", "a": "1"}"#, Err(ParameterError::Repeated("a".to_owned()))),
            ("", Err(ParameterError::Json)),
            ("[]", Err(ParameterError::Json)),
            ("{} {}", Err(ParameterError::Json)),
            (r#"{"a": 1e999}"#, Err(ParameterError::Json)),
        ];
        for (text, expected) in cases {
            assert_eq!(Parameters::from_json(text).map(pairs), expected, "{text:?}");
        }
    }

    #[test]
    fn a_number_is_whole_and_within_its_range() {
        let problem = "must be a whole number from 1 to 20";
        let taken = |parameters: Result<Parameters, ParameterError>| {
            parameters.and_then(|mut parameters| parameters.take_number("n", 1..=20, problem))
        };
        let refused = Err(ParameterError::Invalid { name: "n", problem });
        let texts = [("1", Ok(Some(1))), ("20", Ok(Some(20))), ("007", Ok(Some(7)))];
        let refused_texts = ["0", "21", "-1", "%2B5", "1.0", "", "ten", "99999999999999999999"];
        for (text, expected) in texts.into_iter().chain(refused_texts.map(|text| (text, refused.clone()))) {
            assert_eq!(taken(Parameters::from_urlencoded(&format!("n={text}"))), expected, "{text:?}");
        }
        let values = [("1", Ok(Some(1))), ("20", Ok(Some(20))), ("\"7\"", Ok(Some(7)))];
        let refused_values = ["0", "21", "-1", "1.0", "\"\"", "null", "true", "[1]", "99999999999999999999"];
        for (value, expected) in values.into_iter().chain(refused_values.map(|value| (value, refused.clone()))) {
            assert_eq!(taken(Parameters::from_json(&format!("{{\"n\": {value}}}"))), expected, "{value}");
        }
        assert_eq!(taken(Parameters::from_urlencoded("")), Ok(None));
    }

    #[test]
    fn a_parameter_is_taken_once_and_what_remains_is_unknown() {
        let mut parameters = Parameters::from_urlencoded("a=1&empty=&rest=3").unwrap();
        assert_eq!(parameters.take_required("a").unwrap().as_str(), "1");
        assert_eq!(parameters.take("a"), Ok(None));
        assert_eq!(parameters.take_required("empty"), Err(ParameterError::Missing("empty")));
        assert_eq!(parameters.finish(), Err(ParameterError::Unknown("rest".to_owned())));
    }

    #[test]
    fn a_secret_in_a_names_place_does_not_come_back() {
        let secret = format!("eyJ{}.x.y", "a".repeat(40));
        let error = Parameters::from_urlencoded(&secret).unwrap().finish().unwrap_err();
        assert_eq!(error.to_string(), "A parameter with an unusual name is not a known parameter.");
    }
}
