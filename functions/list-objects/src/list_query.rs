use http_api::{ParameterError, Parameters};
use objects::{LINK_SECONDS_DEFAULT, Place, take_link_seconds};

use crate::page_query::PageQuery;

/// The query of `GET /objects`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListQuery {
    pub(crate) page: PageQuery,
    pub(crate) start_after: Option<Place>,
    /// How long the link of each object is to be valid, when links are asked for.
    pub(crate) link_seconds: Option<u64>,
}

impl ListQuery {
    /// Parses the query of `GET /objects`.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the parameter that is unknown, repeated or not acceptable.
    pub(crate) fn parse(query: &str) -> Result<Self, ParameterError> {
        let mut parameters = Parameters::from_urlencoded(query)?;
        let start_after = parameters.take_filled("start_after")?;
        let query = Self {
            page: PageQuery::take(&mut parameters)?,
            start_after: start_after.map(|text| Place::parse("start_after", &text)).transpose()?,
            link_seconds: take_links(&mut parameters)?,
        };
        parameters.finish()?;
        Ok(query)
    }
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

    fn refusal(query: &str) -> String {
        ListQuery::parse(query).unwrap_err().to_string()
    }

    #[test]
    fn a_page_can_start_after_a_key_and_a_tilde_stands_for_the_home() {
        let folders = Folders::new("private/eu-west-1:1/".to_owned(), None, None);
        let start_after =
            |query: &str| ListQuery::parse(query).unwrap().start_after.map(|place| place.in_bucket(&folders));
        assert_eq!(start_after("start_after=~/a"), Some(Ok("private/eu-west-1:1/a".to_owned())));
        assert_eq!(start_after("start_after=public/a"), Some(Ok("public/a".to_owned())));
        assert_eq!((start_after(""), start_after("start_after=")), (None, None));
        assert!(ListQuery::parse(&format!("start_after={}", "a".repeat(1024))).is_ok());
        assert_eq!(refusal(&format!("start_after={}", "a".repeat(1025))), "start_after is longer than 1024 bytes.");
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
        assert_eq!(refusal("start_after=a&start_after=a"), "start_after must not be repeated.");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_parameters_are_read_back(prefix in ".{0,200}", start_after in ".{1,200}") {
            let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let page = format!("prefix={}", encode(&prefix));
            let query = ListQuery::parse(&format!("{page}&start_after={}", encode(&start_after))).unwrap();
            prop_assert_eq!(query.page, PageQuery::parse(&page).unwrap());
            prop_assert_eq!(query.start_after, Some(Place::parse("start_after", &start_after).unwrap()));
        }

        #[test]
        fn any_text_is_a_query_or_an_error(name in "prefix|start_after|cursor|expand|url_seconds|.{0,9}", text: String) {
            for query in [format!("{name}={text}"), text] {
                if let Ok(query) = ListQuery::parse(&query) {
                    prop_assert!(query.link_seconds.is_none_or(|seconds| (60..=3600).contains(&seconds)));
                }
            }
        }
    }
}
