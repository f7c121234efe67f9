use serde::Deserialize;
use serde_json::Value;

use super::{TokenError, json};

/// What we keep of a JOSE header (RFC 7515 §4): the key's id, once everything else that we read is acceptable.
///
/// `jwk`, `jku`, `x5u` and `x5c` are not among the fields: a token does not choose who vouches for it (RFC 8725 §3.10).
/// A repeated member is refused if it is one that we read, and ignored like any other if it is not.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) key_id: String,
}

#[derive(Deserialize)]
struct Members {
    #[serde(default, deserialize_with = "json::present")]
    alg: Option<Value>,
    #[serde(default, deserialize_with = "json::present")]
    kid: Option<Value>,
    #[serde(default, deserialize_with = "json::present")]
    crit: Option<Value>,
    #[serde(default, deserialize_with = "json::present")]
    b64: Option<Value>,
}

impl Header {
    /// Parses the first part of a token.
    ///
    /// # Errors
    ///
    /// [`TokenError::Form`] if it is not base64url, [`TokenError::Header`] if it is not a JSON object, then
    /// [`TokenError::Algorithm`], [`TokenError::Critical`] and [`TokenError::KeyId`], in this order.
    pub(super) fn parse(part: &str) -> Result<Self, TokenError> {
        let bytes = json::decode_part(part).ok_or(TokenError::Form)?;
        let Members { alg, kid, crit, b64 } = json::read_object(&bytes).ok_or(TokenError::Header)?;
        if alg.as_ref().and_then(Value::as_str) != Some("RS256") {
            return Err(TokenError::Algorithm);
        }
        if crit.is_some() || b64.is_some_and(|encoded| encoded != Value::Bool(true)) {
            return Err(TokenError::Critical);
        }
        match kid {
            Some(Value::String(key_id)) if !key_id.is_empty() => Ok(Self { key_id }),
            _ => Err(TokenError::KeyId),
        }
    }
}
