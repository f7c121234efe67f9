use std::ops::RangeInclusive;

use lambda_http::Request;
use zeroize::Zeroizing;

use crate::{
    ParameterError, ParameterList,
    parameter_list::{ParameterValue, presentable},
};

/// Parameters with distinct names. Each is taken once, by its name.
pub struct Parameters(pub(crate) Vec<(String, ParameterValue)>);

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

    /// Parses a request's body as JSON, whatever its content type is: so a web page can send it without a CORS
    /// preflight.
    ///
    /// # Errors
    ///
    /// As [`Parameters::from_json`], and [`ParameterError::TooLong`] for more than `bytes_max` bytes.
    pub fn from_json_body(request: &Request, bytes_max: usize) -> Result<Self, ParameterError> {
        let body: &[u8] = request.body();
        if body.len() > bytes_max {
            return Err(ParameterError::TooLong { name: "The body", bytes_max });
        }
        Self::from_json(str::from_utf8(body).map_err(|_| ParameterError::Json)?)
    }

    /// Takes the value of `name`, if it was sent.
    ///
    /// # Errors
    ///
    /// [`ParameterError::NotAString`] when the value is not a string.
    pub fn take(&mut self, name: &'static str) -> Result<Option<Zeroizing<String>>, ParameterError> {
        match self.take_value(name) {
            None => Ok(None),
            Some(ParameterValue::Untyped(text) | ParameterValue::Text(text)) => Ok(Some(text)),
            Some(_) => Err(ParameterError::NotAString(name)),
        }
    }

    /// Takes the whole number `name`, if it was sent: as digits, or in JSON as a number.
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
            // `parse` would accept a sign too.
            Some(ParameterValue::Untyped(text)) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
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

    /// Takes the list of strings `name`, if it was sent; `null` counts as absent.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] for anything else.
    pub fn take_texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, ParameterError> {
        match self.take_value(name) {
            Some(ParameterValue::Texts(texts)) => Ok(Some(texts)),
            None => Ok(None),
            Some(ParameterValue::Text(text)) if text.is_empty() => Ok(None),
            Some(_) => Err(ParameterError::invalid(name, "must be a list of strings")),
        }
    }

    fn take_value(&mut self, name: &str) -> Option<ParameterValue> {
        let index = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(index).1)
    }

    /// Takes the value of `name`. An empty value counts as absent (RFC 6749 §3.2).
    ///
    /// # Errors
    ///
    /// [`ParameterError::NotAString`] when the value is not a string.
    pub fn take_filled(&mut self, name: &'static str) -> Result<Option<Zeroizing<String>>, ParameterError> {
        Ok(self.take(name)?.filter(|value| !value.is_empty()))
    }

    /// Takes the value of `name`, which must be present and not empty.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Missing`], or [`ParameterError::NotAString`].
    pub fn take_required(&mut self, name: &'static str) -> Result<Zeroizing<String>, ParameterError> {
        self.take_filled(name)?.ok_or(ParameterError::Missing(name))
    }

    /// Ends the reading: no parameter may be left.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Unknown`] with a parameter that was not taken.
    pub fn finish(self) -> Result<(), ParameterError> {
        match self.0.first() {
            Some((name, _)) => Err(ParameterError::Unknown(presentable(name).into_owned())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let values = [("1", Ok(Some(1))), ("20", Ok(Some(20))), ("7.0", Ok(Some(7))), ("2e1", Ok(Some(20)))];
        let refused_values = [
            "0",
            "-0.0",
            "21",
            "-1",
            "-1.0",
            "1.5",
            "1e30",
            "\"7\"",
            "\"\"",
            "null",
            "true",
            "[1]",
            "99999999999999999999",
        ];
        for (value, expected) in values.into_iter().chain(refused_values.map(|value| (value, refused.clone()))) {
            assert_eq!(taken(Parameters::from_json(&format!("{{\"n\": {value}}}"))), expected, "{value}");
        }
        assert_eq!(taken(Parameters::from_urlencoded("")), Ok(None));
        let zero = Parameters::from_json("{\"n\": -0.0}").and_then(|mut members| members.take_number("n", 0..=1));
        assert_eq!(zero, Ok(Some(0)));
    }

    #[test]
    fn a_parameter_is_taken_once_and_one_that_is_left_is_unknown() {
        let mut parameters = Parameters::from_urlencoded("a=1&empty=&rest=3").unwrap();
        assert_eq!(parameters.take_required("a").unwrap().as_str(), "1");
        assert_eq!(parameters.take("a"), Ok(None));
        assert_eq!(parameters.take_required("empty"), Err(ParameterError::Missing("empty")));
        assert_eq!(parameters.finish(), Err(ParameterError::Unknown("rest".to_owned())));
    }

    #[test]
    fn a_secret_in_place_of_a_name_is_not_shown() {
        let secret = format!("eyJ{}.x.y", "a".repeat(40));
        let error = Parameters::from_urlencoded(&secret).unwrap().finish().unwrap_err();
        assert_eq!(error.to_string(), "A parameter with an unusual name is not a known parameter.");
    }
}
