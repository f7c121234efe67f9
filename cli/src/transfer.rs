//! Copies between this machine and the bucket: many at once, large ones in parts, and nothing half-written under its final
//! name.

mod checksum;
mod download;
mod job;
mod local_name;
mod multipart;
mod plan;
mod progress;
mod run;
mod sink;
mod source;
mod times;
mod unfinished;
mod upload;

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) use self::{
    plan::{Plan, Wish},
    run::run,
};
use self::{progress::Progress, unfinished::UnfinishedUploads};
use crate::{bucket::Bucket, error::CliError};

/// The usual size of a part, in bytes.
const PART_BYTES: u64 = 8 << 20;
/// Up to this size, in bytes, an upload is one request.
const ONE_REQUEST_BYTES_MAX: u64 = 64 << 20;
/// How much is in memory at once, in usual parts. More would not make a fast line faster, and on a slow one more would be
/// lost that has not arrived when an upload is broken off.
const PARTS_AT_ONCE: u32 = 8;
/// How many files are worked on at once. Most of the time of a small one is spent waiting.
const FILES_AT_ONCE: usize = 32;

/// What all copies of a command share.
pub(crate) struct Transfer {
    bucket: Bucket,
    memory: Arc<Semaphore>,
    progress: Progress,
    unfinished: UnfinishedUploads,
    /// Whether what is there already is left alone.
    is_new: bool,
    /// Whether what was copied is removed where it was.
    is_move: bool,
}

/// How a copy ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// So many bytes.
    Copied(u64),
    /// Something was there already, and was left alone.
    LeftAlone,
}

impl Transfer {
    pub(crate) fn new(bucket: Bucket, folder: &std::path::Path, is_new: bool, is_move: bool) -> Self {
        Self {
            bucket,
            memory: Arc::new(Semaphore::new(PARTS_AT_ONCE as usize)),
            progress: Progress::new(),
            unfinished: UnfinishedUploads::new(folder),
            is_new,
            is_move,
        }
    }

    /// Waits until there is memory for so many bytes, and has it until it is dropped.
    async fn memory(&self, bytes: u64) -> Result<OwnedSemaphorePermit, CliError> {
        let parts = u32::try_from(bytes.div_ceil(PART_BYTES)).unwrap_or(PARTS_AT_ONCE).clamp(1, PARTS_AT_ONCE);
        Arc::clone(&self.memory).acquire_many_owned(parts).await.map_err(CliError::failed)
    }
}
