use std::fmt;

use objects::{NotSealed, Sealed};

use crate::asked::Asked;

/// Where a page ended: S3's own marker, sealed with the listing that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor(Sealed);

/// What the pages list. S3 marks the end of a page differently for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Objects,
    Versions,
}

impl Cursor {
    pub(crate) fn seal(kind: Kind, marker: &str, asked: &Asked) -> Self {
        Self(Sealed::seal(marker, &belongs_to(kind, asked)))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, NotSealed> {
        Sealed::parse(text).map(Self)
    }

    /// S3's marker, when the cursor is one of this listing.
    pub(crate) fn open(&self, kind: Kind, asked: &Asked) -> Result<&str, NotSealed> {
        self.0.open(&belongs_to(kind, asked))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn belongs_to(kind: Kind, asked: &Asked) -> [&str; 3] {
    let kind = match kind {
        Kind::Objects => "cursor",
        Kind::Versions => "cursor of versions",
    };
    [kind, &asked.prefix, asked.delimiter.as_deref().unwrap_or_default()]
}
