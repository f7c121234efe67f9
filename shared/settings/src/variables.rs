use std::{collections::HashMap, fmt};

use crate::Endpoint;

/// The environment variables of the process, or of a test. An empty variable counts as not set, because a
/// CloudFormation template cannot leave one out.
pub struct Variables(HashMap<String, String>);

/// A variable that is missing or malformed. `Debug` is the same as `Display`, so that a `main` that returns this error
/// prints one readable line.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {problem}")]
pub struct SettingError {
    name: &'static str,
    problem: String,
}

impl fmt::Debug for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl SettingError {
    /// A problem with the variable `name`, as a phrase that follows its name.
    #[must_use]
    pub fn new(name: &'static str, problem: impl fmt::Display) -> Self {
        Self { name, problem: problem.to_string() }
    }
}

impl FromIterator<(String, String)> for Variables {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Variables {
    fn from(variables: [(&str, &str); N]) -> Self {
        variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

impl Variables {
    /// Parses the variable `name`, if it is set.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the value and the parser's message when the parser refuses the value. Both may be
    /// logged: these settings are not secret.
    pub fn optional<T, E: fmt::Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, SettingError> {
        self.optional_secret(name, |value| parse(value).map_err(|problem| format!("is {value:?}: {problem}")))
    }

    /// Parses the variable `name`.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] when it is not set, or when the parser refuses the value.
    pub fn required<T, E: fmt::Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, SettingError> {
        self.optional(name, parse)?.ok_or_else(|| SettingError::new(name, "is not set"))
    }

    /// The variable `name`, if it is set. Any text will do.
    #[must_use]
    pub fn text(&self, name: &'static str) -> Option<String> {
        self.0.get(name).cloned()
    }

    /// Parses the variable `name`, if it is set. Its value is secret: the error does not show it.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the parser's message when the parser refuses the value.
    pub fn optional_secret<T, E: fmt::Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, SettingError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        parse(value).map(Some).map_err(|problem| SettingError::new(name, problem))
    }

    /// The endpoint that replaces a service's own: from the variable for the service, or else from the one for all
    /// services.
    ///
    /// Source: "Service-specific endpoints" in the AWS SDKs and Tools reference guide.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] when either is set and is not an http or https URL.
    pub fn endpoint(&self, service_variable: &'static str) -> Result<Option<Endpoint>, SettingError> {
        let general = self.optional("AWS_ENDPOINT_URL", Endpoint::parse)?;
        Ok(self.optional(service_variable, Endpoint::parse)?.or(general))
    }
}

/// Parses `true` or `false`.
///
/// # Errors
///
/// What was expected, when the text is anything else.
pub fn switch(text: &str) -> Result<bool, &'static str> {
    text.parse().map_err(|_| "expected true or false")
}

/// Parses a list of names separated by commas. Spaces around them are ignored.
///
/// # Errors
///
/// What was expected, when a name is empty or contains a space.
pub fn comma_separated(text: &str) -> Result<Vec<String>, &'static str> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    let is_valid = names.iter().all(|name| !name.is_empty() && !name.contains(char::is_whitespace));
    if is_valid { Ok(names) } else { Err("expected names separated by commas, none of them empty") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_variable_and_what_is_wrong() {
        let variables = Variables::from([("COUNT", "x"), ("EMPTY", "")]);
        let parse = |text: &str| text.parse::<u8>().map_err(|_| "expected a number");
        let cases = [
            (variables.required("COUNT", parse), "COUNT is \"x\": expected a number"),
            (variables.required("EMPTY", parse), "EMPTY is not set"),
            (variables.required("ABSENT", parse), "ABSENT is not set"),
        ];
        for (result, expected) in cases {
            let error = result.unwrap_err();
            assert_eq!(error.to_string(), expected);
            assert_eq!(format!("{error:?}"), expected, "main prints Debug");
        }
        assert_eq!(variables.optional("EMPTY", parse), Ok(None));
    }

    #[test]
    fn the_endpoint_of_the_service_overrides_the_general_one() {
        let both = Variables::from([("AWS_ENDPOINT_URL", "http://a:1/"), ("AWS_ENDPOINT_URL_S3", "https://b")]);
        assert_eq!(both.endpoint("AWS_ENDPOINT_URL_S3").unwrap().unwrap().as_str(), "https://b");
        assert_eq!(both.endpoint("AWS_ENDPOINT_URL_X").unwrap().unwrap().as_str(), "http://a:1");
        assert_eq!(Variables::from([]).endpoint("AWS_ENDPOINT_URL_S3"), Ok(None));
        assert!(Variables::from([("AWS_ENDPOINT_URL", "localhost")]).endpoint("AWS_ENDPOINT_URL_S3").is_err());
    }

    #[test]
    fn lists_and_switches_are_strict() {
        assert_eq!(comma_separated("a, b").unwrap(), ["a", "b"]);
        for text in ["", ",", "a,", "a b"] {
            assert!(comma_separated(text).is_err(), "{text:?}");
        }
        assert_eq!((switch("true"), switch("false")), (Ok(true), Ok(false)));
        for text in ["True", "1", "yes", " true"] {
            assert!(switch(text).is_err(), "{text:?}");
        }
    }
}
