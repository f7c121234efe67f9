use std::fmt;

/// An AWS region's name, e.g. `eu-west-1` or `eusc-de-east-1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region(String);

/// The text is not a region's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a region such as eu-west-1")]
pub struct InvalidRegion;

/// Each partition's first region letters and its DNS suffix. Every other region lies in the `aws` partition.
///
/// Source: `partitions.json`, which every AWS SDK carries.
const DNS_SUFFIXES: [(&str, &str); 6] = [
    ("cn-", "amazonaws.com.cn"),
    ("eusc-", "amazonaws.eu"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("us-iso-", "c2s.ic.gov"),
];

impl Region {
    /// Parses a region: lower-case words and a number, joined by hyphens.
    ///
    /// # Errors
    ///
    /// [`InvalidRegion`] when a word is empty or not lower-case ASCII, or the last is not a number.
    pub fn parse(text: &str) -> Result<Self, InvalidRegion> {
        let mut words = text.split('-').rev();
        let numbered = words.next().is_some_and(|last| !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()));
        let mut names = 0;
        for word in words {
            if word.is_empty() || !word.bytes().all(|b| b.is_ascii_lowercase()) {
                return Err(InvalidRegion);
            }
            names += 1;
        }
        if numbered && names >= 2 { Ok(Self(text.to_owned())) } else { Err(InvalidRegion) }
    }

    /// The name, as AWS writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain under which the region's partition has its endpoints, e.g. `amazonaws.com`.
    #[must_use]
    pub fn dns_suffix(&self) -> &'static str {
        DNS_SUFFIXES.iter().find(|(prefix, _)| self.0.starts_with(prefix)).map_or("amazonaws.com", |(_, suffix)| suffix)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_in_its_partition() {
        let cases = [
            ("eu-west-1", "amazonaws.com"),
            ("us-gov-west-1", "amazonaws.com"),
            ("ap-southeast-12", "amazonaws.com"),
            ("cn-north-1", "amazonaws.com.cn"),
            ("eusc-de-east-1", "amazonaws.eu"),
            ("us-iso-east-1", "c2s.ic.gov"),
            ("us-isob-east-1", "sc2s.sgov.gov"),
            ("us-isof-south-1", "csp.hci.ic.gov"),
            ("eu-isoe-west-1", "cloud.adc-e.uk"),
        ];
        for (name, suffix) in cases {
            assert_eq!(Region::parse(name).unwrap().dns_suffix(), suffix, "{name}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_region_is_refused() {
        for text in
            ["", "eu", "eu-west", "eu-1", "1", "-1", "eu--1", "EU-west-1", "eu-west-1 ", "eu-west-1/", "eu-wést-1"]
        {
            assert_eq!(Region::parse(text), Err(InvalidRegion), "{text:?}");
        }
    }
}
