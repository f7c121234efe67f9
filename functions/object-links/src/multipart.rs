//! `/uploads`: multipart uploads, for objects of any size and connections of any quality. The client uploads the parts
//! through links, in any order and as many at once as it likes. S3 alone knows what has arrived, so an upload outlives
//! the client, its keys and this function.
//!
//! Source: "Uploading and copying objects using multipart upload" in the Amazon S3 user guide.

mod abort;
mod complete;
mod part_links;
mod part_plan;
mod progress;
mod received;
mod start;
mod unfinished;

pub(crate) use self::{abort::abort, complete::complete, progress::progress, start::start};
