use std::{borrow::Cow, fmt};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::Value;

/// Decodes a part of a compact JWS: base64url without padding, spaces or stray trailing bits (RFC 7515 §2).
pub(super) fn decode_part(part: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(part).ok()
}

/// Reads a JSON object in UTF-8 (RFC 8259 §8.1). Invalid text is refused even in members that are not read.
pub(super) fn read_object<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.trim_start().starts_with('{').then(|| serde_json::from_str(text).ok())?
}

/// Reads a member that may be absent. `null` stays a value, so that it does not count as absent.
pub(super) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Reads the member `name` of a JSON object. `None` when the text is not an object, or when the member is repeated:
/// whoever reads it next could take the other one. `Some(None)` when there is no such member.
#[expect(clippy::option_option, reason = "a member that is absent is not a fault")]
pub(super) fn member(bytes: &[u8], name: &str) -> Option<Option<Value>> {
    Member(name).deserialize(&mut serde_json::Deserializer::from_slice(bytes)).ok()
}

/// One member, by its name.
struct Member<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut members: M) -> Result<Self::Value, M::Error> {
        let mut found = None;
        while let Some(name) = members.next_key::<Cow<'_, str>>()? {
            if name != self.0 {
                members.next_value::<IgnoredAny>()?;
            } else if found.replace(members.next_value()?).is_some() {
                return Err(M::Error::custom("repeated"));
            }
        }
        Ok(found)
    }
}
