use http_api::{ParameterError, Parameters, take_identity_hint};
use objects::{KEY_BYTES_MAX, LINK_SECONDS_DEFAULT, NotSealed, Place, take_link_seconds};
use validation::IdentityId;

use crate::cursor::Cursor;

/// The maximum number of keys on a page: S3's own limit.
const KEYS_MAX: u64 = 1000;
/// The default number of keys on a page.
const KEYS_DEFAULT: u16 = 100;

/// The query of `GET /objects`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListQuery {
    pub(crate) prefix: Place,
    pub(crate) delimiter: Option<String>,
    pub(crate) max_keys: u16,
    pub(crate) start_after: Option<Place>,
    cursor: Option<Cursor>,
    /// How long the link of each object is to be valid, when links are asked for.
    pub(crate) link_seconds: Option<u64>,
    pub(crate) identity_hint: Option<IdentityId>,
}

impl ListQuery {
    /// Parses the query of `GET /objects`.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the parameter that is unknown, repeated or not acceptable.
    pub(crate) fn parse(query: &str) -> Result<Self, ParameterError> {
        let mut parameters = Parameters::from_urlencoded(query)?;
        let prefix = parameters.take("prefix")?;
        let delimiter = parameters.take_filled("delimiter")?;
        let start_after = parameters.take_filled("start_after")?;
        let query = Self {
            prefix: Place::parse("prefix", prefix.as_ref().map_or("~/", |text| text.as_str()))?,
            delimiter: delimiter.map(|text| checked_delimiter(&text)).transpose()?,
            max_keys: take_max_keys(&mut parameters)?,
            start_after: start_after.map(|text| Place::parse("start_after", &text)).transpose()?,
            cursor: parameters.take("cursor")?.map(|text| Cursor::parse(&text)).transpose().map_err(|_| CURSOR)?,
            link_seconds: take_links(&mut parameters)?,
            identity_hint: take_identity_hint(&mut parameters)?,
        };
        parameters.finish()?;
        Ok(query)
    }

    /// S3's continuation token, when the cursor belongs to this `prefix` and to the delimiter.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] when it belongs to another listing.
    pub(crate) fn continuation_token(&self, prefix: &str) -> Result<Option<String>, ParameterError> {
        let token = self.cursor.as_ref().map(|cursor| cursor.open(prefix, self.delimiter.as_deref()));
        token.transpose().map(|token| token.map(str::to_owned)).map_err(|NotSealed| CURSOR)
    }
}

/// The cursor was not issued for this prefix and delimiter.
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

/// How long links are to be valid, or `None` when no links are asked for.
fn take_links(parameters: &mut Parameters) -> Result<Option<u64>, ParameterError> {
    let seconds = take_link_seconds(parameters)?;
    match (parameters.take_filled("expand")?.as_ref().map(|text| text.as_str()), seconds) {
        (Some("urls"), seconds) => Ok(Some(seconds.unwrap_or(LINK_SECONDS_DEFAULT))),
        (Some(_), _) => Err(ParameterError::invalid("expand", "must be urls")),
        (None, Some(_)) => Err(ParameterError::invalid("url_seconds", "can be used only with expand=urls")),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use objects::Folders;

    use super::*;

    const HOME: &str = "private/eu-west-1:1/";

    fn folders() -> Folders {
        Folders::new(HOME.to_owned(), None, None)
    }

    fn refusal(query: &str) -> String {
        ListQuery::parse(query).unwrap_err().to_string()
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
            assert_eq!(ListQuery::parse(query).unwrap().prefix.in_bucket(&folders()).unwrap(), expected, "{query:?}");
        }
        let start_after =
            |query: &str| ListQuery::parse(query).unwrap().start_after.map(|place| place.in_bucket(&folders()));
        assert_eq!(start_after("start_after=~/a"), Some(Ok("private/eu-west-1:1/a".to_owned())));
        assert_eq!(start_after("start_after=public/a"), Some(Ok("public/a".to_owned())));
        assert_eq!((start_after(""), start_after("start_after=")), (None, None));
    }

    #[test]
    fn numbers_and_lengths_are_checked_on_both_sides() {
        for (query, max_keys) in [("", 100), ("max_keys=1", 1), ("max_keys=1000", 1000)] {
            assert_eq!(ListQuery::parse(query).unwrap().max_keys, max_keys, "{query:?}");
        }
        for text in ["0", "1001", ""] {
            let message = "max_keys must be a whole number from 1 to 1000.";
            assert_eq!(refusal(&format!("max_keys={text}")), message, "{text}");
        }
        for name in ["prefix", "delimiter", "start_after"] {
            assert!(ListQuery::parse(&format!("{name}={}", "a".repeat(1024))).is_ok(), "{name}");
            assert_eq!(refusal(&format!("{name}={}", "a".repeat(1025))), format!("{name} is longer than 1024 bytes."));
        }
    }

    #[test]
    fn links_are_optional_and_valid_from_a_minute_to_an_hour() {
        let cases = [
            ("", Ok(None)),
            ("expand=", Ok(None)),
            ("expand=urls", Ok(Some(900))),
            ("expand=urls&url_seconds=60", Ok(Some(60))),
            ("expand=urls&url_seconds=3600", Ok(Some(3600))),
            ("expand=urls&url_seconds=59", Err("url_seconds must be a whole number from 60 to 3600.")),
            ("expand=urls&url_seconds=3601", Err("url_seconds must be a whole number from 60 to 3600.")),
            ("expand=urls&url_seconds=", Err("url_seconds must be a whole number from 60 to 3600.")),
            ("expand=owner", Err("expand must be urls.")),
            ("url_seconds=60", Err("url_seconds can be used only with expand=urls.")),
        ];
        for (query, expected) in cases {
            let parsed = ListQuery::parse(query).map(|query| query.link_seconds).map_err(|error| error.to_string());
            assert_eq!(parsed, expected.map_err(str::to_owned), "{query:?}");
        }
    }

    #[test]
    fn an_unknown_or_repeated_parameter_is_named() {
        assert_eq!(refusal("page=2"), "page is not a known parameter.");
        assert_eq!(refusal("prefix=a&prefix=a"), "prefix must not be repeated.");
        assert_eq!(refusal("prefix=%ff"), "The parameters are not percent-encoded UTF-8.");
    }

    #[test]
    fn a_cursor_is_valid_only_for_its_own_prefix_and_delimiter() {
        let cursor = Cursor::seal("token+/=", "public/", Some("/")).to_string();
        let continuation = |rest: &str| {
            let query = ListQuery::parse(&format!("cursor={cursor}{rest}")).unwrap();
            query.continuation_token(&query.prefix.in_bucket(&folders()).unwrap())
        };
        assert_eq!(continuation("&prefix=public/&delimiter=/"), Ok(Some("token+/=".to_owned())));
        for rest in ["", "&prefix=public/", "&prefix=public/x&delimiter=/", "&prefix=public/&delimiter=."] {
            assert_eq!(continuation(rest), Err(CURSOR), "{rest:?}");
        }
        for text in ["", "x", "a b", "AAAA"] {
            assert_eq!(ListQuery::parse(&format!("cursor={text}")), Err(CURSOR), "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_parameters_are_read_back(rest in ".{0,200}", delimiter in ".{1,200}", start_after in ".{1,200}") {
            let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let others = format!("delimiter={}&start_after={}", encode(&delimiter), encode(&start_after));
            let query = ListQuery::parse(&format!("prefix=~/{}&{others}", encode(&rest))).unwrap();
            prop_assert_eq!(query.prefix.in_bucket(&folders()), Ok(format!("{HOME}{rest}")));
            prop_assert_eq!(query.delimiter, Some(delimiter));
            prop_assert_eq!(query.start_after, Some(Place::parse("start_after", &start_after).unwrap()));
        }

        #[test]
        fn any_text_is_a_query_or_an_error(name in "prefix|delimiter|max_keys|start_after|cursor|expand|url_seconds|.{0,9}", text: String) {
            for query in [format!("{name}={text}"), text] {
                if let Ok(query) = ListQuery::parse(&query) {
                    prop_assert!((1..=1000).contains(&query.max_keys));
                    prop_assert!(query.prefix.in_bucket(&folders()).map_or(true, |prefix| prefix.len() <= 1024));
                }
            }
        }
    }
}
