//! Turns the disposable-mail list of the `mailchecker` crate into one sorted text.
//!
//! As a table of string slices the list would cost the function a megabyte and tens of thousands of relocations at
//! every cold start; as one text it costs neither, and a binary search finds a domain in it.

use std::{env, error::Error, fs, path::PathBuf};

#[expect(clippy::disallowed_methods, reason = "a build script is told its folder through the environment")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut domains: Vec<String> =
        mailchecker::blacklist().into_iter().map(|domain| domain.trim().to_ascii_lowercase()).collect();
    domains.retain(|domain| !domain.is_empty() && domain.is_ascii());
    domains.sort_unstable();
    domains.dedup();
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("disposable_domains.txt"), domains.join("\n"))?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
