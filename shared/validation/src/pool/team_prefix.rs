use std::fmt;

use super::prefix::{Places, Prefix, PrefixError};
use crate::token::Team;

/// The S3 prefix of what a team shares, with a place for its name: `team/{team}/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamPrefix(Prefix<()>);

const PLACES: Places<()> = Places { known: &[("{team}", ())], names: "{team}", example: "team/{team}/" };

impl TeamPrefix {
    /// Parses the prefix.
    ///
    /// # Errors
    ///
    /// A [`PrefixError`], for the same reasons as of a home.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        Prefix::parse(text, &PLACES).map(Self)
    }

    /// The folder of `team`.
    #[must_use]
    pub fn of(&self, team: &Team) -> String {
        self.0.of(team.as_str())
    }
}

/// The text that it was parsed from.
impl fmt::Display for TeamPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_the_teams_name() {
        let team = Team::parse("red").unwrap();
        assert_eq!(TeamPrefix::parse("team/{team}/").unwrap().of(&team), "team/red/");
        for text in ["team/", "team/{team}", "team/{sub}/", "{team}/{team}/", "a b/{team}/", "/{team}/"] {
            assert!(TeamPrefix::parse(text).is_err(), "{text}");
        }
        let message = TeamPrefix::parse("team/").unwrap_err().to_string();
        assert_eq!(message, "needs {team} exactly once, as in team/{team}/");
    }
}
