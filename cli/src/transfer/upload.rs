use std::sync::Arc;

use super::{
    ONE_REQUEST_BYTES_MAX, Outcome, PART_BYTES, Transfer, checksum, multipart, progress::FileProgress, source::Source,
};
use crate::{
    bucket::{Place, S3Error, if_none_match},
    error::CliError,
};

/// A file on its way to its key.
pub(super) struct Upload<'a> {
    pub(super) transfer: &'a Arc<Transfer>,
    pub(super) key: String,
    pub(super) progress: FileProgress,
}

/// Uploads `source` to `place`: in one request, or a large one in parts.
///
/// # Errors
///
/// A [`CliError`] when it cannot be read, or S3 refuses.
pub(super) async fn upload(transfer: &Arc<Transfer>, source: &mut Source, place: &Place) -> Result<Outcome, CliError> {
    let key = transfer.bucket.key_of(place)?;
    let progress = transfer.progress.file(place.name(), source.size.unwrap_or_default());
    let upload = Upload { transfer, key, progress };
    let sent = match upload.size_of_one_request(source).await {
        Ok(Some(size)) => upload.in_one_request(source, size).await,
        Ok(None) => multipart::upload(&upload, source).await,
        Err(error) => Err(error.into()),
    };
    match sent {
        Ok(bytes) => Ok(Outcome::Copied(bytes)),
        Err(S3Error::Exists) if transfer.is_new => Ok(Outcome::LeftAlone),
        Err(error) => Err(error.at(place)),
    }
}

impl Upload<'_> {
    /// The size of what is small enough for one request. The beginning of a stream says whether it is.
    async fn size_of_one_request(&self, source: &mut Source) -> Result<Option<u64>, CliError> {
        if let Some(size) = source.size {
            return Ok((size <= ONE_REQUEST_BYTES_MAX).then_some(size));
        }
        let _memory = self.transfer.memory(PART_BYTES).await?;
        let beginning = source.next(PART_BYTES)?;
        let size = beginning.len() as u64;
        source.put_back(beginning);
        Ok((size < PART_BYTES).then_some(size))
    }

    async fn in_one_request(&self, source: &mut Source, size: u64) -> Result<u64, S3Error> {
        let _memory = self.transfer.memory(size).await?;
        // One more, to see the end.
        let bytes = source.next(size + 1)?;
        source.check_size(bytes.len() as u64)?;
        source.check_unchanged()?;
        let bucket = &self.transfer.bucket;
        let put = bucket
            .client()
            .put_object()
            .bucket(bucket.name())
            .key(&self.key)
            .set_content_type(source.content_type.map(str::to_owned))
            .set_metadata(source.metadata())
            .set_if_none_match(if_none_match(self.transfer.is_new))
            .checksum_crc32(checksum::crc32(&bytes))
            .body(bytes.into())
            .customize()
            // The checksum is enough: a hash of every byte as well would take longer than to send it.
            .disable_payload_signing();
        put.send().await?;
        self.progress.advance(size);
        Ok(size)
    }
}
