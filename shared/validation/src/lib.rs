//! What Latchkey admits and what it refuses, decided without I/O.
//!
//! Architecture invariant: nothing here calls AWS, touches the network or the disk, reads the clock or the environment.
//! Time is a parameter. The caller fetches keys and settings; this crate decides.
//!
//! - [`token`]: an id token goes in, a [`VerifiedToken`] or a [`TokenError`] comes out.
//! - [`pool`]: the names of pools, identities and regions, each parsed once.
//! - [`sign_up`]: the policy that admits or refuses a sign-up by its e-mail address and its invite.

pub mod pool;
pub mod sign_up;
pub mod token;

pub use pool::{HomePrefix, IdentityId, IdentityPoolId, InvalidIssuer, Issuer, TeamPrefix, UserPoolId};
pub use token::{IdToken, KeySet, TokenError, TokenPolicy, UnverifiedToken, VerifiedToken};
