use std::fmt;

use serde_json::Value;

use crate::pool::is_segment;

/// The team of a verified token: one segment of a key. Private, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Team(String);

impl Team {
    /// Parses a team's name. `None` for a text that cannot be one segment of a key (empty, over 64 bytes, `.`, `..`, or
    /// with a slash, a control character or one of `*?$`): it could lead into another folder.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_segment(text).then(|| Self(text.to_owned()))
    }

    /// The team that a claim names. Anything but a string that can be a name counts as none.
    pub(super) fn of_claim(claim: Option<&Value>) -> Option<Self> {
        claim?.as_str().and_then(Self::parse)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Team(** redacted **)")
    }
}
