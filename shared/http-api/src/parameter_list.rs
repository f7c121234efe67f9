use std::{borrow::Cow, fmt};

use percent_encoding::percent_decode_str;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::{Number, Value};
use zeroize::Zeroizing;

use crate::{ParameterError, Parameters};

/// The parameters of a query, a form or a JSON object, as they were sent: a name may occur more than once.
///
/// Values may be secrets: they are wiped from memory when dropped, and there is no `Debug`.
pub struct ParameterList(Vec<(String, ParameterValue)>);

/// The value of a parameter.
pub(crate) enum ParameterValue {
    /// Of a query or a form, where a number is text too.
    Untyped(Zeroizing<String>),
    /// A string, in JSON only.
    Text(Zeroizing<String>),
    /// A whole number, in JSON only.
    Number(u64),
    /// A list of strings, in JSON only.
    Texts(Vec<String>),
    /// Any other JSON value.
    Other,
}

impl ParameterValue {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Untyped(text) | Self::Text(text) if text.is_empty())
    }
}

impl ParameterList {
    /// The maximum number of parameters. There is a limit because each is compared with the others.
    pub const COUNT_MAX: usize = 32;

    /// Parses `a=1&b=2`, with percent-encoding and `+` for a space, as in HTML forms and queries. An empty piece
    /// between two `&` is ignored.
    ///
    /// Source: the URL Standard, "application/x-www-form-urlencoded parsing"; but what that would guess at is an error.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Encoding`] for text that is not percent-encoded UTF-8, [`ParameterError::TooMany`] for more
    /// than [`ParameterList::COUNT_MAX`].
    pub fn from_urlencoded(text: &str) -> Result<Self, ParameterError> {
        let mut list = Self(Vec::new());
        for piece in text.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            list.push(decode(name)?, ParameterValue::Untyped(decode(value)?.into()))?;
        }
        Ok(list)
    }

    /// Parses a JSON object of strings, whole numbers and lists of strings. `null` is the same as an empty string.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Json`] for anything but an object, [`ParameterError::TooMany`] for more than
    /// [`ParameterList::COUNT_MAX`] members.
    pub fn from_json(text: &str) -> Result<Self, ParameterError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let members = reader.deserialize_map(Members).and_then(|members| reader.end().map(|()| members));
        let mut list = Self(Vec::new());
        for (name, value) in members.map_err(|_| ParameterError::Json)? {
            let value = match value {
                Value::Null => ParameterValue::Text(Zeroizing::default()),
                Value::String(text) => ParameterValue::Text(text.into()),
                Value::Number(number) => whole(&number).map_or(ParameterValue::Other, ParameterValue::Number),
                Value::Array(items) => texts(items).map_or(ParameterValue::Other, ParameterValue::Texts),
                _ => ParameterValue::Other,
            };
            list.push(name, value)?;
        }
        Ok(list)
    }

    fn push(&mut self, name: String, value: ParameterValue) -> Result<(), ParameterError> {
        if self.0.len() == Self::COUNT_MAX {
            return Err(ParameterError::TooMany);
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Only the parameters with a value: at an OAuth endpoint, one without a value counts as absent (RFC 6749 §3.2).
    #[must_use]
    pub fn filled(mut self) -> Self {
        self.0.retain(|(_, value)| !value.is_empty());
        self
    }

    /// How many times `name` occurs.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(known, _)| known == name).count()
    }

    /// The same parameters, when no name is repeated.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Repeated`] with the first name that occurs again.
    pub fn unique(self) -> Result<Parameters, ParameterError> {
        let mut names = self.0.iter().enumerate();
        match names.find(|(index, (name, _))| self.0.iter().take(*index).any(|(earlier, _)| earlier == name)) {
            Some((_, (name, _))) => Err(ParameterError::Repeated(presentable(name).into_owned())),
            None => Ok(Parameters(self.0)),
        }
    }
}

/// A whole number, also if it is written as `12.0` or `1.2e1`: JSON has one type of number.
///
/// Source: "integer" in JSON Schema Validation §6.1.1.
fn whole(number: &Number) -> Option<u64> {
    let is_whole = |number: &f64| number.fract() == 0.0 && *number >= 0.0;
    // `-0.0` is zero too.
    let with_fraction = || number.as_f64().filter(is_whole)?.abs().to_string().parse().ok();
    number.as_u64().or_else(with_fraction)
}

/// The items, if all are strings.
fn texts(items: Vec<Value>) -> Option<Vec<String>> {
    let text = |item| if let Value::String(text) = item { Some(text) } else { None };
    items.into_iter().map(text).collect()
}

/// Decodes `+` and `%XX`, strictly.
fn decode(text: &str) -> Result<String, ParameterError> {
    let is_escape = |rest: &str| rest.as_bytes().get(..2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    if !text.split('%').skip(1).all(is_escape) {
        return Err(ParameterError::Encoding);
    }
    let spaced = Zeroizing::new(text.replace('+', " "));
    percent_decode_str(&spaced).decode_utf8().map(Cow::into_owned).map_err(|_| ParameterError::Encoding)
}

/// A caller's name for a parameter, safe to show in a response and in the log. A secret that was sent in place of a
/// name must not be shown.
pub(crate) fn presentable(name: &str) -> Cow<'_, str> {
    let is_name = name.len() <= 32 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if is_name && !name.is_empty() { Cow::Borrowed(name) } else { Cow::Borrowed("A parameter with an unusual name") }
}

/// Reads the members of an object in order, including repeated ones.
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
            ParameterValue::Untyped(text) | ParameterValue::Text(text) => Some(text.to_string()),
            ParameterValue::Number(_) | ParameterValue::Texts(_) | ParameterValue::Other => None,
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
    fn the_body_is_one_json_object() {
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
    fn at_oauths_endpoints_a_parameter_without_a_value_counts_as_absent() {
        let unique = |text: &str| ParameterList::from_urlencoded(text).unwrap().filled().unique().map(pairs);
        assert_eq!(unique("a=&b&a=1&c="), Ok(vec![pair("a", "1")]));
        assert_eq!(unique("a=1&a=&a=2"), Err(ParameterError::Repeated("a".to_owned())));
        let list = ParameterList::from_urlencoded("a=1&b=2&a=3").unwrap();
        assert_eq!((list.count("a"), list.count("b"), list.count("c")), (2, 1, 0));
        let json = ParameterList::from_json(r#"{"a": null, "a": "", "a": 0}"#).unwrap();
        assert_eq!(json.filled().count("a"), 1, "a zero is a value");
    }
}
