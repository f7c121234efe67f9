//! The routes of the function with a local AWS: the responses and the calls of AWS for each request.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a JSON member that is missing is null")]

mod answers;
mod bearer;
mod faults;
mod metadata;
mod oauth;
mod program;
mod roles;
mod setup;
mod whoami;
