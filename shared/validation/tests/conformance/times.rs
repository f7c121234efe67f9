//! The times: on both sides of the 30 seconds of leeway, and whatever JSON can write for a number.

use serde_json::json;
use validation::TokenError::{Expired, Expiry, IssueTime, IssuedInFuture, NotYetValid, Payload};

use crate::corpus::{CORPUS, NOW, Outcome, check_tokens, claims};

/// Cases of one claim, each value as it stands in the JSON.
fn check_time(name: &'static str, cases: &[(&str, Outcome)]) {
    let mut others = claims();
    others.as_object_mut().unwrap().remove(name);
    let others = others.to_string();
    let cases = cases.iter().map(|(text, expected)| {
        let payload = others.replacen('{', &format!("{{\"{name}\":{text},"), 1);
        let shown =
            if text.len() > 40 { format!("{}… of {} digits", &text[..12], text.len()) } else { (*text).to_owned() };
        (shown, CORPUS.with_raw_payload(payload), *expected)
    });
    check_tokens(name, cases);
}

/// What is not a number in JSON (RFC 8259 §6), or too large to be held.
const NO_NUMBERS: [&str; 12] =
    ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", "+1", "01", ".5", "1.", "1e", "0x6B", "1_795"];

#[test]
fn numbers_are_those_of_json() {
    for name in ["exp", "iat", "nbf"] {
        check_time(name, &NO_NUMBERS.map(|text| (text, Err(Payload))));
    }
    let unread = NO_NUMBERS.map(|text| {
        let expected = if text.ends_with("1e999") { Ok(()) } else { Err(Payload) };
        (text, expected)
    });
    check_time("auth_time", &unread);
}

#[test]
fn the_expiry_is_checked_on_both_sides_of_its_boundary() {
    assert_eq!(NOW, 1_795_514_400, "the cases below are written for this moment");
    check_time(
        "exp",
        &[
            ("1795514400", Ok(())),
            ("1795514371", Ok(())),
            ("1795514370", Err(Expired)),
            ("1795514369", Err(Expired)),
            ("1795514370.5", Ok(())),
            ("1795514370.0", Err(Expired)),
            ("1795514369.999", Err(Expired)),
            ("1.79551446e9", Ok(())),
            ("17955144600E-1", Ok(())),
            ("1795514400000", Ok(())),
            ("0", Err(Expired)),
            ("-0", Err(Expired)),
            ("0.0", Err(Expired)),
            ("5e-324", Err(Expired)),
            ("1", Err(Expired)),
            ("4294967295", Ok(())),
            ("-1", Err(Expiry)),
            ("-1795514460", Err(Expiry)),
            ("-0.5", Err(Expiry)),
            ("-1e-9", Err(Expiry)),
            ("-9223372036854775808", Err(Expiry)),
            ("9223372036854775807", Ok(())),
            ("9223372036854775808", Err(Expiry)),
            ("18446744073709551615", Err(Expiry)),
            ("18446744073709551616", Err(Expiry)),
            ("1e18", Ok(())),
            ("1e19", Err(Expiry)),
            ("1e30", Err(Expiry)),
            ("1.7976931348623157e308", Err(Expiry)),
            ("\"NaN\"", Err(Expiry)),
            ("\"Infinity\"", Err(Expiry)),
            ("\"1e999\"", Err(Expiry)),
            ("\"1795514460 \"", Err(Expiry)),
            (&format!("1795514460.{}", "0".repeat(400)), Ok(())),
            (&"9".repeat(300), Err(Expiry)),
            (&"9".repeat(400), Err(Payload)),
        ],
    );
}

#[test]
fn the_time_of_issue_is_checked_on_both_sides_of_its_boundary() {
    check_time(
        "iat",
        &[
            ("1795514400", Ok(())),
            ("1795514429", Ok(())),
            ("1795514430", Ok(())),
            ("1795514431", Err(IssuedInFuture)),
            ("1795514430.0", Ok(())),
            ("1795514430.001", Err(IssuedInFuture)),
            ("1795514430.5", Err(IssuedInFuture)),
            ("1.79551443e9", Ok(())),
            ("1795514400000", Err(IssuedInFuture)),
            ("0", Ok(())),
            ("-0", Ok(())),
            ("-1", Err(IssueTime)),
            ("-0.5", Err(IssueTime)),
            ("9223372036854775807", Err(IssuedInFuture)),
            ("9223372036854775808", Err(IssueTime)),
            ("18446744073709551615", Err(IssueTime)),
            ("1e18", Err(IssuedInFuture)),
            ("1e19", Err(IssueTime)),
            ("1e308", Err(IssueTime)),
            ("\"NaN\"", Err(IssueTime)),
        ],
    );
}

#[test]
fn the_start_is_checked_on_both_sides_of_its_boundary() {
    check_time(
        "nbf",
        &[
            ("1795514400", Ok(())),
            ("1795514429", Ok(())),
            ("1795514430", Ok(())),
            ("1795514431", Err(NotYetValid)),
            ("1795514430.0", Ok(())),
            ("1795514430.001", Err(NotYetValid)),
            ("1795514430.5", Err(NotYetValid)),
            ("1795514400000", Err(NotYetValid)),
            ("0", Ok(())),
            ("-0", Ok(())),
            ("-1", Err(NotYetValid)),
            ("-0.5", Err(NotYetValid)),
            ("9223372036854775807", Err(NotYetValid)),
            ("18446744073709551615", Err(NotYetValid)),
            ("1e19", Err(NotYetValid)),
            ("\"NaN\"", Err(NotYetValid)),
        ],
    );
}

#[test]
fn of_several_wrong_times_the_first_is_named() {
    let with = |exp: u64, iat: u64, nbf: u64| CORPUS.with_claims(&json!({ "exp": exp, "iat": iat, "nbf": nbf }));
    check_tokens(
        "times",
        [
            ("all at the edge", with(NOW - 29, NOW + 30, NOW + 30), Ok(())),
            ("expired, issued and valid later", with(NOW - 30, NOW + 31, NOW + 31), Err(Expired)),
            ("issued and valid later", with(NOW + 60, NOW + 31, NOW + 31), Err(IssuedInFuture)),
            ("valid later", with(NOW + 60, NOW, NOW + 31), Err(NotYetValid)),
        ],
    );
}
