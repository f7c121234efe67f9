use std::time::SystemTime;

use super::{
    IdToken, KeySet, TokenError, TokenPolicy, VerifiedToken, claims::UnverifiedClaims, header::Header, json, rs256,
};

/// Longest token that is looked at, in bytes.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// A token whose header is readable. It says which key to look for; nothing in it is to be believed yet.
#[derive(Debug)]
pub struct UnverifiedToken {
    token: IdToken,
    header: Header,
}

impl UnverifiedToken {
    /// Parses the form and the header of `token`.
    ///
    /// # Errors
    ///
    /// The [`TokenError`] of the first check that failed, up to and with [`TokenError::KeyId`].
    pub fn parse(token: IdToken) -> Result<Self, TokenError> {
        if token.expose().len() > TOKEN_BYTES_MAX {
            return Err(TokenError::TooLong);
        }
        let header = Header::parse(Parts::of(token.expose())?.header)?;
        Ok(Self { token, header })
    }

    /// The id of the key that is said to have signed the token: the sender's word, fit for a look-up only.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.header.key_id
    }

    /// Verifies the token with `keys` against `policy` as of `now`.
    ///
    /// # Errors
    ///
    /// A [`TokenError`] naming the first check that failed, signature first: no claim is judged before it holds.
    ///
    /// Source: RFC 7519 §7.2 (steps), RFC 8725 §3.1 (one algorithm, chosen by us and not by the token).
    pub fn verify(self, keys: &KeySet, policy: &TokenPolicy, now: SystemTime) -> Result<VerifiedToken, TokenError> {
        let parts = Parts::of(self.token.expose())?;
        let key = keys.find(&self.header.key_id).ok_or(TokenError::UnknownKey)?;
        if !rs256::verify(parts.signed, parts.signature, key) {
            return Err(TokenError::Signature);
        }
        let payload = json::decode_part(parts.payload).ok_or(TokenError::Form)?;
        let claims: UnverifiedClaims = json::read_object(&payload).ok_or(TokenError::Payload)?;
        let (subject, expires_at) = claims.verify(policy, now)?;
        Ok(VerifiedToken { token: self.token, subject, expires_at })
    }
}

/// The parts of a compact JWS (RFC 7515 §3.1). `signed` is the header and the payload with the dot between.
struct Parts<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    signed: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Result<Self, TokenError> {
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Form)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenError::Form)?;
        // Every part is checked before any is used, so that what is refused does not depend on who reads it.
        let well_formed = [header, payload, signature]
            .into_iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        if well_formed { Ok(Self { header, payload, signature, signed }) } else { Err(TokenError::Form) }
    }
}
