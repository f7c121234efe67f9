//! The template as CloudFormation sees it, its transform expanded and its functions resolved: what each role and each
//! resource policy allows, exactly. No AWS is needed, real or local.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a JSON member that is missing is null")]

mod existing;
mod functions;
mod partitions;
mod people;
mod providers;
mod resources;
mod routes;
mod sign_in;
mod stack;
