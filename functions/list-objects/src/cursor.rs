use std::fmt;

use objects::{NotSealed, Sealed};

/// Where a page ended: S3's own marker, sealed with the listing that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor(Sealed);

impl Cursor {
    pub(crate) fn seal(marker: &str, prefix: &str, delimiter: Option<&str>) -> Self {
        Self(Sealed::seal(marker, &listing(prefix, delimiter)))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, NotSealed> {
        Sealed::parse(text).map(Self)
    }

    /// S3's marker, when the cursor is one of this listing.
    pub(crate) fn open(&self, prefix: &str, delimiter: Option<&str>) -> Result<&str, NotSealed> {
        self.0.open(&listing(prefix, delimiter))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a cursor belongs to.
fn listing<'a>(prefix: &'a str, delimiter: Option<&'a str>) -> [&'a str; 3] {
    ["cursor", prefix, delimiter.unwrap_or_default()]
}
