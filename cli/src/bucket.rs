//! The bucket, reached straight at S3 with the person's own keys: IAM decides, and the API has no load of it.

mod endpoint;
mod error;
mod keys;
mod large_copy;
mod listing;
mod place;
mod told;
mod versions;

use aws_sdk_s3::{Client, operation::head_object::HeadObjectOutput, types::ChecksumMode};

use self::large_copy::LargeCopy;
pub(crate) use self::{
    error::S3Error,
    listing::{Listing, Object},
    place::{Location, Place},
    versions::Version,
};
use crate::{
    error::CliError,
    sign_in::{Folders, Session, SharedSession},
};

/// The largest object that S3 copies in one request, in bytes.
///
/// Source: "Copying objects" in the Amazon S3 user guide.
const COPY_BYTES_MAX: u64 = 5 << 30;
/// The largest number of parts.
///
/// Source: "Amazon S3 multipart upload limits" in the Amazon S3 user guide.
pub(crate) const PARTS_MAX: u64 = 10_000;

/// The bucket, and where the person's folders are in it. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    client: Client,
    session: SharedSession,
    folders: Folders,
}

impl Bucket {
    /// The bucket of the person who is signed in.
    ///
    /// # Errors
    ///
    /// As [`Session::folders`], and [`CliError::Usage`] when a variable of the environment is not acceptable.
    pub(crate) async fn open(mut session: Session) -> Result<Self, CliError> {
        let (folders, region) = session.folders().await?;
        let (client, session) = endpoint::client(session, &region)?;
        Ok(Self { client, session, folders })
    }

    /// Waits until nothing is under way that must not stop half-way.
    pub(crate) async fn settle(&self) {
        self.session.settle().await;
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn name(&self) -> &str {
        &self.folders.bucket
    }

    /// The key, or the start of keys, that `place` stands for.
    ///
    /// # Errors
    ///
    /// [`CliError::Refused`] for the team's folder of somebody in no team; [`CliError::Usage`] when it is too long.
    pub(crate) fn key_of(&self, place: &Place) -> Result<String, CliError> {
        place.key(&self.folders)
    }

    /// How a person writes `key`.
    pub(crate) fn place_of(&self, key: &str) -> Place {
        Place::of(key, &self.folders)
    }

    /// What S3 says of an object or of a version of it, with its checksum.
    ///
    /// # Errors
    ///
    /// A [`CliError`] when it is not there or S3 refuses.
    pub(crate) async fn head(&self, key: &str, version_id: Option<&str>) -> Result<HeadObjectOutput, CliError> {
        let head = self.client.head_object().bucket(self.name()).key(key).checksum_mode(ChecksumMode::Enabled);
        let answer = head.set_version_id(version_id.map(str::to_owned)).send().await;
        answer.map_err(|error| S3Error::from(error).at(&self.place_of(key)))
    }

    /// Lists the first object of the person's home.
    ///
    /// # Errors
    ///
    /// A [`CliError`] when S3 refuses or does not answer.
    pub(crate) async fn check_home(&self) -> Result<(), CliError> {
        let home = &self.folders.home;
        let listed = self.client.list_objects_v2().bucket(self.name()).prefix(home).max_keys(1).send().await;
        listed.map(drop).map_err(|error| S3Error::from(error).at(&self.place_of(home)))
    }

    /// Whether there is an object.
    ///
    /// # Errors
    ///
    /// An [`S3Error`] when S3 does not say.
    pub(crate) async fn is_there(&self, key: &str) -> Result<bool, S3Error> {
        let head = self.client.head_object().bucket(self.name()).key(key).send().await;
        match head.map_err(S3Error::from) {
            Err(S3Error::Missing) => Ok(false),
            other => other.map(|_| true),
        }
    }

    /// Copies an object of `size` bytes, or a version of it, over `target`. Its metadata goes with it.
    ///
    /// # Errors
    ///
    /// An [`S3Error`]: S3 refuses, or with `is_new` something is there already.
    pub(crate) async fn copy(
        &self,
        (source, version_id): (&str, Option<&str>),
        size: u64,
        target: &str,
        is_new: bool,
    ) -> Result<(), S3Error> {
        let header = self.source(source, version_id);
        if size > COPY_BYTES_MAX {
            let head = self.head(source, version_id).await?;
            return LargeCopy { bucket: self, source: header, head, target, is_new }.run(size).await;
        }
        let copy = self.client.copy_object().bucket(self.name()).key(target).copy_source(header);
        copy.set_if_none_match(if_none_match(is_new)).send().await.map(drop).map_err(S3Error::from)
    }

    /// `x-amz-copy-source`, whose key has to be encoded.
    fn source(&self, key: &str, version_id: Option<&str>) -> String {
        let key = percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC);
        let version = version_id.map(|id| format!("?versionId={id}")).unwrap_or_default();
        format!("{}/{key}{version}", self.name())
    }

    /// Gives an upload in parts up. What is left of it, the bucket's own rules remove.
    pub(crate) async fn abort(&self, key: &str, upload_id: &str) {
        let abort = self.client.abort_multipart_upload().bucket(self.name()).key(key).upload_id(upload_id);
        let _ = abort.send().await;
    }

    /// Deletes an object, if given only the one with this `ETag`. With versions, it is still there below a marker.
    ///
    /// # Errors
    ///
    /// An [`S3Error`]: S3 refuses, or another object is there ([`S3Error::Exists`]).
    pub(crate) async fn delete(&self, key: &str, etag: Option<String>) -> Result<(), S3Error> {
        let delete = self.client.delete_object().bucket(self.name()).key(key).set_if_match(etag);
        delete.send().await.map(drop).map_err(S3Error::from)
    }
}

/// `If-None-Match`: with `is_new`, nothing is overwritten.
pub(crate) fn if_none_match(is_new: bool) -> Option<String> {
    is_new.then(|| "*".to_owned())
}
