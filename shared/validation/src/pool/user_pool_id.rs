use std::fmt;

use super::Region;

/// A user pool's id, `REGION_SUFFIX`, e.g. `eu-west-1_AbCdEfGhI`.
///
/// Source: `UserPoolIdType` in the Amazon Cognito user pools API reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPoolId {
    text: String,
    region: Region,
}

/// The text is not a user pool's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a user pool id such as eu-west-1_AbCdEfGhI")]
pub struct InvalidUserPoolId;

impl UserPoolId {
    /// Longest id that Cognito makes.
    const LEN_MAX: usize = 55;

    /// Parses an id. What precedes the last `_` is the pool's region.
    ///
    /// # Errors
    ///
    /// [`InvalidUserPoolId`] when there is no `_`, when what precedes it is not a region, or when the rest is not ASCII
    /// letters and digits.
    pub fn parse(text: &str) -> Result<Self, InvalidUserPoolId> {
        let (region, suffix) = text.rsplit_once('_').ok_or(InvalidUserPoolId)?;
        let region = Region::parse(region).map_err(|_| InvalidUserPoolId)?;
        if suffix.is_empty() || text.len() > Self::LEN_MAX || !suffix.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(InvalidUserPoolId);
        }
        Ok(Self { text: text.to_owned(), region })
    }

    /// The id, as Cognito writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The region that the pool lies in.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.region
    }
}

impl fmt::Display for UserPoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_precedes_the_last_underscore() {
        for (id, region) in [("eu-west-1_AbCdEfGhI", "eu-west-1"), ("eusc-de-east-1_a1", "eusc-de-east-1")] {
            assert_eq!(UserPoolId::parse(id).unwrap().region().as_str(), region, "{id}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_pool_id_is_refused() {
        for text in
            ["", "eu-west-1", "eu-west-1_", "_abc", "eu-west-1_a/b", "eu-west-1_a b", "euwest1_abc", "eu_west_1_abc"]
        {
            assert_eq!(UserPoolId::parse(text), Err(InvalidUserPoolId), "{text:?}");
        }
        assert!(UserPoolId::parse(&format!("eu-west-1_{}", "a".repeat(45))).is_ok());
        assert!(UserPoolId::parse(&format!("eu-west-1_{}", "a".repeat(46))).is_err());
    }
}
