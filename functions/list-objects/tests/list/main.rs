//! `GET /objects` and `GET /versions` with a local AWS: the responses and the calls of AWS for each request.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a JSON member that is missing is null")]

mod exact_keys;
mod faults;
mod forms;
mod pages;
mod program;
mod setup;
mod versions;
