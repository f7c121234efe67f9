use http_api::ParameterError;
use objects::{BucketError, Folders, Place};
use percent_encoding::percent_decode_str;

/// The path when the key is in the query.
const IN_QUERY: &str = "-";

/// Source: "Naming Amazon S3 objects" in the Amazon S3 user guide (relative path elements).
const ABOVE_BUCKET: ParameterError =
    ParameterError::invalid("key", "has .. segments that lead above the bucket, which S3 does not accept");

const DOT_SEGMENT: ParameterError = ParameterError::invalid(
    "key",
    "has a . or .. segment, which browsers and other clients remove from a link; use an AWS SDK for such a key",
);

const DENIED: &str =
    "You can write and delete objects only in your own home. A key that starts with ~/ is in your home.";

/// The key of the object in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectKey(Place);

impl ObjectKey {
    /// Reads the key from `path`, and decodes the escapes that the gateway has left in it. When the path is `-`, reads
    /// the `key` of the query.
    ///
    /// An HTTP API decodes a path before it passes it on. It may cut the path at an encoded `?`, and decode an encoded
    /// `%` twice. A key with either is safe only in the query, which is passed on unchanged.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] when the key is not UTF-8, too long, missing, or in both places.
    pub(crate) fn parse(path: &str, key: Option<&str>) -> Result<Self, ParameterError> {
        let place = match (path, key) {
            (IN_QUERY, None | Some("")) => return Err(ParameterError::Missing("key")),
            (IN_QUERY, Some(key)) => Place::parse("key", key)?,
            (_, Some(_)) => return Err(ParameterError::invalid("key", "can be used only with the path /objects/-")),
            (path, None) => {
                let decoded = percent_decode_str(path).decode_utf8().map_err(|_| ParameterError::Encoding)?;
                Place::parse("key", &decoded)?
            }
        };
        Ok(Self(place))
    }

    /// Parses the value of the parameter `name`.
    ///
    /// # Errors
    ///
    /// As [`Place::parse`].
    pub(crate) fn of_text(name: &'static str, text: &str) -> Result<Self, ParameterError> {
        Place::parse(name, text).map(Self)
    }

    /// The key in the bucket, for a caller with these `folders`.
    ///
    /// # Errors
    ///
    /// As [`Place::in_bucket`], and [`ParameterError::Invalid`] when S3 would refuse it.
    pub(crate) fn in_bucket(&self, folders: &Folders) -> Result<String, BucketError> {
        let key = self.0.in_bucket(folders)?;
        let mut depth = 0_usize;
        for segment in key.split('/') {
            depth = match segment {
                ".." => depth.checked_sub(1).ok_or(ABOVE_BUCKET)?,
                _ => depth + 1,
            };
        }
        Ok(key)
    }

    /// The key in the bucket, when a link to it can be followed.
    ///
    /// # Errors
    ///
    /// As [`ObjectKey::in_bucket`], and [`ParameterError::Invalid`] when a segment is `.` or `..`: clients remove these
    /// from a URL before they send it (RFC 3986 §5.2.4), and then the signature is not valid.
    pub(crate) fn in_link(&self, folders: &Folders) -> Result<String, BucketError> {
        Ok(linkable(self.in_bucket(folders)?)?)
    }

    /// The key in the bucket, when it is in the caller's `folders` and a link to it can be followed.
    ///
    /// # Errors
    ///
    /// As [`ObjectKey::in_home`] and [`ObjectKey::in_link`].
    pub(crate) fn in_home_and_link(&self, folders: &Folders) -> Result<String, BucketError> {
        Ok(linkable(self.in_home(folders)?)?)
    }

    /// The key in the bucket, when it is in the caller's `folders`.
    ///
    /// # Errors
    ///
    /// As [`ObjectKey::in_bucket`], and [`BucketError::AccessDenied`] when it is outside: even if a policy allows more
    /// by mistake, nothing is written there.
    pub(crate) fn in_home(&self, folders: &Folders) -> Result<String, BucketError> {
        let key = self.in_bucket(folders)?;
        refuse_elsewhere(&key, folders)?;
        Ok(key)
    }
}

/// Refuses a key that is not in the caller's `folders`.
///
/// # Errors
///
/// [`BucketError::AccessDenied`].
pub(crate) fn refuse_elsewhere(key: &str, folders: &Folders) -> Result<(), BucketError> {
    if folders.contain(key) { Ok(()) } else { Err(BucketError::AccessDenied(DENIED)) }
}

/// Whether XML 1.0 can hold the key (§2.2). The SDK escapes what a parser would change.
pub(crate) fn is_in_xml(key: &str) -> bool {
    key.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..))
}

/// The key, if a link to it can be followed.
fn linkable(key: String) -> Result<String, ParameterError> {
    if objects::can_be_linked(&key) { Ok(key) } else { Err(DOT_SEGMENT) }
}

#[cfg(test)]
mod tests {
    use validation::{TeamPrefix, token::Team};

    use super::*;

    fn folders() -> Folders {
        let teams = TeamPrefix::parse("team/{team}/").unwrap();
        Folders::new("private/eu-west-1:1/".to_owned(), Some(&teams), Team::parse("red").as_ref())
    }

    fn key(path: &str, key: Option<&str>) -> Result<String, String> {
        let parsed = ObjectKey::parse(path, key).map_err(BucketError::from).and_then(|key| key.in_bucket(&folders()));
        parsed.map_err(|error| match error {
            BucketError::Parameter(error) => error.to_string(),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn the_key_is_in_the_path_or_in_the_query() {
        let cases = [
            ("public/a.txt", None, Ok("public/a.txt")),
            ("~/a b.txt", None, Ok("private/eu-west-1:1/a b.txt")),
            ("~/a+b", None, Ok("private/eu-west-1:1/a+b")),
            ("~/", None, Ok("private/eu-west-1:1/")),
            ("-", None, Err("key is missing.")),
            ("/a//b", None, Ok("/a//b")),
            // What the gateway may leave of an encoded %, and what reading the event encodes again.
            ("100%25", None, Ok("100%")),
            ("100%", None, Ok("100%")),
            ("a%252Fb", None, Ok("a%2Fb")),
            ("a%3Fb%20c", None, Ok("a?b c")),
            ("%ff", None, Err("The parameters are not percent-encoded UTF-8.")),
            ("-", Some("~/a?b%25"), Ok("private/eu-west-1:1/a?b%25")),
            ("-", Some("-"), Ok("-")),
            ("-", Some(""), Err("key is missing.")),
            ("a", Some("a"), Err("key can be used only with the path /objects/-.")),
        ];
        for (path, query, expected) in cases {
            assert_eq!(key(path, query), expected.map(str::to_owned).map_err(str::to_owned), "{path} {query:?}");
        }
        assert_eq!(key(&"a".repeat(1024), None).map(|key| key.len()), Ok(1024));
        assert_eq!(key(&"a".repeat(1025), None), Err("key is longer than 1024 bytes.".to_owned()));
    }

    #[test]
    fn a_home_is_everything_below_its_prefix_and_nothing_else() {
        let in_home = |path: &str| ObjectKey::parse(path, None).unwrap().in_home(&folders());
        for path in ["~/a", "~/", "~/../b", "private/eu-west-1:1/a", "~team/a", "team/red/a"] {
            assert!(in_home(path).is_ok(), "{path}");
        }
        for path in [
            "public/a",
            "team/blue/a",
            "private/eu-west-1:12/a",
            "private/eu-west-1:1",
            "Private/eu-west-1:1/a",
            "~a",
            "/~/a",
        ] {
            assert_eq!(in_home(path), Err(BucketError::AccessDenied(DENIED)), "{path}");
        }
    }

    #[test]
    fn a_key_that_leads_above_the_bucket_is_refused_and_one_with_dot_segments_has_no_link() {
        let above = Err(ABOVE_BUCKET);
        let dots = Err(DOT_SEGMENT);
        let cases = [
            ("~/a", Ok(()), Ok(())),
            ("~/..a/.b/...", Ok(()), Ok(())),
            ("~/a/../b", Ok(()), dots.clone()),
            ("~/../../x", Ok(()), dots.clone()),
            ("~/../../../x", above.clone(), above.clone()),
            ("a/..", Ok(()), dots.clone()),
            ("a/../..", above.clone(), above.clone()),
            ("..", above.clone(), above.clone()),
            ("../a", above.clone(), above),
            (".", Ok(()), dots.clone()),
            ("a/./b", Ok(()), dots.clone()),
            ("a//../b", Ok(()), dots),
        ];
        for (path, in_bucket, in_link) in cases {
            let key = ObjectKey::parse(path, None).unwrap();
            assert_eq!(key.in_bucket(&folders()).map(drop), in_bucket.map_err(BucketError::from), "{path}");
            assert_eq!(key.in_link(&folders()).map(drop), in_link.map_err(BucketError::from), "{path}");
        }
    }

    #[test]
    fn xml_cannot_hold_every_character() {
        for (c, expected) in [
            ('\0', false),
            ('\u{8}', false),
            ('\t', true),
            ('\u{b}', false),
            ('\r', true),
            ('\u{1f}', false),
            (' ', true),
        ]
        .into_iter()
        .chain([('ä', true), ('\u{fffd}', true), ('\u{fffe}', false), ('\u{ffff}', false), ('😀', true)])
        {
            assert_eq!(is_in_xml(&format!("a{c}b")), expected, "{c:?}");
        }
    }
}
