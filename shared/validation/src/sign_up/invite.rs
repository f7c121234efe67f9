use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::hmac::{HMAC_SHA256, Key, sign, verify};

use super::EmailAddress;

/// Shortest key, in bytes: as long as the output of HMAC-SHA-256 (RFC 2104 §3).
const KEY_BYTES_MIN: usize = 32;
/// Longest code that is looked at, in bytes: twenty digits, a dot and 43 characters.
const CODE_BYTES_MAX: usize = 64;

/// The key under which invite codes are made and checked. Secret, so it has no readable `Debug`.
#[derive(Clone)]
pub struct InviteKey(Key);

/// The text is too short to be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is shorter than {} bytes: use a random one, such as {} hexadecimal digits", KEY_BYTES_MIN, 2 * KEY_BYTES_MIN)]
pub struct InvalidInviteKey;

/// Why an invite code does not admit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InviteError {
    Invalid,
    Expired,
}

impl InviteKey {
    /// Takes the bytes of `text` as the key.
    ///
    /// # Errors
    ///
    /// [`InvalidInviteKey`] for fewer bytes than its message says.
    pub fn parse(text: &str) -> Result<Self, InvalidInviteKey> {
        if text.len() < KEY_BYTES_MIN {
            return Err(InvalidInviteKey);
        }
        Ok(Self(Key::new(HMAC_SHA256, text.as_bytes())))
    }

    /// A code that admits `email` until `expires_at`: `SECONDS.MAC`, the seconds since the epoch in decimal, the MAC in
    /// base64url.
    #[must_use]
    pub fn invite(&self, email: &EmailAddress, expires_at: SystemTime) -> String {
        let seconds = expires_at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mac = sign(&self.0, signed_text(email, seconds).as_bytes());
        format!("{seconds}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac))
    }

    /// Checks `code` for `email` as of `now`. The MACs are compared in constant time (`ring::hmac::verify`), and the
    /// expiry is judged only once they agree.
    pub(super) fn check(&self, code: &str, email: &EmailAddress, now: SystemTime) -> Result<(), InviteError> {
        if code.len() > CODE_BYTES_MAX {
            return Err(InviteError::Invalid);
        }
        let (seconds, mac) = code.split_once('.').ok_or(InviteError::Invalid)?;
        let seconds: u64 = seconds.parse().map_err(|_| InviteError::Invalid)?;
        let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).map_err(|_| InviteError::Invalid)?;
        verify(&self.0, signed_text(email, seconds).as_bytes(), &mac).map_err(|_| InviteError::Invalid)?;
        let expires_at = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).ok_or(InviteError::Invalid)?;
        if now < expires_at { Ok(()) } else { Err(InviteError::Expired) }
    }
}

/// What the MAC is of. The newline keeps the number and the address apart, and the first line keeps these MACs apart
/// from any other use of the key.
fn signed_text(email: &EmailAddress, expires_at_seconds: u64) -> String {
    format!("latchkey invite 1\n{expires_at_seconds}\n{}", email.folded())
}

impl fmt::Debug for InviteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteKey(** redacted **)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn email(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn a_code_admits_its_address_until_it_expires() {
        let key = InviteKey::parse(KEY).unwrap();
        let code = key.invite(&email("Ada@example.com"), at(1000));
        let other_key = InviteKey::parse(&KEY.replace('0', "1")).unwrap();
        let mac = code.split_once('.').unwrap().1;
        let cases = [
            ("in time", key.check(&code, &email("Ada@example.com"), at(999)), Ok(())),
            ("in another case", key.check(&code, &email("ada@EXAMPLE.com."), at(0)), Ok(())),
            ("at its end", key.check(&code, &email("ada@example.com"), at(1000)), Err(InviteError::Expired)),
            ("another address", key.check(&code, &email("bob@example.com"), at(0)), Err(InviteError::Invalid)),
            ("another domain", key.check(&code, &email("ada@example.org"), at(0)), Err(InviteError::Invalid)),
            ("another key", other_key.check(&code, &email("ada@example.com"), at(0)), Err(InviteError::Invalid)),
            (
                "a later end",
                key.check(&format!("2000.{mac}"), &email("ada@example.com"), at(0)),
                Err(InviteError::Invalid),
            ),
        ];
        for (name, outcome, expected) in cases {
            assert_eq!(outcome, expected, "{name}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_code_is_refused() {
        let key = InviteKey::parse(KEY).unwrap();
        let code = key.invite(&email("ada@example.com"), at(1000));
        let (seconds, mac) = code.split_once('.').unwrap();
        let odd = [
            String::new(),
            ".".to_owned(),
            seconds.to_owned(),
            mac.to_owned(),
            format!("{seconds}."),
            format!("{seconds}.{}", &mac[1..]),
            format!("{seconds}.{mac}="),
            format!(" {code}"),
            format!("{code} "),
            format!("-{code}"),
            format!("{seconds}.{mac}.{mac}"),
            format!("18446744073709551616.{mac}"),
            "9".repeat(100_000),
        ];
        for code in odd {
            assert_eq!(key.check(&code, &email("ada@example.com"), at(0)), Err(InviteError::Invalid), "{code:.80}");
        }
        let far = key.invite(&email("ada@example.com"), at(u64::MAX >> 2));
        assert_eq!(key.check(&far, &email("ada@example.com"), at(0)), Ok(()));
    }

    #[test]
    fn a_key_has_a_length_and_no_readable_debug() {
        assert_eq!(InviteKey::parse(&KEY[1..]).map(drop), Err(InvalidInviteKey));
        assert_eq!(format!("{:?}", InviteKey::parse(KEY).unwrap()), "InviteKey(** redacted **)");
    }
}
