//! Signing keys and id tokens for tests, made when a test starts; none is ever stored.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "test support: a failure here is a failed test")]

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rsa::{
    Pkcs1v15Sign, RsaPrivateKey,
    pkcs8::DecodePrivateKey,
    rand_core::OsRng,
    sha2::{Digest, Sha256},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};

/// An RSA key pair of a pretended user pool.
pub struct SigningKey {
    /// The `kid` in the JWKS and in the headers.
    pub key_id: String,
    pair: RsaPrivateKey,
}

impl SigningKey {
    /// Makes a key of 2048 bits, as Cognito's are.
    #[must_use]
    pub fn new(key_id: &str) -> Self {
        Self::with_bits(key_id, 2048)
    }

    /// Makes a key of any size, weak ones too.
    #[must_use]
    pub fn with_bits(key_id: &str, bits: usize) -> Self {
        let pair = RsaPrivateKey::new(&mut OsRng, bits).expect("a key can be made");
        Self { key_id: key_id.to_owned(), pair }
    }

    /// The key of a user pool that the local AWS has made, as PKCS #8 in PEM.
    #[must_use]
    pub fn from_pem(key_id: &str, pem: &str) -> Self {
        let pair = RsaPrivateKey::from_pkcs8_pem(pem).expect("the local AWS writes PKCS #8");
        Self { key_id: key_id.to_owned(), pair }
    }

    /// The public key as an entry of a JWKS, as Cognito writes it.
    #[must_use]
    pub fn jwk(&self) -> Value {
        json!({
            "alg": "RS256", "kty": "RSA", "use": "sig", "kid": self.key_id,
            "n": encode(self.pair.n().to_bytes_be()), "e": encode(self.pair.e().to_bytes_be()),
        })
    }

    /// A JWKS document with this key alone.
    #[must_use]
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk()] }).to_string()
    }

    /// The RS256 signature of `message`, as bytes.
    #[must_use]
    pub fn signature(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message)).expect("a digest can be signed")
    }

    /// A token with this header and this payload, whatever they hold, signed with RS256.
    #[must_use]
    pub fn sign_parts(&self, header: &[u8], payload: &[u8]) -> String {
        let signed = format!("{}.{}", encode(header), encode(payload));
        let signature = self.signature(signed.as_bytes());
        format!("{signed}.{}", encode(signature))
    }

    /// A token with these claims under the header that Cognito writes.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_parts(self.header().to_string().as_bytes(), claims.to_string().as_bytes())
    }

    /// The header that Cognito writes.
    #[must_use]
    pub fn header(&self) -> Value {
        json!({ "kid": self.key_id, "alg": "RS256" })
    }
}

/// base64url without padding.
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The claims of an id token as Cognito writes them, issued at `now` (seconds since the epoch) for one hour.
#[must_use]
pub fn id_claims(issuer: &str, client_id: &str, subject: &str, now: u64) -> Value {
    json!({
        "sub": subject, "iss": issuer, "aud": client_id, "token_use": "id", "cognito:username": "ada",
        "email": "ada@example.com", "email_verified": true, "origin_jti": "0c9a", "event_id": "5d1f", "jti": "7e2b",
        "auth_time": now, "iat": now, "exp": now + 3600,
    })
}

/// `claims` with the members of `changes` put in; a member that is `null` there is taken out.
#[must_use]
pub fn changed(claims: &Value, changes: &Value) -> Value {
    let mut result = claims.clone();
    let members = result.as_object_mut().expect("claims are an object");
    for (name, value) in changes.as_object().expect("changes are an object") {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    result
}
