//! Verification of a Cognito id token (a JWS of RFC 7515, a JWT of RFC 7519, with the care of RFC 8725).
//!
//! The types carry the trust: [`IdToken`] is a secret that was not looked at yet, [`UnverifiedToken`] has a readable
//! header that says which key to look for, and [`VerifiedToken`] is the proof that every check passed.

mod claims;
mod error;
mod header;
mod id_token;
mod json;
mod keys;
mod membership;
mod rs256;
mod team;
mod unverified;
mod verified;

pub use error::TokenError;
pub use id_token::IdToken;
pub use keys::{KeySet, KeySetError};
pub use membership::{ChosenRole, ForeignRole, Membership};
pub use team::Team;
pub use unverified::{TOKEN_BYTES_MAX, UnverifiedToken};
pub use verified::{LEEWAY_SECONDS, Subject, TokenPolicy, VerifiedToken};
