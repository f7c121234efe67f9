use super::{IdentityId, is_segment};
use crate::token::Subject;

/// The S3 prefix of a person's own objects, with a place for whose it is: the identity id, as in
/// `private/{identity_id}/`, or the `sub` of the token, as in `private/{sub}/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomePrefix {
    before: String,
    owner: Owner,
    after: String,
}

/// What a home is named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Identity,
    Subject,
}

/// The place for the owner, by what it is for.
const PLACES: [(&str, Owner); 2] = [("{identity_id}", Owner::Identity), ("{sub}", Owner::Subject)];

/// Why a text is not a home prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HomePrefixError {
    /// Without the place, all people would share one home. Two of them are probably a mistake.
    #[error("needs {{identity_id}} or {{sub}} exactly once, as in private/{{identity_id}}/")]
    Placeholder,
    /// Without the slash, names would run into the owner's, and no policy for `…/*` would cover the home.
    #[error("needs a / at its end, as in private/{{identity_id}}/")]
    Slash,
    /// A slash at the start, or two in a row, makes names that look like other names.
    #[error("has an empty part: no / at the start and no //")]
    EmptyPart,
    /// The role's policy has to name the home too, and there these characters mean something else. Other braces are
    /// probably a mistake.
    #[error("has braces, *, ?, $, a space or a control character outside {{identity_id}} and {{sub}}")]
    Character,
    /// S3 keys have 1,024 bytes; a home must leave room for names.
    #[error("is longer than {} bytes", HomePrefix::LEN_MAX)]
    TooLong,
}

/// The `sub` of a token cannot be one segment of a key. Cognito's own are UUIDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sub cannot be one segment of a key")]
pub struct UnusableSubject;

impl HomePrefix {
    /// Longest template, in bytes.
    const LEN_MAX: usize = 512;

    /// Parses the template.
    ///
    /// # Errors
    ///
    /// A [`HomePrefixError`] when the place for the owner is missing or repeated, when there is no slash at the end,
    /// when a part is empty, when a character means something else in a policy, or when the template is too long.
    pub fn parse(text: &str) -> Result<Self, HomePrefixError> {
        let found = PLACES.iter().find_map(|(place, owner)| Some((text.split_once(place)?, *owner)));
        let ((before, after), owner) = found.ok_or(HomePrefixError::Placeholder)?;
        if PLACES.iter().any(|(place, _)| before.contains(place) || after.contains(place)) {
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
        Ok(Self { before: before.to_owned(), owner, after: after.to_owned() })
    }

    /// The home of the person who is `identity` to the identity pool and `subject` to the user pool.
    ///
    /// # Errors
    ///
    /// [`UnusableSubject`] when homes are named after the `sub`, and this one could lead into another home.
    pub fn of(&self, identity: &IdentityId, subject: &Subject) -> Result<String, UnusableSubject> {
        let owner = match self.owner {
            Owner::Identity => identity.as_str(),
            Owner::Subject if is_segment(subject.as_str()) => subject.as_str(),
            Owner::Subject => return Err(UnusableSubject),
        };
        Ok(format!("{}{owner}{}", self.before, self.after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_holds_the_identity_id_or_the_sub() {
        let identity = IdentityId::parse("eu-west-1:12345678-1234-1234-1234-123456789abc").unwrap();
        let home = |template: &str, subject: &str| {
            HomePrefix::parse(template).unwrap().of(&identity, &Subject::new(subject.to_owned()))
        };
        for (template, expected) in [
            ("private/{identity_id}/", "private/eu-west-1:12345678-1234-1234-1234-123456789abc/"),
            ("{identity_id}/", "eu-west-1:12345678-1234-1234-1234-123456789abc/"),
            ("a/{identity_id}/b/", "a/eu-west-1:12345678-1234-1234-1234-123456789abc/b/"),
            ("private/{sub}/", "private/subject-1/"),
            ("{sub}/b/", "subject-1/b/"),
        ] {
            assert_eq!(home(template, "subject-1").as_deref(), Ok(expected));
        }
        for subject in ["..", "a/b", "*", ""] {
            assert_eq!(home("private/{sub}/", subject), Err(UnusableSubject), "{subject:?}");
            assert!(home("private/{identity_id}/", subject).is_ok(), "{subject:?}");
        }
    }

    #[test]
    fn a_template_that_could_mix_homes_is_refused() {
        let long = format!("{}/{{identity_id}}/", "a".repeat(498));
        let cases = [
            ("", HomePrefixError::Placeholder),
            ("private/", HomePrefixError::Placeholder),
            ("{identity_id}/{identity_id}/", HomePrefixError::Placeholder),
            ("{identity_id}/{sub}/", HomePrefixError::Placeholder),
            ("{sub}/{identity_id}/", HomePrefixError::Placeholder),
            ("{sub}{sub}/", HomePrefixError::Placeholder),
            ("private/{sub}", HomePrefixError::Slash),
            ("{sub}/{tenant}/", HomePrefixError::Character),
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
