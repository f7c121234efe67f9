use std::fmt;

/// A host name in lower-case IDNA ASCII without a trailing dot, e.g. `xn--bcher-kva.example`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Domain(String);

/// The text is not a domain that mail can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a domain such as example.com")]
pub struct InvalidDomain;

impl Domain {
    /// Parses a domain of two labels or more, in any case, in Unicode or ASCII, with or without one trailing dot.
    ///
    /// # Errors
    ///
    /// [`InvalidDomain`] for a text that IDNA or the DNS does not allow (UTS #46 with STD3 rules, RFC 1035 §2.3.4), for
    /// a single label, and for one that looks like an IPv4 address.
    pub fn parse(text: &str) -> Result<Self, InvalidDomain> {
        let domain = Self::parse_labels(text)?;
        let last = domain.0.rsplit_once('.').ok_or(InvalidDomain)?.1;
        if last.bytes().all(|b| b.is_ascii_digit()) { Err(InvalidDomain) } else { Ok(domain) }
    }

    /// Parses one label or more.
    fn parse_labels(text: &str) -> Result<Self, InvalidDomain> {
        let text = text.strip_suffix('.').unwrap_or(text);
        idna::domain_to_ascii_strict(text).map(Self).map_err(|_| InvalidDomain)
    }

    /// The domain, as it compares.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain itself and every domain above it: `a.b.c`, `b.c`, `c`.
    pub(super) fn with_parents(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |domain| domain.split_once('.').map(|(_, parent)| parent))
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Domains. `example.com` covers only itself, `*.example.com` also everything below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainList(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    domain: Domain,
    with_subdomains: bool,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.with_subdomains { "*." } else { "" }, self.domain)
    }
}

/// An entry of a list is not a domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{entry:?} is not a domain such as example.com or *.example.com")]
pub struct InvalidDomainList {
    entry: String,
}

impl DomainList {
    /// Parses domains separated by commas. Spaces around them are ignored.
    ///
    /// # Errors
    ///
    /// [`InvalidDomainList`] with the first entry that is not a domain. An empty entry is not one either.
    pub fn parse(text: &str) -> Result<Self, InvalidDomainList> {
        text.split(',').map(str::trim).map(Entry::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an entry covers `domain`.
    #[must_use]
    pub fn covers(&self, domain: &Domain) -> bool {
        self.0.iter().any(|entry| entry.covers(domain))
    }

    /// The first entry, as it was written, of which these lists admit no domain.
    pub(super) fn first_without_effect(&self, allowed: Option<&Self>, blocked: Option<&Self>) -> Option<String> {
        let is_barred = |entry: &&Entry| {
            blocked.is_some_and(|list| list.0.iter().any(|other| other.contains(entry)))
                || allowed.is_some_and(|list| !list.0.iter().any(|other| other.overlaps(entry)))
        };
        self.0.iter().find(is_barred).map(Entry::to_string)
    }
}

impl Entry {
    fn covers(&self, domain: &Domain) -> bool {
        if self.with_subdomains {
            domain.with_parents().any(|parent| parent == self.domain.as_str())
        } else {
            *domain == self.domain
        }
    }

    /// Whether this entry covers every domain that `other` covers.
    fn contains(&self, other: &Self) -> bool {
        self.covers(&other.domain) && (self.with_subdomains || !other.with_subdomains)
    }

    /// Whether some domain is covered by both entries.
    fn overlaps(&self, other: &Self) -> bool {
        self.covers(&other.domain) || other.covers(&self.domain)
    }

    fn parse(text: &str) -> Result<Self, InvalidDomainList> {
        let (domain, with_subdomains) = match text.strip_prefix("*.") {
            // A top-level domain is one label: `*.test` covers all of it.
            Some(rest) => (Domain::parse_labels(rest), true),
            None => (Domain::parse(text), false),
        };
        match domain {
            Ok(domain) => Ok(Self { domain, with_subdomains }),
            Err(InvalidDomain) => Err(InvalidDomainList { entry: text.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_compare_as_lower_case_idna_ascii() {
        let cases = [
            ("example.com", "example.com"),
            ("EXAMPLE.Com.", "example.com"),
            ("Bücher.Example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("ex\u{ad}ample.com", "example.com"),
            ("ｅxample。com", "example.com"),
        ];
        for (text, ascii) in cases {
            assert_eq!(Domain::parse(text).map(|domain| domain.0), Ok(ascii.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_mail_domain_is_refused() {
        let label = "a".repeat(64);
        let long_label = format!("{label}.com");
        let long_name = format!("{}com", "abcdefg.".repeat(32));
        let cases = [
            "",
            ".",
            "..",
            "com",
            "com.",
            "example..com",
            ".example.com",
            "example.com..",
            "a b.com",
            "a_b.com",
            "a/b.com",
            "-a.com",
            "a-.com",
            "1.2.3.4",
            "[1.2.3.4]",
            "a.123",
            "xn--a.com",
            &long_label,
            &long_name,
        ];
        for text in cases {
            assert_eq!(Domain::parse(text), Err(InvalidDomain), "{text:?}");
        }
    }

    #[test]
    fn an_entry_covers_itself_and_with_a_star_all_below() {
        let list = DomainList::parse("example.com, *.Example.ORG ,*.test").unwrap();
        let cases = [
            ("example.com", true),
            ("a.example.com", false),
            ("notexample.com", false),
            ("example.org", true),
            ("a.example.org", true),
            ("a.b.example.org", true),
            ("notexample.org", false),
            ("example.org.evil.net", false),
            ("anything.test", true),
            ("test.net", false),
        ];
        for (domain, covered) in cases {
            assert_eq!(list.covers(&Domain::parse(domain).unwrap()), covered, "{domain}");
        }
    }

    #[test]
    fn a_list_with_a_mistake_is_refused() {
        for text in
            ["", "a.com,", ",a.com", "a.com,,b.com", "a.com;b.com", "*", "*.", "a.*.com", "*a.com", "user@a.com", "com"]
        {
            assert!(DomainList::parse(text).is_err(), "{text:?}");
        }
    }
}
