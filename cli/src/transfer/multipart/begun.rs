use std::collections::HashMap;

use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType};

use super::part_size;
use crate::{
    bucket::S3Error,
    error::CliError,
    transfer::{
        source::Source,
        unfinished::{Entry, Unfinished},
        upload::Upload,
    },
};

/// An upload in parts at S3, new or from another time.
pub(super) struct Begun {
    upload_id: String,
    /// Where it is kept, if it can be gone on with.
    entry: Option<Entry>,
    arrived: HashMap<i32, Part>,
}

/// A part that has arrived.
#[derive(Debug)]
struct Part {
    size: u64,
    etag: String,
    crc32: String,
}

impl Begun {
    /// Goes on with an upload of this file, or begins one.
    ///
    /// # Errors
    ///
    /// An [`S3Error`] when S3 refuses.
    pub(super) async fn new(upload: &Upload<'_>, source: &Source) -> Result<Self, S3Error> {
        let bucket = &upload.transfer.bucket;
        // Nobody can read a stream again.
        let mut entry = source.size.and_then(|_| upload.transfer.unfinished.entry(bucket.name(), &upload.key));
        let unfinished = |upload_id: &str| Unfinished {
            bucket: bucket.name().to_owned(),
            key: upload.key.clone(),
            size: source.size.unwrap_or_default(),
            part_size: part_size(source.size, 1),
            mtime: source.mtime(),
            upload_id: upload_id.to_owned(),
        };
        let known = entry.as_mut().and_then(Entry::read);
        if let Some(known) = known.filter(|known| *known == unfinished(&known.upload_id)) {
            match arrived(upload, &known.upload_id).await {
                Ok(arrived) => return Ok(Self { upload_id: known.upload_id, entry, arrived }),
                Err(S3Error::Missing) => {}
                Err(error) => return Err(error),
            }
        }
        let upload_id = create(upload, source).await?;
        if let Some(entry) = &mut entry {
            entry.write(&unfinished(&upload_id));
        }
        Ok(Self { upload_id, entry, arrived: HashMap::new() })
    }

    pub(super) fn upload_id(&self) -> &str {
        &self.upload_id
    }

    /// The `ETag` of a part, if it has arrived as it is here.
    pub(super) fn etag_of(&self, number: i32, size: u64, crc32: &str) -> Option<&str> {
        let part = self.arrived.get(&number).filter(|part| part.size == size && part.crc32 == crc32);
        part.map(|part| part.etag.as_str())
    }

    /// Forgets an upload that is over, and keeps one that another try can go on with.
    pub(super) async fn ended(self, upload: &Upload<'_>, error: Option<&S3Error>) {
        // It cannot be gone on with if something else is there, or S3 has forgotten it.
        let is_kept = error.is_some_and(|error| !matches!(error, S3Error::Exists | S3Error::Missing));
        match (self.entry, error) {
            (Some(_), Some(_)) if is_kept => return,
            (Some(entry), _) => entry.remove(),
            (None, _) => {}
        }
        if error.is_some() {
            upload.transfer.bucket.abort(&upload.key, &self.upload_id).await;
        }
    }
}

async fn create(upload: &Upload<'_>, source: &Source) -> Result<String, S3Error> {
    let bucket = &upload.transfer.bucket;
    let create = bucket
        .client()
        .create_multipart_upload()
        .bucket(bucket.name())
        .key(&upload.key)
        .set_content_type(source.content_type.map(str::to_owned))
        .set_metadata(source.metadata())
        .checksum_algorithm(ChecksumAlgorithm::Crc32)
        .checksum_type(ChecksumType::FullObject);
    let begun = create.send().await?.upload_id;
    begun.ok_or_else(|| CliError::failed("S3 began no upload.").into())
}

/// The parts of an upload that S3 has.
async fn arrived(upload: &Upload<'_>, upload_id: &str) -> Result<HashMap<i32, Part>, S3Error> {
    let bucket = &upload.transfer.bucket;
    let list = bucket.client().list_parts().bucket(bucket.name()).key(&upload.key).upload_id(upload_id);
    let mut pages = list.into_paginator().send();
    let mut arrived = HashMap::new();
    while let Some(page) = pages.next().await {
        for part in page?.parts.unwrap_or_default() {
            let size = part.size.and_then(|size| u64::try_from(size).ok());
            if let (Some(number), Some(size), Some(etag), Some(crc32)) =
                (part.part_number, size, part.e_tag, part.checksum_crc32)
            {
                arrived.insert(number, Part { size, etag, crc32 });
            }
        }
    }
    Ok(arrived)
}
