use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer};
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
