use aws_sdk_s3::{
    operation::head_object::HeadObjectOutput,
    types::{CompletedMultipartUpload, CompletedPart, CopyPartResult},
};
use tokio::task::JoinSet;

use super::{Bucket, PARTS_MAX, S3Error, if_none_match};
use crate::error::CliError;

/// The usual size of a part that S3 copies, in bytes. It takes seconds, and there may be 10,000.
const PART_BYTES: u64 = 1 << 30;
/// How many parts S3 copies at once.
const AT_ONCE: usize = 8;

/// A copy in parts, of what S3 does not copy in one request.
pub(super) struct LargeCopy<'a> {
    pub(super) bucket: &'a Bucket,
    /// `x-amz-copy-source`.
    pub(super) source: String,
    pub(super) head: HeadObjectOutput,
    pub(super) target: &'a str,
    pub(super) is_new: bool,
}

impl LargeCopy<'_> {
    /// Does it. What S3 keeps beside the bytes goes with them, but for tags, which other keys may not read.
    ///
    /// # Errors
    ///
    /// An [`S3Error`]. Then nothing is left of it.
    pub(super) async fn run(self, size: u64) -> Result<(), S3Error> {
        let (client, bucket) = (self.bucket.client(), self.bucket.name());
        let upload_id = self.begin().await?;
        let copied = match self.copy_parts(&upload_id, size).await {
            Ok(parts) => {
                let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
                let complete =
                    client.complete_multipart_upload().bucket(bucket).key(self.target).multipart_upload(parts);
                let complete = complete.set_if_none_match(if_none_match(self.is_new));
                complete.upload_id(&upload_id).send().await.map(drop).map_err(S3Error::from)
            }
            Err(error) => Err(error),
        };
        if copied.is_err() {
            self.bucket.abort(self.target, &upload_id).await;
        }
        copied
    }

    async fn begin(&self) -> Result<String, S3Error> {
        let head = self.head.clone();
        let create = self.bucket.client().create_multipart_upload().bucket(self.bucket.name()).key(self.target);
        let create = create
            .set_cache_control(head.cache_control)
            .set_content_disposition(head.content_disposition)
            .set_content_encoding(head.content_encoding)
            .set_content_language(head.content_language)
            .set_content_type(head.content_type)
            .set_metadata(head.metadata);
        let upload_id = create.send().await?.upload_id;
        upload_id.ok_or_else(|| CliError::failed("S3 began no upload.").into())
    }

    async fn copy_parts(&self, upload_id: &str, size: u64) -> Result<Vec<CompletedPart>, S3Error> {
        let (mut copying, mut parts) = (JoinSet::new(), Vec::new());
        for (number, range) in (1..).zip(ranges(size)) {
            if copying.len() == AT_ONCE {
                parts.extend(joined(&mut copying).await?);
            }
            let copy = self.bucket.client().upload_part_copy().bucket(self.bucket.name()).key(self.target);
            let copy = copy.copy_source(&self.source).set_copy_source_if_match(self.head.e_tag.clone());
            let copy = copy.copy_source_range(range).upload_id(upload_id).part_number(number);
            copying.spawn(async move { Ok(completed(number, copy.send().await?.copy_part_result)) });
        }
        while let Some(part) = joined(&mut copying).await? {
            parts.push(part);
        }
        parts.sort_by_key(CompletedPart::part_number);
        Ok(parts)
    }
}

async fn joined(copying: &mut JoinSet<Result<CompletedPart, S3Error>>) -> Result<Option<CompletedPart>, S3Error> {
    copying.join_next().await.transpose().map_err(CliError::failed)?.transpose()
}

fn completed(number: i32, result: Option<CopyPartResult>) -> CompletedPart {
    let result = result.unwrap_or_else(|| CopyPartResult::builder().build());
    CompletedPart::builder()
        .part_number(number)
        .set_e_tag(result.e_tag)
        .set_checksum_crc32(result.checksum_crc32)
        .set_checksum_crc64_nvme(result.checksum_crc64_nvme)
        .build()
}

/// The parts of an object of `size` bytes, as `x-amz-copy-source-range` has them.
fn ranges(size: u64) -> impl Iterator<Item = String> {
    let part = PART_BYTES.max(size.div_ceil(PARTS_MAX));
    (0..size.div_ceil(part)).map(move |index| {
        let start = index * part;
        format!("bytes={start}-{}", size.min(start + part) - 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_the_whole() {
        let gib = PART_BYTES;
        let cases = [
            (gib, vec![(0, gib - 1)]),
            (gib + 1, vec![(0, gib - 1), (gib, gib)]),
            (2 * gib, vec![(0, gib - 1), (gib, 2 * gib - 1)]),
        ];
        for (size, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(start, end)| format!("bytes={start}-{end}")).collect();
            assert_eq!(ranges(size).collect::<Vec<_>>(), expected, "{size}");
        }
        let largest = 48 * (1 << 40);
        assert_eq!(ranges(largest).count(), 10_000);
        assert!(ranges(largest).last().is_some_and(|range| range.ends_with(&format!("-{}", largest - 1))));
    }
}
