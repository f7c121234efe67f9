use super::IdentityId;

/// The S3 prefix of a person's own objects, with a place for the identity id, e.g. `private/{identity_id}/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomePrefix {
    before: String,
    after: String,
}

/// Why a text is not a home prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HomePrefixError {
    /// Without the place, all people would share one home. Two of them are probably a mistake.
    #[error("needs {{identity_id}} exactly once, as in private/{{identity_id}}/")]
    Placeholder,
    /// Without the slash, names would run into the identity id, and no policy for `…/*` would cover the home.
    #[error("needs a / at its end, as in private/{{identity_id}}/")]
    Slash,
    /// A slash at the start, or two in a row, makes names that look like other names.
    #[error("has an empty part: no / at the start and no //")]
    EmptyPart,
    /// The role's policy has to name the home too, and there these characters mean something else. Other braces are
    /// probably a mistake.
    #[error("has braces, *, ?, $, a space or a control character outside {{identity_id}}")]
    Character,
    /// S3 keys have 1,024 bytes; a home must leave room for names.
    #[error("is longer than {} bytes", HomePrefix::LEN_MAX)]
    TooLong,
}

impl HomePrefix {
    const PLACEHOLDER: &str = "{identity_id}";
    /// Longest template, in bytes.
    const LEN_MAX: usize = 512;

    /// Parses the template.
    ///
    /// # Errors
    ///
    /// A [`HomePrefixError`] when the place for the identity id is missing or repeated, when there is no slash at the
    /// end, when a part is empty, when a character means something else in a policy, or when the template is too long.
    pub fn parse(text: &str) -> Result<Self, HomePrefixError> {
        let (before, after) = text.split_once(Self::PLACEHOLDER).ok_or(HomePrefixError::Placeholder)?;
        if after.contains(Self::PLACEHOLDER) {
            return Err(HomePrefixError::Placeholder);
        }
        if !after.ends_with('/') {
            return Err(HomePrefixError::Slash);
        }
        if text.starts_with('/') || text.contains("//") {
            return Err(HomePrefixError::EmptyPart);
        }
        let is_odd = |c: char| matches!(c, '{' | '}' | '*' | '?' | '$') || c.is_whitespace() || c.is_control();
        if before.contains(is_odd) || after.contains(is_odd) {
            return Err(HomePrefixError::Character);
        }
        if text.len() > Self::LEN_MAX {
            return Err(HomePrefixError::TooLong);
        }
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }

    /// The home of `identity`.
    #[must_use]
    pub fn of(&self, identity: &IdentityId) -> String {
        format!("{}{identity}{}", self.before, self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_holds_the_identity_id() {
        let identity = IdentityId::parse("eu-west-1:12345678-1234-1234-1234-123456789abc").unwrap();
        for (template, home) in [
            ("private/{identity_id}/", "private/eu-west-1:12345678-1234-1234-1234-123456789abc/"),
            ("{identity_id}/", "eu-west-1:12345678-1234-1234-1234-123456789abc/"),
            ("a/{identity_id}/b/", "a/eu-west-1:12345678-1234-1234-1234-123456789abc/b/"),
        ] {
            assert_eq!(HomePrefix::parse(template).unwrap().of(&identity), home);
        }
    }

    #[test]
    fn a_template_that_could_mix_homes_is_refused() {
        let long = format!("{}/{{identity_id}}/", "a".repeat(498));
        let cases = [
            ("", HomePrefixError::Placeholder),
            ("private/", HomePrefixError::Placeholder),
            ("{identity_id}/{identity_id}/", HomePrefixError::Placeholder),
            ("private/{identity_id}", HomePrefixError::Slash),
            ("private/{identity_id}/x", HomePrefixError::Slash),
            ("/private/{identity_id}/", HomePrefixError::EmptyPart),
            ("private//{identity_id}/", HomePrefixError::EmptyPart),
            ("private/{identity_id}//", HomePrefixError::EmptyPart),
            ("{tenant}/{identity_id}/", HomePrefixError::Character),
            ("{{identity_id}}/", HomePrefixError::Character),
            ("private/*/{identity_id}/", HomePrefixError::Character),
            ("private/${x}/{identity_id}/", HomePrefixError::Character),
            ("my files/{identity_id}/", HomePrefixError::Character),
            ("private\n/{identity_id}/", HomePrefixError::Character),
            (&long, HomePrefixError::TooLong),
        ];
        for (template, expected) in cases {
            assert_eq!(HomePrefix::parse(template), Err(expected), "{template:?}");
        }
        assert_eq!(long.len(), 513);
        assert!(HomePrefix::parse(&long[1..]).is_ok());
        assert_eq!(HomePrefixError::TooLong.to_string(), "is longer than 512 bytes");
    }
}
