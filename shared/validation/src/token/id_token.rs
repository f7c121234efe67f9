use std::fmt;

use zeroize::Zeroizing;

/// An id token as it was sent: a secret, wiped from memory when dropped and never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct IdToken(Zeroizing<String>);

impl IdToken {
    /// Takes any text. [`UnverifiedToken::parse`](super::UnverifiedToken::parse) checks it.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, only to be sent to Cognito.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdToken(** redacted **)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", IdToken::new("secret".to_owned())), "IdToken(** redacted **)");
    }
}
