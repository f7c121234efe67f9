use folders::{Folders, TeamFolder};
use http_api::ParameterError;

use crate::BucketError;

/// The longest key or prefix of S3, in bytes.
///
/// Source: "Naming Amazon S3 objects" in the Amazon S3 user guide.
pub const KEY_BYTES_MAX: usize = 1024;

/// A key or a prefix in a request. A leading `~/` stands for the caller's home, and `~team/` for the folder of the
/// caller's team. Both are known only once the caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    name: &'static str,
    root: Root,
    rest: String,
}

/// What the rest of a place is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    Bucket,
    Home,
    Team,
}

/// What starts a place that is not below the bucket itself.
const ROOTS: [(&str, Root); 2] = [("~/", Root::Home), ("~team/", Root::Team)];

/// What somebody is told who asks for the team's folder and is in no team.
const NO_TEAM: &str = "You are in no team, so ~team/ stands for no folder.";

impl Place {
    /// Parses the value of the parameter `name`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] when it is longer than a key can be.
    pub fn parse(name: &'static str, text: &str) -> Result<Self, ParameterError> {
        let below = ROOTS.iter().find_map(|(start, root)| Some((text.strip_prefix(start)?, *root)));
        let (rest, root) = below.unwrap_or((text, Root::Bucket));
        let place = Self { name, root, rest: rest.to_owned() };
        if place.rest.len() > KEY_BYTES_MAX {
            return Err(ParameterError::TooLong { name, bytes_max: KEY_BYTES_MAX });
        }
        Ok(place)
    }

    /// The key or prefix in the bucket, for a caller with these `folders`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] when it is longer than a key can be, or when there are no teams;
    /// [`BucketError::AccessDenied`] when the caller is in none.
    pub fn in_bucket(&self, folders: &Folders) -> Result<String, BucketError> {
        let invalid = |problem: String| ParameterError::Invalid { name: self.name, problem: problem.into() };
        let (folder, what) = match (self.root, &folders.team) {
            (Root::Bucket, _) => return Ok(self.rest.clone()),
            (Root::Home, _) => (&folders.home, "your home replaces ~/"),
            (Root::Team, TeamFolder::Prefix(prefix)) => (prefix, "your team's folder replaces ~team/"),
            (Root::Team, TeamFolder::None) => return Err(BucketError::AccessDenied(NO_TEAM)),
            (Root::Team, TeamFolder::Unknown) => {
                return Err(invalid("starts with ~team/, but there are no teams here".to_owned()).into());
            }
        };
        let text = format!("{folder}{}", self.rest);
        match text.len() {
            0..=KEY_BYTES_MAX => Ok(text),
            _ => Err(invalid(format!("is longer than {KEY_BYTES_MAX} bytes when {what}")).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use validation::{TeamPrefix, token::Team};

    use super::*;

    const HOME: &str = "private/eu-west-1:1/";

    fn folders(team: Option<&str>) -> Folders {
        let prefix = TeamPrefix::parse("team/{team}/").unwrap();
        Folders::new(HOME.to_owned(), Some(&prefix), team.and_then(Team::parse).as_ref())
    }

    #[test]
    fn a_leading_tilde_and_slash_stand_for_the_home() {
        let cases = [
            ("~/", "private/eu-west-1:1/"),
            ("~/a b", "private/eu-west-1:1/a b"),
            ("~/~/", "private/eu-west-1:1/~/"),
            ("~//", "private/eu-west-1:1//"),
            ("public/", "public/"),
            ("", ""),
            ("~", "~"),
            ("~team/", "team/red/"),
            ("~team/a/~team/", "team/red/a/~team/"),
            ("~team", "~team"),
            ("~teams/a", "~teams/a"),
            ("a~team/", "a~team/"),
            ("/~team/", "/~team/"),
            ("a~/", "a~/"),
            ("/~/", "/~/"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                Place::parse("key", text).unwrap().in_bucket(&folders(Some("red"))).as_deref(),
                Ok(expected),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_length_is_checked_on_both_sides() {
        let folders = folders(Some("red"));
        let place = |text: &str| Place::parse("key", text)?.in_bucket(&folders);
        let problem = |problem| Err(ParameterError::invalid("key", problem).into());
        let too_long = || Err(ParameterError::TooLong { name: "key", bytes_max: 1024 }.into());
        assert_eq!(place(&"a".repeat(1024)), Ok("a".repeat(1024)));
        assert_eq!(place(&"a".repeat(1025)), too_long());
        // Two bytes each.
        assert_eq!(place(&"ä".repeat(513)), too_long());
        let in_home = |len: usize| place(&format!("~/{}", "a".repeat(len - HOME.len())));
        assert_eq!(in_home(1024).map(|key| key.len()), Ok(1024));
        assert_eq!(in_home(1025), problem("is longer than 1024 bytes when your home replaces ~/"));
    }

    #[test]
    fn without_a_team_there_is_no_folder_of_a_team() {
        let place = Place::parse("prefix", "~team/a").unwrap();
        assert_eq!(place.in_bucket(&folders(None)), Err(BucketError::AccessDenied(NO_TEAM)));
        let nowhere = Folders::new(HOME.to_owned(), None, Team::parse("red").as_ref());
        let problem = ParameterError::invalid("prefix", "starts with ~team/, but there are no teams here");
        assert_eq!(place.in_bucket(&nowhere), Err(problem.into()));
        // What is the caller's own follows from both.
        for (folders, own) in [(folders(Some("red")), true), (folders(Some("re")), false), (folders(None), false)] {
            assert_eq!(folders.contain("team/red/a"), own);
            assert!(folders.contain("private/eu-west-1:1/a") && !folders.contain("public/a"));
        }
    }
}
