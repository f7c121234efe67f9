//! A conformance corpus for the verification of id tokens: named cases, each with the exact outcome it must have.
//!
//! Keys and tokens are made when a test starts; none is stored. `-- --nocapture` lists the cases.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a test may take its own texts and values apart")]

mod claims;
mod confusion;
mod corpus;
mod documents;
mod form;
mod header;
mod keys;
mod signature;
mod times;
