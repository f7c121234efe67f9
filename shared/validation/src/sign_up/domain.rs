use std::fmt;

/// A host name in lower-case IDNA ASCII without a trailing dot, e.g. `xn--bcher-kva.example`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
///
/// Sorted, each domain once: however many there are, a domain and those above it are found by a binary search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainList(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    domain: Domain,
    reach: Reach,
}

/// What an entry covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    // First, so that it precedes the other for the same domain.
    WithSubdomains,
    Itself,
}

/// An entry of a list is not a domain, or there is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDomainList {
    /// This entry is not a domain.
    #[error("{0:?} is not a domain such as example.com or *.example.com")]
    Entry(String),
    /// The entry in this line is not a domain.
    #[error("line {0}: {1:?} is not a domain such as example.com or *.example.com")]
    Line(usize, String),
    /// No line has an entry. An empty list is a mistake: it would allow nobody, or block nobody.
    #[error("the list is empty")]
    Empty,
}

impl DomainList {
    /// Parses domains separated by commas. Spaces around them are ignored.
    ///
    /// # Errors
    ///
    /// [`InvalidDomainList::Entry`] with the first entry that is not a domain. An empty entry is not one either.
    pub fn parse(text: &str) -> Result<Self, InvalidDomainList> {
        let entry = |text: &str| Entry::parse(text).map_err(|InvalidDomain| InvalidDomainList::Entry(text.to_owned()));
        text.split(',').map(|text| entry(text.trim())).collect::<Result<_, _>>().map(Self::new)
    }

    /// Parses a file with a domain in each line. What follows a `#`, spaces and empty lines are ignored.
    ///
    /// # Errors
    ///
    /// [`InvalidDomainList::Line`] with the first line that is not a domain, [`InvalidDomainList::Empty`] when there is
    /// no domain at all.
    pub fn parse_lines(text: &str) -> Result<Self, InvalidDomainList> {
        let mut entries = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let text = line.split('#').next().unwrap_or_default().trim();
            if !text.is_empty() {
                let entry = Entry::parse(text);
                entries.push(entry.map_err(|InvalidDomain| InvalidDomainList::Line(index + 1, text.to_owned()))?);
            }
        }
        if entries.is_empty() { Err(InvalidDomainList::Empty) } else { Ok(Self::new(entries)) }
    }

    fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_unstable();
        // Of two for the same domain, the one with its subdomains is kept.
        entries.dedup_by(|second, first| second.domain == first.domain);
        Self(entries)
    }

    /// The number of entries.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a list is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether an entry covers `domain`.
    #[must_use]
    pub fn covers(&self, domain: &Domain) -> bool {
        self.reach_of(domain.as_str()).is_some() || self.covers_all_below(domain)
    }

    /// Whether an entry covers `domain` and everything below it.
    fn covers_all_below(&self, domain: &Domain) -> bool {
        domain.with_parents().any(|parent| self.reach_of(parent) == Some(Reach::WithSubdomains))
    }

    /// What the entry of this very domain covers, if there is one.
    fn reach_of(&self, domain: &str) -> Option<Reach> {
        let found = self.0.binary_search_by(|entry| entry.domain.as_str().cmp(domain)).ok()?;
        self.0.get(found).map(|entry| entry.reach)
    }

    /// An entry of which these lists admit no domain.
    pub(super) fn without_effect(&self, allowed: Option<&Self>, blocked: Option<&Self>) -> Option<String> {
        // The allowed domains and all domains above them, sorted.
        let entries = allowed.iter().flat_map(|list| &list.0);
        let mut above_allowed: Vec<&str> = entries.flat_map(|entry| entry.domain.with_parents()).collect();
        above_allowed.sort_unstable();
        let is_barred = |Entry { domain, reach }: &&Entry| match reach {
            Reach::Itself => {
                blocked.is_some_and(|list| list.covers(domain)) || allowed.is_some_and(|list| !list.covers(domain))
            }
            Reach::WithSubdomains => {
                let has_allowed_below = above_allowed.binary_search(&domain.as_str()).is_ok();
                blocked.is_some_and(|list| list.covers_all_below(domain))
                    || allowed.is_some_and(|list| !list.covers(domain) && !has_allowed_below)
            }
        };
        self.0.iter().find(is_barred).map(Entry::to_string)
    }
}

impl Entry {
    fn parse(text: &str) -> Result<Self, InvalidDomain> {
        Ok(match text.strip_prefix("*.") {
            // A top-level domain is one label: `*.test` covers all of it.
            Some(rest) => Self { domain: Domain::parse_labels(rest)?, reach: Reach::WithSubdomains },
            None => Self { domain: Domain::parse(text)?, reach: Reach::Itself },
        })
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.reach == Reach::WithSubdomains { "*." } else { "" }, self.domain)
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
    fn a_domain_that_is_listed_twice_covers_the_most() {
        for text in ["example.com,*.example.com", "*.example.com,example.com", "*.example.com,a.example.com"] {
            let list = DomainList::parse(text).unwrap();
            for domain in ["example.com", "a.example.com", "b.example.com"] {
                assert!(list.covers(&Domain::parse(domain).unwrap()), "{text}: {domain}");
            }
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
