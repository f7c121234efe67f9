use std::fmt;

use super::{
    IdentityId, is_segment,
    prefix::{Places, Prefix, PrefixError},
};
use crate::token::Subject;

/// The S3 prefix of a person's own objects, with a place for whose it is: the identity id, as in
/// `private/{identity_id}/`, or the `sub` of the token, as in `private/{sub}/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomePrefix(Prefix<Owner>);

/// What a home is named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Identity,
    Subject,
}

const PLACES: Places<Owner> = Places {
    known: &[("{identity_id}", Owner::Identity), ("{sub}", Owner::Subject)],
    names: "{identity_id} or {sub}",
    example: "private/{identity_id}/",
};

/// The `sub` of a token cannot be one segment of a key. Cognito's own are UUIDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sub cannot be one segment of a key")]
pub struct UnusableSubject;

impl HomePrefix {
    /// Parses the prefix.
    ///
    /// # Errors
    ///
    /// A [`PrefixError`] when the place for the owner is missing or repeated, when there is no slash at the end, when a
    /// part is empty, when a character means something else in a policy, or when it is too long.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        Prefix::parse(text, &PLACES).map(Self)
    }

    /// The home of the person who is `identity` to the identity pool and `subject` to the user pool.
    ///
    /// # Errors
    ///
    /// [`UnusableSubject`] when homes are named after the `sub`, and this one could lead into another home.
    pub fn of(&self, identity: &IdentityId, subject: &Subject) -> Result<String, UnusableSubject> {
        match self.0.owner {
            Owner::Identity => Ok(self.0.of(identity.as_str())),
            Owner::Subject if is_segment(subject.as_str()) => Ok(self.0.of(subject.as_str())),
            Owner::Subject => Err(UnusableSubject),
        }
    }
}

/// The text that it was parsed from.
impl fmt::Display for HomePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: PrefixError =
        PrefixError::Place { names: "{identity_id} or {sub}", example: "private/{identity_id}/" };
    const SLASH: PrefixError = PrefixError::Slash { example: "private/{identity_id}/" };
    const CHARACTER: PrefixError = PrefixError::Character { names: "{identity_id} or {sub}" };

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
            assert_eq!(HomePrefix::parse(template).unwrap().to_string(), template);
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
            ("", PLACE),
            ("private/", PLACE),
            ("{identity_id}/{identity_id}/", PLACE),
            ("{identity_id}/{sub}/", PLACE),
            ("{sub}/{identity_id}/", PLACE),
            ("{sub}{sub}/", PLACE),
            ("private/{sub}", SLASH),
            ("{sub}/{tenant}/", CHARACTER),
            ("private/{identity_id}", SLASH),
            ("private/{identity_id}/x", SLASH),
            ("/private/{identity_id}/", PrefixError::EmptyPart),
            ("private//{identity_id}/", PrefixError::EmptyPart),
            ("private/{identity_id}//", PrefixError::EmptyPart),
            ("{tenant}/{identity_id}/", CHARACTER),
            ("{{identity_id}}/", CHARACTER),
            ("private/*/{identity_id}/", CHARACTER),
            ("private/${x}/{identity_id}/", CHARACTER),
            ("my files/{identity_id}/", CHARACTER),
            ("private\n/{identity_id}/", CHARACTER),
            (&long, PrefixError::TooLong),
        ];
        for (template, expected) in cases {
            assert_eq!(HomePrefix::parse(template), Err(expected), "{template:?}");
        }
        assert_eq!(long.len(), 513);
        assert!(HomePrefix::parse(&long[1..]).is_ok());
        assert_eq!(PrefixError::TooLong.to_string(), "is longer than 512 bytes");
    }
}
