use http_api::{ParameterError, Parameters, take_identity_hint};
use objects::{BucketError, Folders, KEY_BYTES_MAX, Place};
use validation::IdentityId;

use crate::{
    asked::Asked,
    cursor::{Cursor, Kind},
};

/// The maximum number of keys on a page: S3's own limit.
const KEYS_MAX: u64 = 1000;
/// The default number of keys on a page.
const KEYS_DEFAULT: u16 = 100;

/// What every query for a page has, and all that `GET /versions` has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageQuery {
    prefix: Place,
    delimiter: Option<String>,
    pub(crate) max_keys: u16,
    cursor: Option<Cursor>,
    pub(crate) identity_hint: Option<IdentityId>,
}

impl PageQuery {
    /// Parses the query of `GET /versions`.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the parameter that is unknown, repeated or not acceptable.
    pub(crate) fn parse(query: &str) -> Result<Self, ParameterError> {
        let mut parameters = Parameters::from_urlencoded(query)?;
        let query = Self::take(&mut parameters)?;
        parameters.finish()?;
        Ok(query)
    }

    /// Takes its parameters, and leaves others.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the parameter that is not acceptable.
    pub(crate) fn take(parameters: &mut Parameters) -> Result<Self, ParameterError> {
        let prefix = parameters.take("prefix")?;
        let delimiter = parameters.take_filled("delimiter")?;
        Ok(Self {
            prefix: Place::parse("prefix", prefix.as_ref().map_or("~/", |text| text.as_str()))?,
            delimiter: delimiter.map(|text| checked_delimiter(&text)).transpose()?,
            max_keys: take_max_keys(parameters)?,
            cursor: parameters.take("cursor")?.map(|text| Cursor::parse(&text)).transpose().map_err(|_| CURSOR)?,
            identity_hint: take_identity_hint(parameters)?,
        })
    }

    /// What is asked of `bucket` by a caller with these `folders`.
    ///
    /// # Errors
    ///
    /// As [`Place::in_bucket`].
    pub(crate) fn asked(&self, bucket: &str, folders: &Folders) -> Result<Asked, BucketError> {
        let (prefix, delimiter) = (self.prefix.in_bucket(folders)?, self.delimiter.clone());
        Ok(Asked { bucket: bucket.to_owned(), prefix, delimiter })
    }

    /// S3's marker, when the cursor belongs to what is asked for.
    ///
    /// # Errors
    ///
    /// [`CURSOR`] when it belongs to another listing.
    pub(crate) fn marker(&self, kind: Kind, asked: &Asked) -> Result<Option<&str>, ParameterError> {
        self.cursor.as_ref().map(|cursor| cursor.open(kind, asked)).transpose().map_err(|_| CURSOR)
    }
}

/// The cursor was not issued for this route, prefix and delimiter.
pub(crate) const CURSOR: ParameterError = ParameterError::invalid(
    "cursor",
    "is not the next_cursor of a page with this prefix and delimiter; start again without a cursor",
);

/// A delimiter cannot be longer than a key.
fn checked_delimiter(text: &str) -> Result<String, ParameterError> {
    match text.len() {
        0..=KEY_BYTES_MAX => Ok(text.to_owned()),
        _ => Err(ParameterError::TooLong { name: "delimiter", bytes_max: KEY_BYTES_MAX }),
    }
}

fn take_max_keys(parameters: &mut Parameters) -> Result<u16, ParameterError> {
    let number = parameters.take_number("max_keys", 1..=KEYS_MAX)?;
    Ok(number.and_then(|number| u16::try_from(number).ok()).unwrap_or(KEYS_DEFAULT))
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    const HOME: &str = "private/eu-west-1:1/";

    fn asked(query: &PageQuery) -> Result<Asked, BucketError> {
        query.asked("b", &Folders::new(HOME.to_owned(), None, None))
    }

    fn refusal(query: &str) -> String {
        PageQuery::parse(query).unwrap_err().to_string()
    }

    #[test]
    fn the_default_prefix_is_the_home_and_a_tilde_stands_for_it() {
        let cases = [
            ("", "private/eu-west-1:1/"),
            ("prefix=~/", "private/eu-west-1:1/"),
            ("prefix=%7E/a%20b", "private/eu-west-1:1/a b"),
            ("prefix=public/", "public/"),
            ("prefix=", ""),
            ("prefix=~", "~"),
            ("prefix=a%2Bb%0A", "a+b\n"),
        ];
        for (query, expected) in cases {
            assert_eq!(asked(&PageQuery::parse(query).unwrap()).unwrap().prefix, expected, "{query:?}");
        }
    }

    #[test]
    fn numbers_and_lengths_are_checked_on_both_sides() {
        for (query, max_keys) in [("", 100), ("max_keys=1", 1), ("max_keys=1000", 1000)] {
            assert_eq!(PageQuery::parse(query).unwrap().max_keys, max_keys, "{query:?}");
        }
        for text in ["0", "1001", ""] {
            let message = "max_keys must be a whole number from 1 to 1000.";
            assert_eq!(refusal(&format!("max_keys={text}")), message, "{text}");
        }
        for name in ["prefix", "delimiter"] {
            assert!(PageQuery::parse(&format!("{name}={}", "a".repeat(1024))).is_ok(), "{name}");
            assert_eq!(refusal(&format!("{name}={}", "a".repeat(1025))), format!("{name} is longer than 1024 bytes."));
        }
    }

    #[test]
    fn an_unknown_or_repeated_parameter_is_named() {
        for name in ["page", "start_after", "expand", "url_seconds", "version"] {
            assert_eq!(refusal(&format!("{name}=2")), format!("{name} is not a known parameter."));
        }
        assert_eq!(refusal("prefix=a&prefix=a"), "prefix must not be repeated.");
        assert_eq!(refusal("prefix=%ff"), "The parameters are not percent-encoded UTF-8.");
    }

    #[test]
    fn a_cursor_is_valid_only_for_its_own_kind_prefix_and_delimiter() {
        let public = Asked { bucket: "b".to_owned(), prefix: "public/".to_owned(), delimiter: Some("/".to_owned()) };
        for (kind, other) in [(Kind::Objects, Kind::Versions), (Kind::Versions, Kind::Objects)] {
            let cursor = Cursor::seal(kind, "token+/=", &public).to_string();
            let marker = |kind, rest: &str| {
                let query = PageQuery::parse(&format!("cursor={cursor}{rest}")).unwrap();
                query.marker(kind, &asked(&query).unwrap()).map(|marker| marker.map(str::to_owned))
            };
            assert_eq!(marker(kind, "&prefix=public/&delimiter=/"), Ok(Some("token+/=".to_owned())));
            assert_eq!(marker(other, "&prefix=public/&delimiter=/"), Err(CURSOR), "{kind:?}");
            for rest in ["", "&prefix=public/", "&prefix=public/x&delimiter=/", "&prefix=public/&delimiter=."] {
                assert_eq!(marker(kind, rest), Err(CURSOR), "{rest:?}");
            }
        }
        for text in ["", "x", "a b", "AAAA"] {
            assert_eq!(PageQuery::parse(&format!("cursor={text}")), Err(CURSOR), "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_parameters_are_read_back(rest in ".{0,200}", delimiter in ".{1,200}") {
            let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let query = format!("prefix=~/{}&delimiter={}", encode(&rest), encode(&delimiter));
            let asked = asked(&PageQuery::parse(&query).unwrap()).unwrap();
            prop_assert_eq!((asked.prefix, asked.delimiter), (format!("{HOME}{rest}"), Some(delimiter)));
        }

        #[test]
        fn any_text_is_a_query_or_an_error(name in "prefix|delimiter|max_keys|cursor|.{0,9}", text: String) {
            for query in [format!("{name}={text}"), text] {
                if let Ok(query) = PageQuery::parse(&query) {
                    prop_assert!((1..=1000).contains(&query.max_keys));
                    prop_assert!(asked(&query).map_or(true, |asked| asked.prefix.len() <= 1024));
                }
            }
        }
    }
}
