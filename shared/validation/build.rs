//! Turns the disposable-mail list of the `mailchecker` crate into one sorted text, without the domains that
//! `not_disposable.txt` names.
//!
//! As a table of string slices the list would cost the function a megabyte and tens of thousands of relocations at
//! every cold start; as one text it costs neither, and a binary search finds a domain in it.

use std::{collections::HashSet, env, error::Error, fs, iter, path::PathBuf};

/// One domain a line, then a blank and its source. Lines that start with `#` are comments.
const NOT_DISPOSABLE: &str = include_str!("not_disposable.txt");

#[expect(clippy::disallowed_methods, reason = "a build script is told its folder through the environment")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut domains: Vec<String> =
        mailchecker::blacklist().into_iter().map(|domain| domain.trim().to_ascii_lowercase()).collect();
    let exceptions: HashSet<&str> =
        NOT_DISPOSABLE.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "#").collect();
    domains.retain(|domain| !domain.is_empty() && domain.is_ascii() && !exceptions.contains(domain.as_str()));
    domains.sort_unstable();
    domains.dedup();
    // What lies below a domain of the list is found by it.
    let known: HashSet<String> = domains.iter().cloned().collect();
    domains.retain(|domain| !parents(domain).any(|parent| known.contains(parent)));
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("disposable_domains.txt"), domains.join("\n"))?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=not_disposable.txt");
    Ok(())
}

/// The domains above `domain`: `b.c` and `c` of `a.b.c`.
fn parents(domain: &str) -> impl Iterator<Item = &str> {
    iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, parent)| parent)).skip(1)
}
