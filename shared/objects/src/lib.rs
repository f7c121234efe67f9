//! What the functions under `/objects` share: the bucket, reached with each caller's own credentials.
//!
//! Architecture invariant: the function's own role is not used. IAM alone decides, from the caller's credentials, what
//! each person may see and do.

mod app;
mod bucket;
mod bucket_endpoint;
mod caller;
mod callers;
mod error;
mod links;
mod place;
mod sealed;
mod settings;
mod signer;

pub use app::App;
pub use bucket::{Bucket, Requester};
pub use caller::Caller;
pub use error::BucketError;
pub use folders::Folders;
pub use links::{ATTACHMENT, Checksum, LINK_SECONDS_DEFAULT, Link, Links, Put, can_be_linked, take_link_seconds};
pub use place::{KEY_BYTES_MAX, Place};
pub use sealed::{NotSealed, Sealed};
pub use settings::{BucketSettings, Settings};
