use http_api::{ParameterError, Parameters};

use crate::cursor::{Cursor, InvalidCursor};

/// The longest key or prefix of S3, in bytes.
const KEY_BYTES_MAX: usize = 1024;

/// What is to be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListQuery {
    prefix: Prefix,
    pub(crate) delimiter: Option<String>,
    pub(crate) max_keys: u16,
    pub(crate) start_after: Option<String>,
    cursor: Option<Cursor>,
}

/// A prefix as it is asked for. The home is known only once the caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Prefix {
    InHome(String),
    Literal(String),
}

impl ListQuery {
    /// Parses the query of `GET /objects`.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the parameter that is unknown, repeated or not acceptable.
    pub(crate) fn parse(query: &str) -> Result<Self, ParameterError> {
        let mut parameters = Parameters::from_urlencoded(query)?;
        let prefix = match parameters.take("prefix")? {
            None => Prefix::InHome(String::new()),
            Some(text) => match text.strip_prefix("~/") {
                Some(rest) => Prefix::InHome(rest.to_owned()),
                None => Prefix::Literal(text.to_string()),
            },
        };
        let key = |name: &'static str, text: &str| match text.len() {
            0..=KEY_BYTES_MAX => Ok(text.to_owned()),
            _ => Err(ParameterError::Invalid { name, problem: "is longer than 1024 bytes" }),
        };
        let (Prefix::Literal(text) | Prefix::InHome(text)) = &prefix;
        key("prefix", text)?;
        let delimiter = parameters.take_filled("delimiter")?;
        let start_after = parameters.take_filled("start_after")?;
        let query = Self {
            prefix,
            delimiter: delimiter.map(|text| key("delimiter", &text)).transpose()?,
            max_keys: parameters.take("max_keys")?.map_or(Ok(100), |text| max_keys(&text))?,
            start_after: start_after.map(|text| key("start_after", &text)).transpose()?,
            cursor: parameters.take("cursor")?.map(|text| Cursor::parse(&text)).transpose().map_err(|_| CURSOR)?,
        };
        parameters.finish()?;
        Ok(query)
    }

    /// The prefix in the bucket, for a caller with this `home`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] when it is longer than a key can be.
    pub(crate) fn prefix_for(&self, home: &str) -> Result<String, ParameterError> {
        let prefix = match &self.prefix {
            Prefix::InHome(rest) => format!("{home}{rest}"),
            Prefix::Literal(text) => text.clone(),
        };
        match prefix.len() {
            0..=KEY_BYTES_MAX => Ok(prefix),
            _ => Err(ParameterError::Invalid {
                name: "prefix",
                problem: "is longer than 1024 bytes with the home in it",
            }),
        }
    }

    /// S3's continuation token, when the cursor belongs to this `prefix` and to the delimiter.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] when it belongs to another listing.
    pub(crate) fn continuation_token(&self, prefix: &str) -> Result<Option<String>, ParameterError> {
        let token = self.cursor.as_ref().map(|cursor| cursor.open(prefix, self.delimiter.as_deref()));
        token.transpose().map_err(|InvalidCursor| CURSOR)
    }
}

/// The cursor is not one that was given for this prefix and delimiter.
pub(crate) const CURSOR: ParameterError = ParameterError::Invalid {
    name: "cursor",
    problem: "is not the next_cursor of a page with this prefix and delimiter; list again without it",
};

fn max_keys(text: &str) -> Result<u16, ParameterError> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && (1..=1000).contains(number));
    number.ok_or(ParameterError::Invalid { name: "max_keys", problem: "must be a whole number from 1 to 1000" })
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    const HOME: &str = "private/eu-west-1:1/";

    fn refusal(query: &str) -> String {
        ListQuery::parse(query).unwrap_err().to_string()
    }

    #[test]
    fn the_home_is_the_default_and_a_tilde_stands_for_it() {
        let cases = [
            ("", "private/eu-west-1:1/"),
            ("prefix=~/", "private/eu-west-1:1/"),
            ("prefix=%7E/a%20b", "private/eu-west-1:1/a b"),
            ("prefix=public/", "public/"),
            ("prefix=", ""),
            ("prefix=~", "~"),
            ("prefix=a~/", "a~/"),
            ("prefix=~/~/", "private/eu-west-1:1/~/"),
            ("prefix=a%2Bb%0A", "a+b\n"),
        ];
        for (query, expected) in cases {
            assert_eq!(ListQuery::parse(query).unwrap().prefix_for(HOME).unwrap(), expected, "{query:?}");
        }
    }

    #[test]
    fn numbers_and_lengths_are_checked_on_both_sides() {
        for (query, max_keys) in [("", 100), ("max_keys=1", 1), ("max_keys=1000", 1000), ("max_keys=0007", 7)] {
            assert_eq!(ListQuery::parse(query).unwrap().max_keys, max_keys, "{query:?}");
        }
        for text in ["0", "1001", "-1", "%2B5", "1.0", "", "ten", "99999999999999999999"] {
            assert_eq!(
                refusal(&format!("max_keys={text}")),
                "max_keys must be a whole number from 1 to 1000.",
                "{text}"
            );
        }
        for name in ["prefix", "delimiter", "start_after"] {
            assert!(ListQuery::parse(&format!("{name}={}", "a".repeat(1024))).is_ok(), "{name}");
            assert_eq!(refusal(&format!("{name}={}", "a".repeat(1025))), format!("{name} is longer than 1024 bytes."));
        }
        let in_home = |len: usize| ListQuery::parse(&format!("prefix=~/{}", "a".repeat(len))).unwrap().prefix_for(HOME);
        assert!(in_home(1024 - HOME.len()).is_ok());
        assert!(in_home(1025 - HOME.len()).is_err());
    }

    #[test]
    fn what_is_unknown_or_repeated_is_named() {
        assert_eq!(refusal("page=2"), "page is not a known parameter.");
        assert_eq!(refusal("identity_id=x"), "identity_id is not a known parameter.");
        assert_eq!(refusal("prefix=a&prefix=a"), "prefix must not be repeated.");
        assert_eq!(refusal("prefix=%ff"), "The parameters are not percent-encoded UTF-8.");
    }

    #[test]
    fn a_cursor_serves_its_own_prefix_and_delimiter_alone() {
        let cursor = Cursor::seal("token+/=", "public/", Some("/")).to_string();
        let continuation = |rest: &str| {
            let query = ListQuery::parse(&format!("cursor={cursor}{rest}")).unwrap();
            query.continuation_token(&query.prefix_for(HOME).unwrap())
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
        fn what_was_asked_for_comes_back(rest in ".{0,200}", delimiter in ".{1,200}", start_after in ".{1,200}") {
            let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let others = format!("delimiter={}&start_after={}", encode(&delimiter), encode(&start_after));
            let query = ListQuery::parse(&format!("prefix=~/{}&{others}", encode(&rest))).unwrap();
            prop_assert_eq!(query.prefix_for(HOME), Ok(format!("{HOME}{rest}")));
            prop_assert_eq!(query.delimiter, Some(delimiter));
            prop_assert_eq!(query.start_after, Some(start_after));
        }

        #[test]
        fn any_text_is_a_query_or_an_error(name in "prefix|delimiter|max_keys|start_after|cursor|.{0,9}", text: String) {
            for query in [format!("{name}={text}"), text] {
                if let Ok(query) = ListQuery::parse(&query) {
                    prop_assert!((1..=1000).contains(&query.max_keys));
                    prop_assert!(query.prefix_for(HOME).is_ok_and(|prefix| prefix.len() <= KEY_BYTES_MAX));
                }
            }
        }
    }
}
