//! Media types, as requests name them and as `Accept` asks for them.
//!
//! `mediatype` reads the types of RFC 6838. RFC 9110 allows more in a header: empty parameters, and more characters in
//! a token. These are first rewritten to what `mediatype` accepts.

use std::{borrow::Cow, cmp::Reverse};

use mediatype::{MediaTypeBuf, Name, ReadParams, Value, names};

/// Parses a media type (RFC 9110 §8.3.1) with its parameters (§5.6.6). Returns `None` for anything else.
#[must_use]
pub fn parse(text: &str) -> Option<MediaTypeBuf> {
    let mut pieces = split_unquoted(text, ';');
    let mut normal = pieces.next()?.trim_end_matches(is_blank).to_owned();
    for piece in pieces.map(|piece| piece.trim_matches(is_blank)).filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=')?;
        normal.extend(["; ", name, "=", &plain_value(value)?]);
    }
    normal.parse().ok()
}

/// How much a client prefers a type: by its weight, then by its place in `Accept`. The greatest is preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Preference {
    /// In thousandths, from 1 to 1,000.
    weight: u16,
    place: Reverse<usize>,
}

/// How much a client with this `Accept` prefers `offered`. Returns `None` when it does not accept it.
///
/// The most specific range that matches decides (RFC 9110 §12.5.1). A range matches a type that has all of its
/// parameters. A range that cannot be read is ignored. Without an `Accept`, every type is accepted.
#[must_use]
pub fn preference(accept: &str, offered: &str) -> Option<Preference> {
    let offered = parse(offered)?;
    let accept = if accept.trim_matches(is_blank).is_empty() { "*/*" } else { accept };
    let ranges = split_unquoted(accept, ',').enumerate();
    let ranges = ranges.filter_map(|(place, text)| Some((Reverse(place), parse(text.trim_matches(is_blank))?)));
    let matching = ranges.filter(|(_, range)| includes(range, &offered));
    let (place, range) = matching.max_by_key(|(place, range)| {
        (range.ty() != names::_STAR, range.subty() != names::_STAR, parameters(range).count(), *place)
    })?;
    let weight = weight(&range);
    (weight > 0).then_some(Preference { weight, place })
}

const WEIGHT_MAX: u16 = 1000;

fn includes(range: &MediaTypeBuf, offered: &MediaTypeBuf) -> bool {
    let is_of = |wanted: Name<'_>, had: Name<'_>| wanted == names::_STAR || wanted == had;
    is_of(range.ty(), offered.ty())
        && is_of(range.subty(), offered.subty())
        && range.suffix() == offered.suffix()
        && parameters(range).all(|(name, value)| {
            // The name of a charset has no case (RFC 9110 §8.3.2), and neither do our other parameters' values.
            let had = offered.get_param(name).map(|had| had.unquoted_str().into_owned());
            had.is_some_and(|had| had.eq_ignore_ascii_case(&value.unquoted_str()))
        })
}

/// The parameters of a range, without its weight.
fn parameters(range: &MediaTypeBuf) -> impl Iterator<Item = (Name<'_>, Value<'_>)> {
    range.params().filter(|(name, _)| *name != names::Q)
}

/// The weight of a range (RFC 9110 §12.4.2) in thousandths. A malformed weight counts as absent.
fn weight(range: &MediaTypeBuf) -> u16 {
    let Some(value) = range.get_param(names::Q) else { return WEIGHT_MAX };
    let text = value.as_str();
    let is_weight = text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let weight = text.parse::<f32>().ok().filter(|weight| is_weight && (0.0..=1.0).contains(weight));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 1,000")]
    weight.map_or(WEIGHT_MAX, |weight| (weight * 1000.0).round() as u16)
}

/// A parameter's value in the form that `mediatype` accepts.
fn plain_value(value: &str) -> Option<Cow<'_, str>> {
    // RFC 9110 §5.6.2: letters, digits and these.
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if value.starts_with('"') {
        Some(Cow::Borrowed(value))
    } else if !value.is_empty() && value.bytes().all(is_token) {
        Some(Value::quote(value))
    } else {
        None
    }
}

/// The pieces of `text` between separators that are not within a quoted string (RFC 9110 §5.6.4).
fn split_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |c: char| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => return c == separator && !is_quoted,
        }
        false
    })
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

#[cfg(test)]
mod tests {
    use mediatype::names::CHARSET;

    use super::*;

    #[test]
    fn media_types_are_read_as_rfc_9110_allows() {
        let valid = [
            ("text/plain", None),
            ("TEXT/Plain", None),
            ("text/plain;charset=utf-8", Some("utf-8")),
            ("text/plain ; charset=utf-8", Some("utf-8")),
            ("text/plain\t;\tcharset=utf-8 ", Some("utf-8")),
            ("text/plain;;charset=utf-8", Some("utf-8")),
            ("text/plain;charset=utf-8;", Some("utf-8")),
            ("text/plain; ; ;charset=\"utf-8\"", Some("utf-8")),
            ("text/plain;charset=\"u\\tf-8\"", Some("utf-8")),
            ("text/plain;x=\";charset=a\\\";\";charset=b", Some("b")),
            ("text/plain;charset=a~b|c`d", Some("a~b|c`d")),
            ("image/svg+xml", None),
            ("application/vnd.oasis.opendocument.text", None),
        ];
        for (text, charset) in valid {
            let parsed = parse(text).unwrap_or_else(|| panic!("{text:?}"));
            let found = parsed.get_param(CHARSET).map(|value| value.unquoted_str().into_owned());
            assert_eq!(found.as_deref(), charset, "{text:?}");
        }
        let invalid = [
            "",
            "text",
            "text/",
            "/plain",
            "text//plain",
            " text/plain",
            "text /plain",
            "text/plain charset=utf-8",
            "text/plain;charset",
            "text/plain;charset=",
            "text/plain;=utf-8",
            "text/plain;charset =utf-8",
            "text/plain;charset= utf-8",
            "text/plain;charset=\"utf-8",
            "text/plain;charset=\"utf\"-8",
            "text/plain;charset=ü",
            "text/plain,text/html",
            "téxt/plain",
        ];
        for text in invalid {
            assert!(parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn the_most_specific_range_decides() {
        let cases = [
            ("", 1000),
            ("*/*", 1000),
            ("text/csv", 1000),
            ("TEXT/CSV", 1000),
            ("text/csv;q=0.9", 900),
            ("text/csv;charset=utf-8;q=0.9, */*;q=0.1", 900),
            ("text/csv ; charset=\"UTF-8\" ;; q=0.5", 500),
            ("text/*;q=0.3, text/csv;q=0", 0),
            ("text/csv;q=0.2, text/csv;charset=utf-8;q=0.7", 700),
            ("*/*;q=0.1, text/*;q=0.2", 200),
            ("text/csv;charset=utf-16", 0),
            ("application/json", 0),
            ("nonsense, text/*;q=0.125", 125),
            ("text/csv;q=2", 1000),
            ("text/csv;q=0.0001", 1000),
        ];
        for (accept, expected) in cases {
            let weight = preference(accept, "text/csv; charset=utf-8").map_or(0, |preference| preference.weight);
            assert_eq!(weight, expected, "{accept:?}");
        }
    }

    #[test]
    fn of_two_types_with_equal_weights_the_first_in_accept_is_preferred() {
        let (csv, json) = ("text/csv", "application/json");
        for (accept, is_csv) in [("text/csv, application/json", true), ("application/json, text/csv", false)] {
            assert_eq!(preference(accept, csv) > preference(accept, json), is_csv, "{accept}");
        }
        for accept in ["", "*/*"] {
            assert_eq!(preference(accept, csv), preference(accept, json), "{accept:?}");
        }
    }
}
