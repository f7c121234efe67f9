//! `/objects/{key+}` with a local AWS: the responses and the calls of AWS for each request.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a JSON member that is missing is null")]

mod answers;
mod copies;
mod deletions;
mod faults;
mod multipart;
mod no_accidents;
mod program;
mod setup;
