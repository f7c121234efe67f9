use std::{fmt, sync::Arc};

use super::UserPoolId;

/// The `iss` of a user pool's tokens: an https URL without a trailing slash. Cheap to clone.
///
/// Source: RFC 7519 §4.1.1; "Verifying JSON web tokens" in the Amazon Cognito developer guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(Arc<str>);

/// The text is not an issuer's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an https URL without query, fragment and trailing slash")]
pub struct InvalidIssuer;

impl Issuer {
    const SCHEME: &str = "https://";

    /// The issuer that Cognito writes into the tokens of `pool` unless it was configured to write another one.
    #[must_use]
    pub fn of(pool: &UserPoolId) -> Self {
        let region = pool.region();
        Self(format!("{}cognito-idp.{region}.{}/{pool}", Self::SCHEME, region.dns_suffix()).into())
    }

    /// Parses an issuer that replaces the derived one.
    ///
    /// # Errors
    ///
    /// [`InvalidIssuer`] when the text is not `https://HOST[/PATH]` in printable ASCII.
    pub fn parse(text: &str) -> Result<Self, InvalidIssuer> {
        let rest = text.strip_prefix(Self::SCHEME).ok_or(InvalidIssuer)?;
        let plain = rest.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'\\' | b'"' | b'@'));
        if rest.is_empty() || rest.starts_with('/') || rest.ends_with('/') || !plain {
            return Err(InvalidIssuer);
        }
        Ok(Self(text.into()))
    }

    /// The URL, as it stands in `iss`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of a `Logins` map at the identity pool: the issuer without its scheme.
    ///
    /// Source: `Logins` of `GetId` in the Amazon Cognito federated identities API reference.
    #[must_use]
    pub fn login_provider(&self) -> &str {
        self.0.strip_prefix(Self::SCHEME).unwrap_or(&self.0)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_follows_the_pools_partition() {
        let cases = [
            ("eu-west-1_Ab", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab"),
            ("cn-north-1_Ab", "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab"),
            ("eusc-de-east-1_Ab", "https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_Ab"),
        ];
        for (pool, issuer) in cases {
            assert_eq!(Issuer::of(&UserPoolId::parse(pool).unwrap()).as_str(), issuer);
        }
    }

    #[test]
    fn a_login_provider_has_no_scheme() {
        assert_eq!(Issuer::parse("https://id.example.com/p").unwrap().login_provider(), "id.example.com/p");
    }

    #[test]
    fn a_text_that_is_not_an_issuer_is_refused() {
        for text in [
            "",
            "https://",
            "http://a.example",
            "https:///p",
            "https://a.example/",
            "https://a?b",
            "https://a#b",
            "https://u@a",
            "https://a b",
        ] {
            assert_eq!(Issuer::parse(text), Err(InvalidIssuer), "{text:?}");
        }
    }
}
