//! Amazon Cognito, as the functions need it: id tokens are verified with the user pool's keys, and exchanged for
//! temporary AWS credentials at the identity pool.
//!
//! [`Verifier`] makes a [`VerifiedToken`](validation::VerifiedToken), and [`IdentityPool`] accepts nothing else.
//! [`PoolKeys`] caches the keys. `schedule.rs` decides, without I/O, when to fetch them again. The identity pool's
//! calls are unsigned: the token is the only authority, and the function's own role is not used.

mod credentials;
mod exchange_error;
mod identity_pool;
mod identity_pool_settings;
mod pool_keys;
mod schedule;
mod user_pool_settings;
mod verifier;

pub use self::{
    credentials::IdentityCredentials,
    exchange_error::ExchangeError,
    identity_pool::IdentityPool,
    identity_pool_settings::IdentityPoolSettings,
    pool_keys::{KeysUnavailable, PoolKeys},
    user_pool_settings::UserPoolSettings,
    verifier::{Verifier, VerifyError},
};
