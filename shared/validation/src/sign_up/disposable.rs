use std::cmp::Ordering;

use super::Domain;

/// Disposable mail domains, sorted, one a line: the list of the `mailchecker` crate without those of
/// `not_disposable.txt`, written by `build.rs`.
static DOMAINS: &str = include_str!(concat!(env!("OUT_DIR"), "/disposable_domains.txt"));

/// Whether `domain`, or a domain above it, gives out disposable addresses.
pub(super) fn is_disposable(domain: &Domain) -> bool {
    domain.with_parents().any(|name| has_line(DOMAINS, name))
}

/// Whether `line` is a line of `sorted`, found by halving the text.
fn has_line(sorted: &str, line: &str) -> bool {
    let mut rest = sorted;
    while !rest.is_empty() {
        let (before, from_middle) = rest.split_at(start_of_line(rest, rest.len() / 2));
        let (middle, after) = from_middle.split_once('\n').unwrap_or((from_middle, ""));
        match line.cmp(middle) {
            Ordering::Equal => return true,
            Ordering::Less => rest = before.strip_suffix('\n').unwrap_or(before),
            Ordering::Greater => rest = after,
        }
    }
    false
}

/// Where the line that contains the byte `position` starts. The text is ASCII, so any position is a boundary.
fn start_of_line(text: &str, position: usize) -> usize {
    text.get(..position).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_nothing_else() {
        let text = "a.com\nbb.com\nc.com\nd.org\nee.net";
        for line in text.lines() {
            assert!(has_line(text, line), "{line}");
        }
        for other in ["", "a", "a.co", "a.comb", "b.com", "f.com", "\n", "zz"] {
            assert!(!has_line(text, other), "{other:?}");
        }
        assert!(!has_line("", "a.com"));
    }

    #[test]
    fn the_whole_list_can_be_found() {
        let lines: Vec<&str> = DOMAINS.lines().collect();
        assert!(lines.len() > 10_000, "{} domains", lines.len());
        assert!(lines.is_sorted());
        assert!(lines.iter().all(|line| has_line(DOMAINS, line)));
    }

    #[test]
    fn known_mistakes_of_the_list_are_left_out() {
        let listed = mailchecker::blacklist();
        let exceptions: Vec<&str> = include_str!("../../not_disposable.txt")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        assert!(exceptions.len() < 50, "so many exceptions say that the list is not a good one");
        for line in exceptions {
            let (domain, source) = line.split_once(' ').unwrap();
            assert!(source.trim_start().starts_with("https://"), "{line}: where is it written?");
            assert!(listed.contains(&domain), "{domain} is no longer in the list: delete the line");
            assert!(!is_disposable(&Domain::parse(domain).unwrap()), "{domain} is still refused");
        }
    }

    #[test]
    fn disposable_domains_are_known_with_their_subdomains() {
        for (domain, disposable) in [
            ("mailinator.com", true),
            ("a.b.mailinator.com", true),
            ("guerrillamail.com", true),
            ("gmail.com", false),
            ("hush.com", false),
            ("mail.hush.com", false),
            ("example.com", false),
            ("notmailinator.com.example", false),
        ] {
            assert_eq!(is_disposable(&Domain::parse(domain).unwrap()), disposable, "{domain}");
        }
    }
}
