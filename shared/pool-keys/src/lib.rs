//! The user pool's signing keys, fetched and kept, and the verification of tokens with them.
//!
//! [`Verifier`] is what the functions use. [`PoolKeys`] keeps the keys; when to fetch them again is decided without
//! I/O in `schedule.rs`.

mod pool_keys;
mod schedule;
mod settings;
mod verifier;

pub use pool_keys::{KeysUnavailable, PoolKeys};
pub use settings::PoolSettings;
pub use verifier::{Verifier, VerifyError};
