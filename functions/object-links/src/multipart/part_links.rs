use std::ops::RangeInclusive;

use http_api::{ParameterError, iso_8601};
use objects::{BucketError, Links};
use serde::Serialize;

use super::{part_plan::PartPlan, unfinished::Unfinished};

/// The maximum number of links in one response.
const LINKS_MAX: u64 = 100;

const LINKS: ParameterError = ParameterError::invalid(
    "links",
    "must be the numbers of the first and the last of at most 100 parts, as in 101-200",
);

/// A link for one part. There is no `Debug`: links are secrets.
#[derive(Serialize)]
pub(crate) struct PartLink {
    number: u64,
    size: u64,
    url: String,
    url_expires_at: String,
}

/// The numbers of the parts that get links without being asked for.
pub(crate) fn first_numbers(plan: PartPlan) -> RangeInclusive<u64> {
    1..=plan.part_count().min(LINKS_MAX)
}

/// Parses `links`, such as `101-200`. A range may end after the last part, so a client can count in hundreds.
///
/// # Errors
///
/// [`ParameterError::Invalid`] when it is not a range of at most 100 numbers, or starts after the last part.
pub(crate) fn numbers(text: &str, plan: PartPlan) -> Result<RangeInclusive<u64>, ParameterError> {
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let range = text.split_once('-').and_then(|(first, last)| Some((number(first)?, number(last)?)));
    let (first, last): (u64, u64) = range.ok_or(LINKS)?;
    if first == 0 || last < first || last - first >= LINKS_MAX {
        return Err(LINKS);
    }
    if first > plan.part_count() {
        let problem = format!("starts after the last part, which is {}", plan.part_count());
        return Err(ParameterError::Invalid { name: "links", problem: problem.into() });
    }
    Ok(first..=last.min(plan.part_count()))
}

/// Makes the links for the parts with these `numbers`.
///
/// # Errors
///
/// As [`Links::part`].
pub(crate) fn make(
    links: &Links,
    upload: &Unfinished,
    numbers: RangeInclusive<u64>,
) -> Result<Vec<PartLink>, BucketError> {
    let part = |number| {
        let size = upload.plan.size_of(number);
        let link = links.part(&upload.key, &upload.id, number, size)?;
        Ok(PartLink { number, size, url: link.url, url_expires_at: iso_8601(link.expires_at) })
    };
    numbers.map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_at_most_a_hundred_parts_of_the_upload() {
        let plan = PartPlan::new(250 * 8 * 1024 * 1024, None).unwrap();
        let of_text = |text: &str| numbers(text, plan).map_err(|error| error.to_string());
        let problem = || {
            let message = "links must be the numbers of the first and the last of at most 100 parts, as in 101-200.";
            Err(message.to_owned())
        };
        let cases = [
            ("1-1", Ok(1..=1)),
            ("1-100", Ok(1..=100)),
            ("250-250", Ok(250..=250)),
            ("201-300", Ok(201..=250)),
            ("1-101", problem()),
            ("0-5", problem()),
            ("5-4", problem()),
            ("5", problem()),
            ("", problem()),
            ("-", problem()),
            ("1-", problem()),
            ("+1-2", problem()),
            ("1-2-3", problem()),
            ("1-99999999999999999999", problem()),
            ("251-251", Err("links starts after the last part, which is 250.".to_owned())),
        ];
        for (text, expected) in cases {
            assert_eq!(of_text(text), expected, "{text}");
        }
        assert_eq!(first_numbers(plan), 1..=100);
        assert_eq!(first_numbers(PartPlan::new(0, None).unwrap()), 1..=1);
    }
}
