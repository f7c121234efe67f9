use http_api::ParameterError;
use objects::{BucketError, Place};
use percent_encoding::percent_decode_str;

/// In the path's place: the key is in the query.
const IN_QUERY: &str = "-";

/// Source: "Naming Amazon S3 objects" in the Amazon S3 user guide: `..` segments that lead above the bucket.
const ABOVE_BUCKET: ParameterError =
    ParameterError::invalid("key", "has more .. segments than there are segments before them, which S3 does not take");

const DOT_SEGMENT: ParameterError = ParameterError::invalid(
    "key",
    "has a . or .. segment, which browsers and other clients take out of a link; an AWS SDK can use such a key",
);

const DENIED: &str = "Objects are written and deleted in your own home alone. A key that starts with ~/ lies there.";

/// Which object a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectKey(Place);

impl ObjectKey {
    /// The key of `path`, in which the escapes that the gateway has left are decoded, or, where the path is `-`, the
    /// `key` of the query.
    ///
    /// An HTTP API decodes a path before it hands it on. It may cut the path at a `?` that was encoded, and decode once
    /// more what an encoded `%` makes: a key with either is safe in the query alone, which comes as it was sent.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] when the key is not UTF-8, too long, missing, or in both places.
    pub(crate) fn parse(path: &str, key: Option<&str>) -> Result<Self, ParameterError> {
        let place = match (path, key) {
            (IN_QUERY, Some("")) => return Err(ParameterError::Missing("key")),
            (IN_QUERY, Some(key)) => Place::parse("key", key)?,
            (_, Some(_)) => return Err(ParameterError::invalid("key", "goes with the path /objects/-")),
            (path, None) => {
                let decoded = percent_decode_str(path).decode_utf8().map_err(|_| ParameterError::Encoding)?;
                Place::parse("key", &decoded)?
            }
        };
        Ok(Self(place))
    }

    /// The key in the bucket, for a caller with this `home`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] when it is longer than a key can be, or when S3 would refuse it.
    fn in_bucket(&self, home: &str) -> Result<String, ParameterError> {
        let key = self.0.in_bucket(home)?;
        let mut depth = 0_usize;
        for segment in key.split('/') {
            depth = match segment {
                ".." => depth.checked_sub(1).ok_or(ABOVE_BUCKET)?,
                _ => depth + 1,
            };
        }
        Ok(key)
    }

    /// The key in the bucket, if a link to it can be followed.
    ///
    /// # Errors
    ///
    /// As [`ObjectKey::in_home`], save for the home; and [`ParameterError::Invalid`] when a segment is `.` or `..`, which
    /// clients take out of an address before they send it (RFC 3986 §5.2.4), so that the signature would not hold.
    pub(crate) fn in_link(&self, home: &str) -> Result<String, ParameterError> {
        let key = self.in_bucket(home)?;
        if objects::can_be_linked(&key) { Ok(key) } else { Err(DOT_SEGMENT) }
    }

    /// The key in the bucket, if it lies in `home` and a link to it can be followed.
    ///
    /// # Errors
    ///
    /// As [`ObjectKey::in_home`] and [`ObjectKey::in_link`].
    pub(crate) fn in_home_and_link(&self, home: &str) -> Result<String, BucketError> {
        self.in_home(home)?;
        Ok(self.in_link(home)?)
    }

    /// The key in the bucket, if it lies in `home`.
    ///
    /// # Errors
    ///
    /// As [`ObjectKey::in_bucket`], and [`BucketError::AccessDenied`] when it lies elsewhere: a policy that allowed more
    /// by a slip is not enough to write there.
    pub(crate) fn in_home(&self, home: &str) -> Result<String, BucketError> {
        let key = self.in_bucket(home)?;
        if key.starts_with(home) { Ok(key) } else { Err(BucketError::AccessDenied(DENIED)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "private/eu-west-1:1/";

    fn key(path: &str, key: Option<&str>) -> Result<String, String> {
        let parsed = ObjectKey::parse(path, key).and_then(|key| key.in_bucket(HOME));
        parsed.map_err(|error| error.to_string())
    }

    #[test]
    fn the_key_is_in_the_path_or_in_the_query() {
        let cases = [
            ("public/a.txt", None, Ok("public/a.txt")),
            ("~/a b.txt", None, Ok("private/eu-west-1:1/a b.txt")),
            ("~/a+b", None, Ok("private/eu-west-1:1/a+b")),
            ("~/", None, Ok("private/eu-west-1:1/")),
            ("-", None, Ok("-")),
            ("/a//b", None, Ok("/a//b")),
            // What the gateway may leave of an encoded %, and what our reading of events encodes anew.
            ("100%25", None, Ok("100%")),
            ("100%", None, Ok("100%")),
            ("a%252Fb", None, Ok("a%2Fb")),
            ("a%3Fb%20c", None, Ok("a?b c")),
            ("%ff", None, Err("The parameters are not percent-encoded UTF-8.")),
            ("-", Some("~/a?b%25"), Ok("private/eu-west-1:1/a?b%25")),
            ("-", Some("-"), Ok("-")),
            ("-", Some(""), Err("key is missing.")),
            ("a", Some("a"), Err("key goes with the path /objects/-.")),
        ];
        for (path, query, expected) in cases {
            assert_eq!(key(path, query), expected.map(str::to_owned).map_err(str::to_owned), "{path} {query:?}");
        }
        assert_eq!(key(&"a".repeat(1024), None).map(|key| key.len()), Ok(1024));
        assert_eq!(key(&"a".repeat(1025), None), Err("key is longer than 1024 bytes.".to_owned()));
    }

    #[test]
    fn a_home_is_all_below_its_prefix_and_nothing_else() {
        let in_home = |path: &str| ObjectKey::parse(path, None).unwrap().in_home(HOME);
        for path in ["~/a", "~/", "~/../b", "private/eu-west-1:1/a"] {
            assert!(in_home(path).is_ok(), "{path}");
        }
        for path in ["public/a", "private/eu-west-1:12/a", "private/eu-west-1:1", "Private/eu-west-1:1/a", "~a", "/~/a"]
        {
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
            assert_eq!(key.in_bucket(HOME).map(drop), in_bucket, "{path}");
            assert_eq!(key.in_link(HOME).map(drop), in_link, "{path}");
        }
    }
}
