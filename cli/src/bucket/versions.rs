use std::cmp::Reverse;

use aws_sdk_s3::{
    operation::list_object_versions::ListObjectVersionsOutput, primitives::DateTime, types::EncodingType,
};

use super::{
    Bucket, S3Error,
    listing::{decoded, size},
};
use crate::error::CliError;

/// A version of an object, or the marker of its deletion.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Version {
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) is_latest: bool,
    /// Whether it is the marker of a deletion.
    pub(crate) is_deleted: bool,
    /// Bytes. A marker has none.
    pub(crate) size: u64,
    pub(crate) last_modified: Option<DateTime>,
}

impl Bucket {
    /// The versions of everything whose key starts with `prefix`, by key, and the newest of a key first.
    ///
    /// # Errors
    ///
    /// A [`CliError`] when S3 refuses or does not answer.
    pub(crate) async fn versions(&self, prefix: &str) -> Result<Vec<Version>, CliError> {
        let list = self.client().list_object_versions().bucket(self.name()).prefix(prefix);
        let list = list.encoding_type(EncodingType::Url);
        let mut versions = Vec::new();
        let (mut key, mut id) = (None, None);
        loop {
            let page = list.clone().set_key_marker(key).set_version_id_marker(id).send().await;
            let page = page.map_err(|error| S3Error::from(error).at(&self.place_of(prefix)))?;
            (key, id) = (page.next_key_marker.clone(), page.next_version_id_marker.clone());
            let is_last = page.is_truncated != Some(true) || key.is_none();
            // The marker is encoded as the keys are.
            key = key.map(|key| decoded(Some(key))).transpose()?;
            add(&mut versions, page)?;
            if is_last {
                break;
            }
        }
        // The SDK puts a page's markers apart from its versions, so the order of S3 is made again.
        versions.sort_by(|a: &Version, b| a.key.cmp(&b.key).then_with(|| newest_first(a).cmp(&newest_first(b))));
        Ok(versions)
    }
}

fn newest_first(version: &Version) -> Reverse<(bool, Option<(i64, u32)>)> {
    Reverse((version.is_latest, version.last_modified.map(|time| (time.secs(), time.subsec_nanos()))))
}

fn add(versions: &mut Vec<Version>, page: ListObjectVersionsOutput) -> Result<(), CliError> {
    for version in page.versions.unwrap_or_default() {
        versions.push(Version {
            key: decoded(version.key)?,
            id: version.version_id.unwrap_or_default(),
            is_latest: version.is_latest == Some(true),
            is_deleted: false,
            size: size(version.size),
            last_modified: version.last_modified,
        });
    }
    for marker in page.delete_markers.unwrap_or_default() {
        versions.push(Version {
            key: decoded(marker.key)?,
            id: marker.version_id.unwrap_or_default(),
            is_latest: marker.is_latest == Some(true),
            is_deleted: true,
            size: 0,
            last_modified: marker.last_modified,
        });
    }
    Ok(())
}
