use http_api::ParameterError;

/// The longest key or prefix of S3, in bytes.
///
/// Source: "Naming Amazon S3 objects" in the Amazon S3 user guide.
pub const KEY_BYTES_MAX: usize = 1024;

/// A key or a prefix in a request. A leading `~/` stands for the caller's home, which is known only once the caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    name: &'static str,
    is_in_home: bool,
    rest: String,
}

impl Place {
    /// Parses the value of the parameter `name`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] when it is longer than a key can be.
    pub fn parse(name: &'static str, text: &str) -> Result<Self, ParameterError> {
        let below_home = text.strip_prefix("~/");
        let place = Self { name, is_in_home: below_home.is_some(), rest: below_home.unwrap_or(text).to_owned() };
        if place.rest.len() > KEY_BYTES_MAX {
            return Err(ParameterError::TooLong { name, bytes_max: KEY_BYTES_MAX });
        }
        Ok(place)
    }

    /// The key or prefix in the bucket, for a caller with this `home`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] when it is longer than a key can be.
    pub fn in_bucket(&self, home: &str) -> Result<String, ParameterError> {
        let text = if self.is_in_home { format!("{home}{}", self.rest) } else { self.rest.clone() };
        match text.len() {
            0..=KEY_BYTES_MAX => Ok(text),
            _ => Err(ParameterError::Invalid {
                name: self.name,
                problem: format!("is longer than {KEY_BYTES_MAX} bytes when your home replaces ~/").into(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "private/eu-west-1:1/";

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
            ("a~/", "a~/"),
            ("/~/", "/~/"),
        ];
        for (text, expected) in cases {
            assert_eq!(Place::parse("key", text).unwrap().in_bucket(HOME).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn a_length_is_checked_on_both_sides() {
        let place = |text: &str| Place::parse("key", text).and_then(|place| place.in_bucket(HOME));
        let problem = |problem| Err(ParameterError::invalid("key", problem));
        let too_long = || Err(ParameterError::TooLong { name: "key", bytes_max: 1024 });
        assert_eq!(place(&"a".repeat(1024)), Ok("a".repeat(1024)));
        assert_eq!(place(&"a".repeat(1025)), too_long());
        // Two bytes each.
        assert_eq!(place(&"ä".repeat(513)), too_long());
        let in_home = |len: usize| place(&format!("~/{}", "a".repeat(len - HOME.len())));
        assert_eq!(in_home(1024).map(|key| key.len()), Ok(1024));
        assert_eq!(in_home(1025), problem("is longer than 1024 bytes when your home replaces ~/"));
    }
}
