use std::time::SystemTime;

use super::{
    IdToken, KeySet, Team, TokenError, TokenPolicy, VerifiedToken, claims::UnverifiedClaims, header::Header, json,
    rs256,
};

/// The number itself, for the limit and for the message that quotes it.
macro_rules! token_bytes_max {
    () => {
        16384
    };
}
pub(super) use token_bytes_max;

/// Longest token that is looked at, in bytes.
pub const TOKEN_BYTES_MAX: usize = token_bytes_max!();

/// A token whose header is readable. It says which key to look for. Nothing else in it can be trusted yet.
#[derive(Debug)]
pub struct UnverifiedToken {
    token: IdToken,
    dots: Dots,
    header: Header,
}

impl UnverifiedToken {
    /// Parses the form and the header of `token`.
    ///
    /// # Errors
    ///
    /// The [`TokenError`] of the first check that failed, up to and including [`TokenError::KeyId`].
    pub fn parse(token: IdToken) -> Result<Self, TokenError> {
        if token.expose().len() > TOKEN_BYTES_MAX {
            return Err(TokenError::TooLong);
        }
        let dots = Dots::find(token.expose())?;
        let header = Header::parse(dots.header(token.expose()))?;
        Ok(Self { token, dots, header })
    }

    /// The id of the key that is said to have signed the token. The sender chose it: use it only to look the key up.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.header.key_id
    }

    /// Verifies the token with `keys` against `policy` as of `now`.
    ///
    /// # Errors
    ///
    /// A [`TokenError`] naming the first check that failed. The signature comes first: before it, no claim is judged.
    ///
    /// Source: RFC 7519 §7.2 (steps), RFC 8725 §3.1 (one algorithm, chosen by us and not by the token).
    pub fn verify(self, keys: &KeySet, policy: &TokenPolicy, now: SystemTime) -> Result<VerifiedToken, TokenError> {
        let (token, dots) = (self.token.expose(), self.dots);
        let key = keys.find(&self.header.key_id).ok_or(TokenError::UnknownKey)?;
        if !rs256::verify(dots.signed(token), dots.signature(token), key) {
            return Err(TokenError::Signature);
        }
        let payload = json::decode_part(dots.payload(token)).ok_or(TokenError::Form)?;
        let claims: UnverifiedClaims = json::read_object(&payload).ok_or(TokenError::Payload)?;
        let (issuer, subject, expires_at) = claims.verify(policy, now)?;
        let team = match &policy.team_claim {
            Some(name) => Team::of_claim(json::member(&payload, name).ok_or(TokenError::Payload)?.as_ref()),
            None => None,
        };
        Ok(VerifiedToken { token: self.token, issuer, subject, team, expires_at })
    }
}

/// Where the two dots of a compact JWS stand, in bytes from its start (RFC 7515 §3.1). Found once; the parts are then
/// slices of the same token.
#[derive(Clone, Copy, Debug)]
struct Dots {
    first: usize,
    second: usize,
}

impl Dots {
    fn find(token: &str) -> Result<Self, TokenError> {
        let (first, second) = token.find('.').zip(token.rfind('.')).ok_or(TokenError::Form)?;
        if first == second {
            return Err(TokenError::Form);
        }
        let dots = Self { first, second };
        // Every part is checked before any is used, so that what is refused does not depend on who reads it. A third
        // dot would stand in the payload, and fails here too.
        let well_formed = [dots.header(token), dots.payload(token), dots.signature(token)]
            .into_iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        if well_formed { Ok(dots) } else { Err(TokenError::Form) }
    }

    fn header(self, token: &str) -> &str {
        &token[..self.first]
    }

    fn payload(self, token: &str) -> &str {
        &token[self.first + 1..self.second]
    }

    /// The header and the payload with the dot between them: what the signature is of.
    fn signed(self, token: &str) -> &str {
        &token[..self.second]
    }

    fn signature(self, token: &str) -> &str {
        &token[self.second + 1..]
    }
}
