use std::{fmt, str::FromStr};

use super::Domain;

/// An e-mail address in the practical subset of RFC 5321: a plain local part in ASCII and a domain. Private, so `Debug`
/// shows only its domain.
#[derive(Clone)]
pub struct EmailAddress {
    local_part: String,
    domain: Domain,
    is_domain_canonical: bool,
}

/// Why a text is not such an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmailAddress {
    /// Not allowed by RFC 5321, or not by us.
    #[error("not an e-mail address")]
    Form,
    /// The part before the `@` has characters that are not ASCII. Such addresses exist (RFC 6531), but Cognito sends
    /// its mail through SES, which cannot send to them.
    ///
    /// Source: `Destination` in the Amazon SES API v2 reference ("Amazon SES does not support the SMTPUTF8 extension
    /// … the local part of a destination email address … may only contain 7-bit ASCII characters").
    #[error("not an e-mail address in ASCII before the @")]
    LocalPartNotAscii,
}

impl EmailAddress {
    /// Longest address, in bytes of ASCII (RFC 5321 §4.5.3.1.3 less the angle brackets).
    const LEN_MAX: usize = 254;

    /// Parses an address.
    ///
    /// # Errors
    ///
    /// [`InvalidEmailAddress::Form`] for what RFC 5321 §4.1.2 does not allow, for quoted local parts, and for domains
    /// that are address literals, single labels or not a [`Domain`]; [`InvalidEmailAddress::LocalPartNotAscii`] when
    /// the domain is one, but the local part is not ASCII.
    pub fn parse(text: &str) -> Result<Self, InvalidEmailAddress> {
        let (local_part, domain_text) = text.rsplit_once('@').ok_or(InvalidEmailAddress::Form)?;
        let domain = Domain::parse(domain_text).map_err(|_| InvalidEmailAddress::Form)?;
        if !local_part.is_ascii() {
            return Err(InvalidEmailAddress::LocalPartNotAscii);
        }
        // The domain goes in as ASCII without a trailing dot: the parser knows neither IDNA nor the root.
        let address = format!("{local_part}@{domain}");
        if address.len() > Self::LEN_MAX
            || local_part.starts_with('"')
            || email_address::EmailAddress::from_str(&address).is_err()
        {
            return Err(InvalidEmailAddress::Form);
        }
        let is_domain_canonical = domain_text.eq_ignore_ascii_case(domain.as_str());
        Ok(Self { local_part: local_part.to_owned(), domain, is_domain_canonical })
    }

    /// Whether the domain was written as [`Domain::as_str`] has it, apart from the case of letters: IDNA ASCII without
    /// a trailing dot.
    ///
    /// One domain has many spellings: `bücher.example`, `xn--bcher-kva.example`, with a dot at the end, in full-width
    /// letters, with invisible characters. Cognito keeps the text unchanged, and each spelling is another address to
    /// it. The ASCII form is the canonical one because it is what mail is sent to: SES wants such a domain in Punycode
    /// (`Destination` in the Amazon SES API v2 reference). Case may differ, since the user pool compares without case
    /// (`UsernameConfiguration` in the template).
    pub(super) fn is_domain_canonical(&self) -> bool {
        self.is_domain_canonical
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
        format!("{}@{}", self.local_part.to_ascii_lowercase(), self.domain)
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
    use super::{
        InvalidEmailAddress::{Form, LocalPartNotAscii},
        *,
    };

    #[test]
    fn addresses_are_parsed_on_both_sides_of_each_boundary() {
        let local_64 = format!("{}@example.com", "a".repeat(64));
        let local_65 = format!("{}@example.com", "a".repeat(65));
        let length_254 = format!("{}@{}example.com", "a".repeat(12), "abcdefghi.".repeat(23));
        let length_255 = format!("{}@{}example.com", "a".repeat(13), "abcdefghi.".repeat(23));
        let cases = [
            ("ada@example.com", Ok(())),
            ("ada.lovelace+notes@mail.example.com", Ok(())),
            ("o'brien_99@example.com", Ok(())),
            ("ada@EXAMPLE.com.", Ok(())),
            ("ada@bücher.example", Ok(())),
            (&local_64, Ok(())),
            (&local_65, Err(Form)),
            (&length_254, Ok(())),
            (&length_255, Err(Form)),
            ("", Err(Form)),
            ("ada", Err(Form)),
            ("@example.com", Err(Form)),
            ("ada@", Err(Form)),
            ("ada@@example.com", Err(Form)),
            ("ada@b@example.com", Err(Form)),
            ("ada@example", Err(Form)),
            ("ada@[1.2.3.4]", Err(Form)),
            ("ada@1.2.3.4", Err(Form)),
            (".ada@example.com", Err(Form)),
            ("ada.@example.com", Err(Form)),
            ("a..da@example.com", Err(Form)),
            ("\"ada\"@example.com", Err(Form)),
            ("ada lovelace@example.com", Err(Form)),
            (" ada@example.com", Err(Form)),
            ("ada@example.com ", Err(Form)),
            ("ada@example.com\n", Err(Form)),
            ("Ada <ada@example.com>", Err(Form)),
            ("ada@exa\0mple.com", Err(Form)),
            ("ada@example..com", Err(Form)),
            ("mailto:ada@example.com", Err(Form)),
            ("ada,bob@example.com", Err(Form)),
            // Latin, composed and decomposed; Cyrillic, Hindi, Tamil, Chinese; an emoji; what cannot be seen.
            ("andr\u{e9}@example.com", Err(LocalPartNotAscii)),
            ("andre\u{301}@example.com", Err(LocalPartNotAscii)),
            ("почта@example.com", Err(LocalPartNotAscii)),
            ("संपर्क@example.com", Err(LocalPartNotAscii)),
            ("தமிழ்@example.com", Err(LocalPartNotAscii)),
            ("用户@example.com", Err(LocalPartNotAscii)),
            ("🦀@example.com", Err(LocalPartNotAscii)),
            ("ada\u{200b}@example.com", Err(LocalPartNotAscii)),
            ("\u{a0}ada@example.com", Err(LocalPartNotAscii)),
            ("a\u{7f}da@example.com", Err(Form)),
            ("почта@example", Err(Form)),
            ("ada＠example.com", Err(Form)),
        ];
        for (text, expected) in cases {
            assert_eq!(EmailAddress::parse(text).map(drop), expected, "{text:?}");
        }
    }

    #[test]
    fn a_domain_has_one_canonical_spelling() {
        let cases = [
            ("ada@example.com", true),
            ("Ada@EXAMPLE.Com", true),
            ("ada@xn--bcher-kva.example", true),
            ("ada@XN--Bcher-KVA.example", true),
            ("ada@example.com.", false),
            ("ada@bücher.example", false),
            ("ada@BÜCHER.example", false),
            ("ada@bu\u{308}cher.example", false),
            ("ada@ｅｘａｍｐｌｅ.com", false),
            ("ada@example\u{3002}com", false),
            ("ada@exam\u{ad}ple.com", false),
            ("ada@exam\u{200b}ple.com", false),
            ("ada@\u{2060}example.com", false),
            // A letter that folds to ASCII: the Kelvin sign.
            ("ada@\u{212a}.example.com", false),
        ];
        for (text, expected) in cases {
            assert_eq!(EmailAddress::parse(text).unwrap().is_domain_canonical(), expected, "{text:?}");
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
