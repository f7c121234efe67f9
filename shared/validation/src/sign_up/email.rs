use std::{fmt, str::FromStr};

use super::Domain;

/// An e-mail address in the practical subset of RFC 5321: a plain local part and a domain. Private, so `Debug` shows
/// its domain alone.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress {
    local_part: String,
    domain: Domain,
}

/// The text is not such an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidEmailAddress;

impl EmailAddress {
    /// Longest address, in bytes of ASCII (RFC 5321 §4.5.3.1.3 less the angle brackets).
    const LEN_MAX: usize = 254;

    /// Parses an address.
    ///
    /// # Errors
    ///
    /// [`InvalidEmailAddress`] for what RFC 5321 §4.1.2 does not allow, for quoted local parts, and for domains that
    /// are address literals, single labels or not a [`Domain`].
    pub fn parse(text: &str) -> Result<Self, InvalidEmailAddress> {
        let (local_part, domain) = text.rsplit_once('@').ok_or(InvalidEmailAddress)?;
        let domain = Domain::parse(domain).map_err(|_| InvalidEmailAddress)?;
        // The domain goes in as ASCII without a trailing dot: the parser knows neither IDNA nor the root.
        let address = format!("{local_part}@{domain}");
        if address.len() > Self::LEN_MAX
            || local_part.starts_with('"')
            || email_address::EmailAddress::from_str(&address).is_err()
        {
            return Err(InvalidEmailAddress);
        }
        Ok(Self { local_part: local_part.to_owned(), domain })
    }

    /// Whether it is one of several ways to write the same mailbox: with a `+` and a tag, at Gmail with dots, or at
    /// Gmail's other name.
    ///
    /// Source: RFC 5233 (subaddressing), "Getting messages sent to a dotted version of my address" in Gmail's help.
    pub(super) fn is_alias(&self) -> bool {
        let is_dotted_gmail = self.domain.as_str() == "gmail.com" && self.local_part.contains('.');
        is_dotted_gmail || self.domain.as_str() == "googlemail.com" || self.local_part.contains('+')
    }

    /// The address as Cognito compares it: without case.
    pub(super) fn folded(&self) -> String {
        format!("{}@{}", self.local_part.to_lowercase(), self.domain)
    }

    /// The domain that the mail goes to.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress(** redacted **@{})", self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_parsed_on_both_sides_of_each_boundary() {
        let local_64 = format!("{}@example.com", "a".repeat(64));
        let local_65 = format!("{}@example.com", "a".repeat(65));
        let length_254 = format!("{}@{}example.com", "a".repeat(12), "abcdefghi.".repeat(23));
        let length_255 = format!("{}@{}example.com", "a".repeat(13), "abcdefghi.".repeat(23));
        let cases = [
            ("ada@example.com", true),
            ("ada.lovelace+notes@mail.example.com", true),
            ("o'brien_99@example.com", true),
            ("ada@EXAMPLE.com.", true),
            ("ada@bücher.example", true),
            (&local_64, true),
            (&local_65, false),
            (&length_254, true),
            (&length_255, false),
            ("", false),
            ("ada", false),
            ("@example.com", false),
            ("ada@", false),
            ("ada@@example.com", false),
            ("ada@b@example.com", false),
            ("ada@example", false),
            ("ada@[1.2.3.4]", false),
            ("ada@1.2.3.4", false),
            (".ada@example.com", false),
            ("ada.@example.com", false),
            ("a..da@example.com", false),
            ("\"ada\"@example.com", false),
            ("ada lovelace@example.com", false),
            (" ada@example.com", false),
            ("ada@example.com ", false),
            ("ada@example.com\n", false),
            ("Ada <ada@example.com>", false),
            ("ada@exa\0mple.com", false),
            ("ada@example..com", false),
            ("mailto:ada@example.com", false),
            ("ada,bob@example.com", false),
        ];
        for (text, valid) in cases {
            assert_eq!(EmailAddress::parse(text).is_ok(), valid, "{text:?}");
        }
    }

    #[test]
    fn an_alias_is_another_way_to_write_a_mailbox() {
        let cases = [
            ("ada@example.com", false),
            ("ada.lovelace@example.com", false),
            ("ada-notes@example.com", false),
            ("ada+notes@example.com", true),
            ("+ada@example.com", true),
            ("adalovelace@gmail.com", false),
            ("ada.lovelace@gmail.com", true),
            ("ada.lovelace@GMail.com.", true),
            ("ada.lovelace@x.gmail.com", false),
            ("adalovelace@googlemail.com", true),
        ];
        for (text, expected) in cases {
            assert_eq!(EmailAddress::parse(text).unwrap().is_alias(), expected, "{text}");
        }
    }

    #[test]
    fn debug_shows_no_local_part() {
        let address = EmailAddress::parse("ada@example.com").unwrap();
        assert_eq!(format!("{address:?}"), "EmailAddress(** redacted **@example.com)");
    }
}
