use std::fmt;

/// A prefix of the bucket with a place for a name, such as `private/{sub}/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prefix<O> {
    before: String,
    place: &'static str,
    pub(super) owner: O,
    after: String,
}

/// The places that a kind of prefix may have, each with what it is for, and how to speak of them.
pub(super) struct Places<O: 'static> {
    pub(super) known: &'static [(&'static str, O)],
    pub(super) names: &'static str,
    pub(super) example: &'static str,
}

/// Why a text is not a prefix with a place for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    /// Without the place, all people would share one folder. Two of them are probably a mistake.
    #[error("needs {names} exactly once, as in {example}")]
    Place {
        /// The places that it could have.
        names: &'static str,
        /// A prefix.
        example: &'static str,
    },
    /// Without the slash, names would run into the owner's, and no policy for `…/*` would cover the folder.
    #[error("needs a / at its end, as in {example}")]
    Slash {
        /// A prefix.
        example: &'static str,
    },
    /// A slash at the start, or two in a row, makes names that look like other names.
    #[error("has an empty part: no / at the start and no //")]
    EmptyPart,
    /// The role's policy has to name the folder too, and there these characters mean something else. Other braces are
    /// probably a mistake.
    #[error("has braces, *, ?, $, a space or a control character outside {names}")]
    Character {
        /// The places that it could have.
        names: &'static str,
    },
    /// S3 keys have 1,024 bytes; a folder must leave room for names.
    #[error("is longer than {LEN_MAX} bytes")]
    TooLong,
}

/// Longest prefix, in bytes.
const LEN_MAX: usize = 512;

impl<O: Copy> Prefix<O> {
    /// Parses a prefix with one of `places`.
    pub(super) fn parse(text: &str, places: &Places<O>) -> Result<Self, PrefixError> {
        let missing = PrefixError::Place { names: places.names, example: places.example };
        let found = places.known.iter().find_map(|(place, owner)| Some((text.split_once(place)?, *place, *owner)));
        let ((before, after), place, owner) = found.ok_or(missing)?;
        if places.known.iter().any(|(place, _)| before.contains(place) || after.contains(place)) {
            return Err(missing);
        }
        if !after.ends_with('/') {
            return Err(PrefixError::Slash { example: places.example });
        }
        if text.starts_with('/') || text.contains("//") {
            return Err(PrefixError::EmptyPart);
        }
        let is_odd = |c: char| matches!(c, '{' | '}' | '*' | '?' | '$') || c.is_whitespace() || c.is_control();
        if before.contains(is_odd) || after.contains(is_odd) {
            return Err(PrefixError::Character { names: places.names });
        }
        if text.len() > LEN_MAX {
            return Err(PrefixError::TooLong);
        }
        Ok(Self { before: before.to_owned(), place, owner, after: after.to_owned() })
    }

    /// The folder of the owner `name`, which must be one segment of a key.
    pub(super) fn of(&self, name: &str) -> String {
        format!("{}{name}{}", self.before, self.after)
    }
}

/// The text that it was parsed from.
impl<O> fmt::Display for Prefix<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.before, self.place, self.after)
    }
}
