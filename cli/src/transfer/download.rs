use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_sdk_s3::{
    operation::{
        get_object::{GetObjectOutput, builders::GetObjectFluentBuilder},
        head_object::HeadObjectOutput,
    },
    types::ChecksumMode,
};
use bytes::Bytes;
use tokio::{sync::OwnedSemaphorePermit, task::JoinSet, time::sleep};

use super::{
    Outcome, PART_BYTES, Transfer,
    checksum::Whole,
    progress::FileProgress,
    sink::{Sink, Target},
    times,
};
use crate::{
    bucket::{Object, S3Error},
    error::CliError,
};

/// How often a body is asked for that breaks off. The SDK tries again only until the answer has begun.
const TRIES: u32 = 5;
/// How long to wait before the next try.
const WAIT: Duration = Duration::from_secs(1);

/// Downloads an object, or a version of it, to `target`, and says the `ETag` of what it got.
///
/// # Errors
///
/// A [`CliError`] when S3 refuses, the connection breaks off again and again, or the target cannot be written.
pub(super) async fn download(
    transfer: &Arc<Transfer>,
    object: &Object,
    version_id: Option<&str>,
    target: &Target,
) -> Result<(Outcome, Option<String>), CliError> {
    if transfer.is_new && target.exists() {
        return Ok((Outcome::LeftAlone, None));
    }
    let place = transfer.bucket.place_of(&object.key);
    let progress = transfer.progress.file(place.name(), object.size);
    let get = transfer.bucket.client().get_object().bucket(transfer.bucket.name()).key(&object.key);
    let download = Download {
        transfer,
        get: get.set_version_id(version_id.map(str::to_owned)),
        progress,
        sink: target.open(transfer.is_move)?,
    };
    if object.size <= PART_BYTES {
        download.in_one_request().await.map_err(|error| error.at(&place))
    } else {
        let head = transfer.bucket.head(&object.key, version_id).await?;
        download.in_parts(head).await.map_err(|error| match error {
            S3Error::Exists => CliError::Failed(format!("{place} changed while it was downloaded.")),
            error => error.at(&place),
        })
    }
}

struct Download<'a> {
    transfer: &'a Arc<Transfer>,
    get: GetObjectFluentBuilder,
    progress: FileProgress,
    sink: Sink,
}

impl Download<'_> {
    /// A small object, whose checksum the SDK compares.
    async fn in_one_request(mut self) -> Result<(Outcome, Option<String>), S3Error> {
        let _memory = self.transfer.memory(PART_BYTES).await?;
        let (answer, bytes) = received(self.get.clone().checksum_mode(ChecksumMode::Enabled)).await?;
        self.sink.write(&bytes)?;
        self.progress.advance(bytes.len() as u64);
        let time = times::time_of(times::mtime(answer.metadata.as_ref()), answer.last_modified);
        Ok((self.finished(time, bytes.len() as u64)?, answer.e_tag))
    }

    /// A large object, in parts of the same version of it, several at once. They are written in their order, so that the
    /// checksum of the whole is known at the end, and a stream can be one.
    async fn in_parts(mut self, head: HeadObjectOutput) -> Result<(Outcome, Option<String>), S3Error> {
        let size = head.content_length.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
        let get = self.get.clone().set_if_match(head.e_tag.clone());
        let whole = Whole::of(&head);
        let mut running = whole.as_ref().map(Whole::running);
        let mut starts = (0..size).step_by(usize::try_from(PART_BYTES).map_err(CliError::failed)?).peekable();
        let (mut receiving, mut received, mut written) = (JoinSet::new(), BTreeMap::new(), 0);
        loop {
            tokio::select! {
                biased;
                Some(part) = receiving.join_next() => {
                    let (start, part) = part.map_err(CliError::failed)??;
                    received.insert(start, part);
                    while let Some(Part { bytes, memory }) = received.remove(&written) {
                        self.sink.write(&bytes)?;
                        if let Some(running) = &mut running {
                            running.update(&bytes);
                        }
                        written += bytes.len() as u64;
                        self.progress.advance(bytes.len() as u64);
                        drop(memory);
                    }
                }
                memory = self.transfer.memory(PART_BYTES), if starts.peek().is_some() => {
                    if let (Some(start), memory) = (starts.next(), memory?) {
                        receiving.spawn(part(get.clone(), start, size, memory));
                    }
                }
                else => break,
            }
        }
        let is_whole = running.zip(whole).is_none_or(|(running, whole)| whole.is(&running.finish()));
        if written != size || !is_whole {
            return Err(CliError::failed("What arrived is not what S3 keeps: its checksum differs. Try again.").into());
        }
        let time = times::time_of(times::mtime(head.metadata.as_ref()), head.last_modified);
        Ok((self.finished(time, size)?, head.e_tag))
    }

    fn finished(self, time: Option<SystemTime>, bytes: u64) -> Result<Outcome, S3Error> {
        let is_named = self.sink.finish(time, self.transfer.is_new, self.transfer.is_move)?;
        Ok(if is_named { Outcome::Copied(bytes) } else { Outcome::LeftAlone })
    }
}

/// A part that was received, and the memory that it is in.
struct Part {
    bytes: Bytes,
    memory: OwnedSemaphorePermit,
}

/// Receives the part of an object of `size` bytes that begins at `start`.
async fn part(
    get: GetObjectFluentBuilder,
    start: u64,
    size: u64,
    memory: OwnedSemaphorePermit,
) -> Result<(u64, Part), S3Error> {
    let end = size.min(start + PART_BYTES);
    let (_, bytes) = received(get.range(format!("bytes={start}-{}", end - 1))).await?;
    if bytes.len() as u64 != end - start {
        return Err(CliError::failed("S3 sent another part than it was asked for.").into());
    }
    Ok((start, Part { bytes, memory }))
}

/// Receives an answer with its whole body.
async fn received(get: GetObjectFluentBuilder) -> Result<(GetObjectOutput, Bytes), S3Error> {
    for tries_left in (0..TRIES).rev() {
        let mut answer = get.clone().send().await?;
        match std::mem::take(&mut answer.body).collect().await {
            Ok(body) => return Ok((answer, body.into_bytes())),
            Err(_) if tries_left > 0 => sleep(WAIT).await,
            Err(error) => return Err(CliError::TryLater(format!("The download broke off ({error}).")).into()),
        }
    }
    Err(CliError::TryLater("The download broke off.".to_owned()).into())
}
