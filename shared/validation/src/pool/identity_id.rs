use std::fmt;

use super::Region;

/// An identity pool's id, `REGION:UUID`.
///
/// Source: `IdentityPoolId` in the Amazon Cognito federated identities API reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityPoolId(RegionalId);

/// One person in an identity pool, `REGION:UUID`. It names the person's home; it is not the `sub` of a token.
///
/// Source: `IdentityId` in the Amazon Cognito federated identities API reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityId(RegionalId);

/// The text is not `REGION:UUID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not REGION:UUID, such as eu-west-1:12345678-1234-1234-1234-123456789abc")]
pub struct InvalidIdentityId;

#[derive(Clone, Debug, PartialEq, Eq)]
struct RegionalId {
    text: String,
    region: Region,
}

impl RegionalId {
    fn parse(text: &str) -> Result<Self, InvalidIdentityId> {
        let (region, uuid) = text.split_once(':').ok_or(InvalidIdentityId)?;
        let region = Region::parse(region).map_err(|_| InvalidIdentityId)?;
        if is_uuid(uuid) { Ok(Self { text: text.to_owned(), region }) } else { Err(InvalidIdentityId) }
    }
}

/// Whether `text` is a UUID in its 8-4-4-4-12 form, of hexadecimal digits in either case.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
}

macro_rules! regional_id {
    ($name:ident, $what:literal) => {
        impl $name {
            #[doc = concat!("Parses ", $what, "'s id.")]
            ///
            /// # Errors
            ///
            /// [`InvalidIdentityId`] when the text is not `REGION:UUID`.
            pub fn parse(text: &str) -> Result<Self, InvalidIdentityId> {
                RegionalId::parse(text).map(Self)
            }

            /// The id, as Cognito writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0.text
            }

            /// The region of the identity pool.
            #[must_use]
            pub fn region(&self) -> &Region {
                &self.0.region
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0.text)
            }
        }
    };
}

regional_id!(IdentityPoolId, "an identity pool");
regional_id!(IdentityId, "an identity");

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "12345678-1234-1234-1234-123456789abc";

    #[test]
    fn an_id_names_its_region() {
        let id = IdentityPoolId::parse(&format!("eu-west-1:{UUID}")).unwrap();
        assert_eq!(id.region().as_str(), "eu-west-1");
        assert_eq!(id.to_string(), format!("eu-west-1:{UUID}"));
    }

    #[test]
    fn a_text_that_is_not_an_identity_id_is_refused() {
        let long = format!("eu-west-1:{UUID}0");
        let cases = [
            "",
            UUID,
            ":",
            "eu-west-1:",
            "eu-west-1:123",
            &long,
            "eu-west-1:1234567z-1234-1234-1234-123456789abc",
            "eu-west-1:12345678-1234-1234-1234-123456789abc/..",
            "eu-west-1:123456781234123412341234-56789abc",
        ];
        for text in cases {
            assert_eq!(IdentityId::parse(text), Err(InvalidIdentityId), "{text:?}");
        }
    }
}
