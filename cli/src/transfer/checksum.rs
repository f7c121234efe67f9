use aws_sdk_s3::{operation::head_object::HeadObjectOutput, types::ChecksumType};
use aws_smithy_checksums::{Checksum, ChecksumAlgorithm};
use base64::{Engine, prelude::BASE64_STANDARD};

/// A checksum that is being computed.
pub(super) struct Running(Box<dyn Checksum>);

/// The checksum of a whole object, as S3 keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    algorithm: ChecksumAlgorithm,
    base64: String,
}

impl Running {
    /// The one that uploads have: every S3 client and every store knows it, and of its parts the whole can be computed.
    ///
    /// Source: "Checking object integrity in Amazon S3" in the Amazon S3 user guide.
    pub(super) fn crc32() -> Self {
        Self(ChecksumAlgorithm::Crc32.into_impl())
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// In base64, as in S3's headers.
    pub(super) fn finish(self) -> String {
        BASE64_STANDARD.encode(self.0.finalize())
    }
}

/// The CRC-32 of these bytes, in base64.
pub(super) fn crc32(bytes: &[u8]) -> String {
    let mut running = Running::crc32();
    running.update(bytes);
    running.finish()
}

impl Whole {
    /// The checksum of an object's bytes, if S3 keeps one: that of a multipart upload may be of its parts' checksums.
    pub(super) fn of(head: &HeadObjectOutput) -> Option<Self> {
        if head.checksum_type == Some(ChecksumType::Composite) {
            return None;
        }
        let known = [
            (ChecksumAlgorithm::Crc64Nvme, &head.checksum_crc64_nvme),
            (ChecksumAlgorithm::Sha256, &head.checksum_sha256),
            (ChecksumAlgorithm::Crc32c, &head.checksum_crc32_c),
            (ChecksumAlgorithm::Crc32, &head.checksum_crc32),
        ];
        let mut kept =
            known.into_iter().filter_map(|(algorithm, base64)| Some(Self { algorithm, base64: base64.clone()? }));
        // Before S3 said the type, that of the parts ended with their number.
        kept.find(|whole| !whole.base64.contains('-'))
    }

    pub(super) fn running(&self) -> Running {
        Running(self.algorithm.into_impl())
    }

    pub(super) fn is(&self, computed: &str) -> bool {
        self.base64 == computed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "123456789", whose checksums are published with the algorithms.
    const CHECK: &[u8] = b"123456789";

    #[test]
    fn a_checksum_is_that_of_all_bytes() {
        assert_eq!(crc32(CHECK), BASE64_STANDARD.encode(0xCBF4_3926_u32.to_be_bytes()));
        let mut running = Running::crc32();
        running.update(&CHECK[..4]);
        running.update(&CHECK[4..]);
        assert_eq!(running.finish(), crc32(CHECK));
    }

    #[test]
    fn an_object_is_compared_with_the_checksum_of_its_bytes() {
        let head = HeadObjectOutput::builder;
        let crc64 = BASE64_STANDARD.encode(0xAE8B_1486_0A79_9888_u64.to_be_bytes());
        let whole = Whole::of(&head().checksum_crc64_nvme(&crc64).checksum_crc32("x").build()).unwrap();
        let mut running = whole.running();
        running.update(CHECK);
        assert!(whole.is(&running.finish()) && !whole.is("x"));
        assert_eq!(Whole::of(&head().build()), None);
        assert_eq!(Whole::of(&head().checksum_crc32("x-2").build()), None);
        assert_eq!(Whole::of(&head().checksum_crc32("x").checksum_type(ChecksumType::Composite).build()), None);
        assert!(Whole::of(&head().checksum_crc32("x").checksum_type(ChecksumType::FullObject).build()).is_some());
    }
}
