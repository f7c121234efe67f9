use super::unverified::token_bytes_max;

/// Why an id token is refused: the first check that failed.
///
/// Neither `Display` nor [`TokenError::description`] contains anything from the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// More than [`TOKEN_BYTES_MAX`](super::TOKEN_BYTES_MAX) bytes.
    #[error("too long")]
    TooLong,
    /// Not three base64url parts joined by dots (RFC 7515 §3.1).
    #[error("not a compact JWS")]
    Form,
    /// The header is not a JSON object of the right types (RFC 7515 §4).
    #[error("header malformed")]
    Header,
    /// `alg` is not `RS256` (RFC 8725 §3.1).
    #[error("algorithm not RS256")]
    Algorithm,
    /// `crit` (RFC 7515 §4.1.11) or `b64` (RFC 7797) asks for something that we do not support.
    #[error("critical header extension")]
    Critical,
    /// No `kid`, or not a string (RFC 7515 §4.1.4).
    #[error("no key id")]
    KeyId,
    /// No usable key of the user pool has this `kid`.
    #[error("unknown key id")]
    UnknownKey,
    /// The signature is not valid (RFC 7515 §5.2).
    #[error("signature not valid")]
    Signature,
    /// The payload is not a JSON object (RFC 7519 §7.2).
    #[error("payload malformed")]
    Payload,
    /// `iss` is not the user pool's.
    #[error("another issuer")]
    Issuer,
    /// `token_use` is not `id`: an access token, most often.
    #[error("not an id token")]
    TokenUse,
    /// `aud` is not one of the app clients.
    #[error("another audience")]
    Audience,
    /// `sub` is missing or empty.
    #[error("no subject")]
    Subject,
    /// `exp` is missing or not a number we can use.
    #[error("no expiry")]
    Expiry,
    /// `exp` has passed.
    #[error("expired")]
    Expired,
    /// `iat` is missing or not a number we can use.
    #[error("no issue time")]
    IssueTime,
    /// `iat` lies in the future.
    #[error("issued in the future")]
    IssuedInFuture,
    /// `nbf` lies in the future, or is not a number we can use.
    #[error("not valid yet")]
    NotYetValid,
}

impl TokenError {
    /// What to tell the caller: which check failed, and what to do about it.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::TooLong => concat!("The token is longer than ", token_bytes_max!(), " bytes."),
            Self::Form => {
                "The token is not three base64url parts joined by dots. Send the id token as Cognito gave it."
            }
            Self::Header => "The token's header is not a JSON object of the right types.",
            Self::Algorithm => "The token is not signed with RS256.",
            Self::Critical => "The token's header asks for an extension that is not supported.",
            Self::KeyId => "The token's header does not name a key.",
            Self::UnknownKey => "The token is not signed by a key of this user pool.",
            Self::Signature => "The token's signature is not valid.",
            Self::Payload => "The token's payload is not a JSON object.",
            Self::Issuer => "The token comes from another issuer. Sign in at this user pool.",
            Self::TokenUse => "The token is not an id token. Send the id token, not the access token.",
            Self::Audience => "The token was issued to another app client.",
            Self::Subject => "The token has no subject.",
            Self::Expiry => "The token has no valid expiry.",
            Self::Expired => "The token has expired. Get a new one with the refresh token, or sign in again.",
            Self::IssueTime => "The token has no valid time of issue.",
            Self::IssuedInFuture => "The token was issued in the future. Check the clocks.",
            Self::NotYetValid => "The token is not valid yet. Check the clocks.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::TOKEN_BYTES_MAX;

    #[test]
    fn the_limit_in_the_message_is_the_one_that_applies() {
        let expected = format!("The token is longer than {TOKEN_BYTES_MAX} bytes.");
        assert_eq!(TokenError::TooLong.description(), expected);
    }
}
