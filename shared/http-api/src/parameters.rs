use std::{borrow::Cow, fmt, ops::RangeInclusive};

use percent_encoding::percent_decode_str;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::ParameterError;

/// The parameters of a query, a form or a JSON object, as they were sent: a name may stand more than once.
///
/// Values may be secrets: they are wiped from memory when dropped, and there is no `Debug`.
pub struct ParameterList(Vec<(String, ParameterValue)>);

/// Parameters of which none is repeated, each taken once by its name.
pub struct Parameters(Vec<(String, ParameterValue)>);

enum ParameterValue {
    Text(Zeroizing<String>),
    /// A whole number, which only JSON has.
    Number(u64),
    /// Whatever else JSON has.
    Other,
}

impl ParameterValue {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

impl ParameterList {
    /// Most parameters of one request: each is compared with the others.
    pub const COUNT_MAX: usize = 32;

    /// Parses `a=1&b=2` with percent-encoding and `+` for blanks, as HTML forms and queries have it. An empty piece
    /// between two `&` is passed over.
    ///
    /// Source: the URL Standard, "application/x-www-form-urlencoded parsing"; stricter where that would guess.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Encoding`] for what is not percent-encoded UTF-8, [`ParameterError::TooMany`] for more than
    /// [`ParameterList::COUNT_MAX`].
    pub fn from_urlencoded(text: &str) -> Result<Self, ParameterError> {
        let mut list = Self(Vec::new());
        for piece in text.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            list.push(decode(name)?, ParameterValue::Text(decode(value)?.into()))?;
        }
        Ok(list)
    }

    /// Parses a JSON object of strings and whole numbers. `null` is the same as an empty string.
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
                Value::Number(number) => number.as_u64().map_or(ParameterValue::Other, ParameterValue::Number),
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

    /// The parameters that have a value: at OAuth's endpoints, one without counts as absent (RFC 6749 §3.2).
    #[must_use]
    pub fn filled(mut self) -> Self {
        self.0.retain(|(_, value)| !value.is_empty());
        self
    }

    /// How many times `name` stands here.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(known, _)| known == name).count()
    }

    /// The same parameters, none of which is repeated.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Repeated`] for the first name that stands a second time.
    pub fn unique(self) -> Result<Parameters, ParameterError> {
        let mut names = self.0.iter().enumerate();
        match names.find(|(index, (name, _))| self.0.iter().take(*index).any(|(earlier, _)| earlier == name)) {
            Some((_, (name, _))) => Err(ParameterError::Repeated(presentable(name).into_owned())),
            None => Ok(Parameters(self.0)),
        }
    }
}

impl Parameters {
    /// Parses a query: [`ParameterList::from_urlencoded`] without repeated names.
    ///
    /// # Errors
    ///
    /// As there, and [`ParameterError::Repeated`].
    pub fn from_urlencoded(text: &str) -> Result<Self, ParameterError> {
        ParameterList::from_urlencoded(text)?.unique()
    }

    /// Parses a JSON body: [`ParameterList::from_json`] without repeated names.
    ///
    /// # Errors
    ///
    /// As there, and [`ParameterError::Repeated`].
    pub fn from_json(text: &str) -> Result<Self, ParameterError> {
        ParameterList::from_json(text)?.unique()
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
    /// [`ParameterError::NotInRange`] when the value is not a whole number within `range`.
    pub fn take_number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, ParameterError> {
        let number = match self.take_value(name) {
            None => return Ok(None),
            // Rust's own parser takes a sign as well.
            Some(ParameterValue::Text(text)) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
            Some(ParameterValue::Number(number)) => Some(number),
            Some(_) => None,
        };
        let number = number.filter(|number| range.contains(number));
        number.map(Some).ok_or(ParameterError::NotInRange { name, range })
    }

    /// Takes `name`, which is `true` or `false`; an empty value counts as absent.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] for anything else, or [`ParameterError::NotAString`].
    pub fn take_switch(&mut self, name: &'static str) -> Result<Option<bool>, ParameterError> {
        let value = self.take_filled(name)?;
        let switch =
            value.as_ref().map(|text| text.parse().map_err(|_| ParameterError::invalid(name, "must be true or false")));
        switch.transpose()
    }

    fn take_value(&mut self, name: &str) -> Option<ParameterValue> {
        let index = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(index).1)
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
    let spaced = Zeroizing::new(text.replace('+', " "));
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
        let taken = |parameters: Result<Parameters, ParameterError>| {
            parameters.and_then(|mut parameters| parameters.take_number("n", 1..=20))
        };
        let refused = Err(ParameterError::NotInRange { name: "n", range: 1..=20 });
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
    fn at_oauths_endpoints_a_parameter_without_a_value_counts_as_absent() {
        let unique = |text: &str| ParameterList::from_urlencoded(text).unwrap().filled().unique().map(pairs);
        assert_eq!(unique("a=&b&a=1&c="), Ok(vec![pair("a", "1")]));
        assert_eq!(unique("a=1&a=&a=2"), Err(ParameterError::Repeated("a".to_owned())));
        let list = ParameterList::from_urlencoded("a=1&b=2&a=3").unwrap();
        assert_eq!((list.count("a"), list.count("b"), list.count("c")), (2, 1, 0));
        let json = ParameterList::from_json(r#"{"a": null, "a": "", "a": 0}"#).unwrap();
        assert_eq!(json.filled().count("a"), 1, "a zero is a value");
    }

    #[test]
    fn a_secret_in_a_names_place_does_not_come_back() {
        let secret = format!("eyJ{}.x.y", "a".repeat(40));
        let error = Parameters::from_urlencoded(&secret).unwrap().finish().unwrap_err();
        assert_eq!(error.to_string(), "A parameter with an unusual name is not a known parameter.");
    }
}
