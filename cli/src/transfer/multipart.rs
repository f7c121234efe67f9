//! Uploads in parts, several at once. S3 knows what has arrived, so that one which was broken off is gone on with.

mod begun;

use aws_sdk_s3::types::{ChecksumType, CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use tokio::{sync::OwnedSemaphorePermit, task::JoinSet};

use self::begun::Begun;
use super::{PART_BYTES, checksum, source::Source, upload::Upload};
use crate::{
    bucket::{PARTS_MAX, S3Error, if_none_match},
    error::CliError,
};

/// Uploads `source` in parts, and returns how many bytes that were.
///
/// # Errors
///
/// An [`S3Error`]. The parts that have arrived are kept for another try, if it can go on with them.
pub(super) async fn upload(upload: &Upload<'_>, source: &mut Source) -> Result<u64, S3Error> {
    let bucket = &upload.transfer.bucket;
    if upload.transfer.is_new && bucket.is_there(&upload.key).await? {
        // Otherwise S3 would say so only at the end.
        return Err(S3Error::Exists);
    }
    let begun = Begun::new(upload, source).await?;
    let sent = match send(upload, source, &begun).await {
        Ok(sent) => complete(upload, &begun, sent).await,
        Err(error) => Err(error),
    };
    begun.ended(upload, sent.as_ref().err()).await;
    sent
}

/// What S3 has to be told at the end.
struct Sent {
    parts: Vec<CompletedPart>,
    bytes: u64,
    /// Of all bytes.
    crc32: String,
}

/// Sends every part that has not arrived.
async fn send(upload: &Upload<'_>, source: &mut Source, begun: &Begun) -> Result<Sent, S3Error> {
    let (mut sending, mut parts) = (JoinSet::new(), Vec::new());
    let (mut whole, mut bytes) = (checksum::Running::crc32(), 0);
    for number in 1.. {
        let part_size = part_size(source.size, number);
        let memory = upload.transfer.memory(part_size).await?;
        let part = source.next(part_size)?;
        if part.is_empty() {
            break;
        }
        let (crc32, size) = (checksum::crc32(&part), part.len() as u64);
        whole.update(&part);
        bytes += size;
        if let Some(etag) = begun.etag_of(number, size, &crc32) {
            parts.push(completed(number, Some(etag.to_owned()), crc32));
            upload.progress.advance(size);
        } else {
            sending.spawn(send_part(upload, begun, number, part, crc32, memory));
        }
        while let Some(part) = sending.try_join_next() {
            parts.push(arrived(upload, part)?);
        }
    }
    while let Some(part) = sending.join_next().await {
        parts.push(arrived(upload, part)?);
    }
    source.check_size(bytes)?;
    source.check_unchanged()?;
    parts.sort_by_key(CompletedPart::part_number);
    Ok(Sent { parts, bytes, crc32: whole.finish() })
}

/// Sends a part, and has its memory until it has arrived.
fn send_part(
    upload: &Upload<'_>,
    begun: &Begun,
    number: i32,
    part: Bytes,
    crc32: String,
    memory: OwnedSemaphorePermit,
) -> impl Future<Output = Result<(CompletedPart, u64), S3Error>> + 'static {
    let (bucket, size) = (&upload.transfer.bucket, part.len() as u64);
    let put = bucket
        .client()
        .upload_part()
        .bucket(bucket.name())
        .key(&upload.key)
        .upload_id(begun.upload_id())
        .part_number(number)
        .checksum_crc32(&crc32)
        .body(part.into())
        .customize()
        .disable_payload_signing();
    async move {
        let etag = put.send().await?.e_tag;
        drop(memory);
        Ok((completed(number, etag, crc32), size))
    }
}

type Joined = Result<Result<(CompletedPart, u64), S3Error>, tokio::task::JoinError>;

fn arrived(upload: &Upload<'_>, part: Joined) -> Result<CompletedPart, S3Error> {
    let (part, size) = part.map_err(CliError::failed)??;
    upload.progress.advance(size);
    Ok(part)
}

fn completed(number: i32, etag: Option<String>, crc32: String) -> CompletedPart {
    CompletedPart::builder().part_number(number).set_e_tag(etag).checksum_crc32(crc32).build()
}

/// Makes the parts one object, whose size and checksum S3 compares with ours.
async fn complete(upload: &Upload<'_>, begun: &Begun, sent: Sent) -> Result<u64, S3Error> {
    let bucket = &upload.transfer.bucket;
    let parts = CompletedMultipartUpload::builder().set_parts(Some(sent.parts)).build();
    let complete = bucket
        .client()
        .complete_multipart_upload()
        .bucket(bucket.name())
        .key(&upload.key)
        .upload_id(begun.upload_id())
        .multipart_upload(parts)
        .mpu_object_size(i64::try_from(sent.bytes).map_err(CliError::failed)?)
        .checksum_type(ChecksumType::FullObject)
        .checksum_crc32(&sent.crc32)
        .set_if_none_match(if_none_match(upload.transfer.is_new));
    match complete.send().await.map_err(S3Error::from) {
        // A second try of a request whose answer was lost: it was completed.
        Err(S3Error::Missing) => {
            let head = bucket.head(&upload.key, None).await?;
            let is_ours = head.checksum_crc32.as_ref() == Some(&sent.crc32);
            if is_ours { Ok(sent.bytes) } else { Err(S3Error::Missing) }
        }
        other => other.map(|_| sent.bytes),
    }
}

/// How large a part is, in bytes. The parts of a stream, whose size nobody knows, grow.
fn part_size(size: Option<u64>, number: i32) -> u64 {
    const MIB: u64 = 1 << 20;
    match size {
        Some(size) => PART_BYTES.max(size.div_ceil(PARTS_MAX).next_multiple_of(MIB)),
        // 8 MiB a thousand times, then twice as much: 8 TiB in all.
        None => PART_BYTES << ((number - 1) / 1000).clamp(0, 9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIB: u64 = 1 << 40;

    #[test]
    fn there_are_never_too_many_parts() {
        for size in [PART_BYTES, PART_BYTES * PARTS_MAX, PART_BYTES * PARTS_MAX + 1, 5 * TIB, 48 * TIB] {
            let part = part_size(Some(size), 1);
            assert!(part >= PART_BYTES && size.div_ceil(part) <= PARTS_MAX, "{size}");
            assert_eq!(part_size(Some(size), 10_000), part, "{size}");
        }
        assert_eq!(part_size(Some(PART_BYTES * PARTS_MAX), 1), PART_BYTES);
        assert_eq!(part_size(Some(PART_BYTES * PARTS_MAX + 1), 1), PART_BYTES + (1 << 20));
    }

    #[test]
    fn the_parts_of_a_stream_grow() {
        for (number, times) in [(1, 1), (1000, 1), (1001, 2), (9001, 512), (10_000, 512)] {
            assert_eq!(part_size(None, number), times * PART_BYTES, "{number}");
        }
        assert!((1..=10_000).map(|number| part_size(None, number)).sum::<u64>() > 7 * TIB);
    }
}
