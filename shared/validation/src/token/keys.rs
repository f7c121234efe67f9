use std::{fmt, ops::RangeInclusive};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

use super::json;

/// Lengths of a modulus that RS256 may have (RFC 7518 §3.3) and *ring* verifies with (`RSA_PKCS1_2048_8192_SHA256`).
const MODULUS_BITS: RangeInclusive<usize> = 2048..=8192;

/// The signing keys of a user pool, by key id: only those that can verify RS256.
pub struct KeySet(Vec<(String, DecodingKey)>);

/// Why a JWKS document is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// More bytes than [`KeySet::BYTES_MAX`].
    #[error("the JWKS is larger than {} KiB", KeySet::BYTES_MAX / 1024)]
    TooLarge,
    /// Not a JWK Set (RFC 7517 §5).
    #[error("the JWKS is not a JSON object with a list of keys")]
    Form,
    /// More keys than [`KeySet::KEYS_MAX`].
    #[error("the JWKS has more than {} keys", KeySet::KEYS_MAX)]
    TooManyKeys,
    /// No key in it can verify a token: with this set, every token would be refused.
    #[error("the JWKS has no RSA signing key of {} bits or more", MODULUS_BITS.start())]
    NoUsableKey,
}

impl KeySet {
    /// Largest document, in bytes.
    pub const BYTES_MAX: usize = 256 * 1024;
    /// Most keys in a document.
    pub const KEYS_MAX: usize = 64;

    /// Parses a JWK Set (RFC 7517 §5). Keys that cannot verify RS256 are passed over: other types, other uses, other
    /// algorithms, weak ones, malformed ones, and all that share a key id with one before them.
    ///
    /// # Errors
    ///
    /// A [`KeySetError`] when the document as a whole is of no use.
    pub fn parse(document: &[u8]) -> Result<Self, KeySetError> {
        #[derive(Deserialize)]
        struct Jwks {
            keys: Vec<Value>,
        }
        if document.len() > Self::BYTES_MAX {
            return Err(KeySetError::TooLarge);
        }
        let Jwks { keys } = json::read_object(document).ok_or(KeySetError::Form)?;
        if keys.len() > Self::KEYS_MAX {
            return Err(KeySetError::TooManyKeys);
        }
        let mut usable: Vec<(String, DecodingKey)> = Vec::new();
        for (key_id, key) in keys.into_iter().filter_map(usable_key) {
            if !usable.iter().any(|(known, _)| *known == key_id) {
                usable.push((key_id, key));
            }
        }
        if usable.is_empty() { Err(KeySetError::NoUsableKey) } else { Ok(Self(usable)) }
    }

    /// Whether the set has a key with this id.
    #[must_use]
    pub fn contains(&self, key_id: &str) -> bool {
        self.find(key_id).is_some()
    }

    pub(super) fn find(&self, key_id: &str) -> Option<&DecodingKey> {
        self.0.iter().find(|(known, _)| known == key_id).map(|(_, key)| key)
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(key_id, _)| key_id)).finish()
    }
}

/// The key and its id, when it is one for RS256: RSA, long enough, `use` `sig`, no other `alg`.
///
/// Source: RFC 7517 §4 (members), RFC 7518 §3.3 (length) and §6.3.1 (`n`, `e`).
fn usable_key(key: Value) -> Option<(String, DecodingKey)> {
    let jwk: Jwk = serde_json::from_value(key).ok()?;
    if jwk.common.public_key_use != Some(PublicKeyUse::Signature)
        || !matches!(jwk.common.key_algorithm, None | Some(KeyAlgorithm::RS256))
    {
        return None;
    }
    let AlgorithmParameters::RSA(parameters) = jwk.algorithm else { return None };
    let modulus = BASE64_URL_SAFE_NO_PAD.decode(&parameters.n).ok()?;
    let exponent = BASE64_URL_SAFE_NO_PAD.decode(&parameters.e).ok()?;
    let key_id = jwk.common.key_id.filter(|id| !id.is_empty())?;
    (is_strong_modulus(&modulus) && is_sound_exponent(&exponent))
        .then(|| (key_id, DecodingKey::from_rsa_raw_components(&modulus, &exponent)))
}

/// As long as [`MODULUS_BITS`] says, odd, and as short as it can be written (RFC 7518 §6.3.1.1).
fn is_strong_modulus(modulus: &[u8]) -> bool {
    let bits = match modulus.first() {
        Some(first) => modulus.len() * 8 - first.leading_zeros() as usize,
        None => 0,
    };
    let minimal = modulus.first().is_some_and(|first| *first != 0);
    minimal && MODULUS_BITS.contains(&bits) && modulus.last().is_some_and(|last| last % 2 == 1)
}

/// Odd, at least 3, and as short as it can be written: with an exponent of 1 every message would be its own signature.
fn is_sound_exponent(exponent: &[u8]) -> bool {
    match exponent {
        [0, ..] | [] => false,
        [single] => *single >= 3 && single % 2 == 1,
        [.., last] => exponent.len() <= 4 && last % 2 == 1,
    }
}
