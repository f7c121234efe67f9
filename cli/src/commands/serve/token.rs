use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::HeaderValue;
use ring::rand::{SecureRandom, SystemRandom};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{error::CliError, sign_in::Secret};

/// The length of what the token says, in bytes.
const LEN: usize = 32;

/// The scheme that may come before it (RFC 6750 §2.1).
const BEARER: &[u8] = b"Bearer ";

/// What a tool has to show to get keys: random, and good for as long as the endpoint is there.
pub(super) struct Token(Secret);

impl Token {
    /// Makes one.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when the system gives no random numbers.
    pub(super) fn new() -> Result<Self, CliError> {
        let mut bytes = Zeroizing::new([0; LEN]);
        let filled = SystemRandom::new().fill(bytes.as_mut_slice());
        filled.map_err(|_| CliError::failed("The system gives no random numbers."))?;
        Ok(Self(Secret::new(BASE64_URL_SAFE_NO_PAD.encode(bytes.as_slice()))))
    }

    /// The token itself, only to be handed on.
    pub(super) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether an `Authorization` is this token, raw, as the AWS SDKs send it, or after `Bearer`. How long that takes does
    /// not depend on what is wrong with it, but for its length.
    pub(super) fn is(&self, authorization: &HeaderValue) -> bool {
        let shown = authorization.as_bytes();
        let shown = match shown.split_at_checked(BEARER.len()) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case(BEARER) => token,
            _ => shown,
        };
        shown.ct_eq(self.expose().as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_raw_or_as_a_bearer() {
        let token = Token::new().unwrap();
        let text = token.expose();
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(text).unwrap().len(), LEN);
        let cases = [
            (text.to_owned(), true),
            (format!("Bearer {text}"), true),
            (format!("bearer {text}"), true),
            (format!("Bearer  {text}"), false),
            (format!("Basic {text}"), false),
            (format!("{text}A"), false),
            (text[1..].to_owned(), false),
            (text.to_ascii_lowercase(), false),
            (Token::new().unwrap().expose().to_owned(), false),
            ("Bearer ".to_owned(), false),
            (String::new(), false),
        ];
        for (authorization, is_accepted) in cases {
            assert_eq!(token.is(&HeaderValue::from_str(&authorization).unwrap()), is_accepted, "{authorization}");
        }
    }
}
