use std::{ffi::OsStr, fmt, path::PathBuf, str::FromStr};

use crate::{error::CliError, show, sign_in::Folders};

/// The longest key of S3, in bytes.
///
/// Source: "Naming Amazon S3 objects" in the Amazon S3 user guide.
const KEY_BYTES_MAX: usize = 1024;

/// A place in the bucket, as people write it: `home:PATH`, `team:PATH` or `bucket:KEY`. It is an object, or a folder: every
/// key that starts with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    root: Root,
    pub(crate) path: String,
}

/// What the path is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    Home,
    Team,
    Bucket,
}

/// Where something is copied from or to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// `-`: standard input or output.
    Stream,
    /// On this machine.
    Here(PathBuf),
    /// In the bucket.
    There(Place),
}

const ROOTS: [(&str, Root); 3] = [("home:", Root::Home), ("team:", Root::Team), ("bucket:", Root::Bucket)];

impl Place {
    /// The key, or the start of keys, that this is for a person with these `folders`.
    ///
    /// # Errors
    ///
    /// [`CliError::Refused`] when the person is in no team; [`CliError::Usage`] when a key cannot be so long.
    pub(super) fn key(&self, folders: &Folders) -> Result<String, CliError> {
        let folder = match (self.root, &folders.team) {
            (Root::Home, _) => &folders.home,
            (Root::Team, Some(team)) => team,
            (Root::Team, None) => return Err(CliError::Refused("You are in no team.".to_owned())),
            (Root::Bucket, _) => "",
        };
        match format!("{folder}{}", self.path) {
            key if key.len() <= KEY_BYTES_MAX => Ok(key),
            _ => Err(CliError::Usage(format!("{self} is too long: a key has at most {KEY_BYTES_MAX} bytes."))),
        }
    }

    /// How a person with these `folders` writes `key`.
    pub(super) fn of(key: &str, folders: &Folders) -> Self {
        let team = folders.team.iter().map(|team| (team.as_str(), Root::Team));
        let mut known = team.chain([(folders.home.as_str(), Root::Home)]);
        let below = known.find_map(|(folder, root)| Some((root, key.strip_prefix(folder)?)));
        let (root, path) = below.unwrap_or((Root::Bucket, key));
        Self { root, path: path.to_owned() }
    }

    /// Whether it is a folder by its name.
    pub(crate) fn is_folder(&self) -> bool {
        self.path.is_empty() || self.path.ends_with('/')
    }

    /// The same, as a folder.
    pub(crate) fn as_folder(&self) -> Self {
        let slash = if self.is_folder() { "" } else { "/" };
        Self { root: self.root, path: format!("{}{slash}", self.path) }
    }

    /// What is called `name` in this folder.
    pub(crate) fn join(&self, name: &str) -> Self {
        let folder = self.as_folder();
        Self { path: format!("{}{name}", folder.path), ..folder }
    }

    /// The last part of its path.
    pub(crate) fn name(&self) -> &str {
        self.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }

    /// The same as a person would write it, with every character as it is.
    pub(crate) fn exact(&self) -> String {
        format!("{}{}", self.root.start(), self.path)
    }

    /// Refuses a path that other clients could not reach: they remove `.` and `..` from an address before they send it
    /// (RFC 3986 §5.2.4).
    ///
    /// # Errors
    ///
    /// [`CliError::Usage`] when there is such a segment.
    pub(crate) fn check_writable(&self) -> Result<(), CliError> {
        if self.path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(CliError::Usage(format!(
                "{self} cannot be written: a key has no . or .. between its slashes."
            )));
        }
        Ok(())
    }
}

impl Root {
    fn start(self) -> &'static str {
        ROOTS.iter().find(|(_, root)| *root == self).map_or("", |(start, _)| start)
    }
}

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = ROOTS.iter().find_map(|(start, root)| Some((*root, text.strip_prefix(start)?)));
        let (root, path) = found.ok_or("expected home:PATH, team:PATH or bucket:KEY")?;
        Ok(Self { root, path: path.to_owned() })
    }
}

/// Control characters, which could change the terminal or break the line, are escaped.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.root.start(), show::name(&self.path))
    }
}

impl Location {
    /// Reads what a person wrote. A file whose name starts like a place is written with `./` before it.
    pub(crate) fn of(text: &OsStr) -> Self {
        match text.to_str() {
            Some("-") => Self::Stream,
            Some(text) if ROOTS.iter().any(|(start, _)| text.starts_with(start)) => {
                text.parse().map_or_else(|_| Self::Here(text.into()), Self::There)
            }
            _ => Self::Here(text.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(team: Option<&str>) -> Folders {
        let (bucket, home) = ("b".to_owned(), "private/1/".to_owned());
        Folders { bucket, home, team: team.map(str::to_owned) }
    }

    #[test]
    fn a_place_is_a_key_of_its_person() {
        let team = Some("team/blue/");
        let cases = [
            ("home:", team, Some("private/1/")),
            ("home:a/b.txt", team, Some("private/1/a/b.txt")),
            ("home:/a", team, Some("private/1//a")),
            ("team:a", team, Some("team/blue/a")),
            ("team:a", None, None),
            ("bucket:public/a", None, Some("public/a")),
            ("bucket:", None, Some("")),
        ];
        for (text, team, expected) in cases {
            let (place, folders) = (text.parse::<Place>().unwrap(), folders(team));
            let key = place.key(&folders).ok();
            assert_eq!(key.as_deref(), expected, "{text}");
            if let Some(key) = key {
                assert_eq!(Place::of(&key, &folders), place, "{text}");
                assert_eq!(place.to_string(), text);
            }
        }
        for text in ["a", "~/a", "homes:a", "HOME:a", "s3://b/a", ""] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_has_a_length() {
        let place = |len: usize| Place { root: Root::Home, path: "x".repeat(len - "private/1/".len()) };
        assert!(place(1024).key(&folders(None)).is_ok());
        assert!(place(1025).key(&folders(None)).is_err());
    }

    #[test]
    fn a_location_is_a_place_a_stream_or_a_path() {
        let there = |text: &str| Location::There(text.parse().unwrap());
        let here = |text: &str| Location::Here(text.into());
        let cases = [
            ("-", Location::Stream),
            ("home:a", there("home:a")),
            ("bucket:public/", there("bucket:public/")),
            ("./home:a", here("./home:a")),
            ("a:b", here("a:b")),
            ("C:\\a", here("C:\\a")),
            ("-x", here("-x")),
            ("", here("")),
        ];
        for (text, expected) in cases {
            assert_eq!(Location::of(OsStr::new(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_can_be_reached() {
        for (path, is_writable) in
            [("a/b", true), ("a..b", true), ("...", true), ("..", false), ("a/./b", false), ("a/..", false)]
        {
            let place = Place { root: Root::Home, path: path.to_owned() };
            assert_eq!(place.check_writable().is_ok(), is_writable, "{path}");
        }
        let place: Place = "home:a\nb\u{1b}[31m".parse().unwrap();
        assert_eq!(place.to_string(), "home:a\\nb\\u{1b}[31m");
    }

    #[test]
    fn a_place_has_a_name_and_a_folder() {
        let place: Place = "team:a/b.txt".parse().unwrap();
        assert_eq!((place.name(), place.is_folder()), ("b.txt", false));
        assert_eq!(place.join("c").to_string(), "team:a/b.txt/c");
        let folder: Place = "team:a/".parse().unwrap();
        assert_eq!(
            (folder.name(), folder.is_folder(), folder.join("c").to_string()),
            ("a", true, "team:a/c".to_owned())
        );
        let home: Place = "home:".parse().unwrap();
        assert_eq!((home.name(), home.is_folder(), home.join("c").to_string()), ("", true, "home:c".to_owned()));
    }
}
