use std::{fs, path::PathBuf, sync::Arc};

use super::{
    Outcome, Transfer,
    download::download,
    sink::Target,
    source::{Source, shown},
    upload::upload,
};
use crate::{
    bucket::{Object, Place, S3Error},
    error::CliError,
};

/// The largest object that S3 copies in one request, in bytes.
///
/// Source: "Copying objects" in the Amazon S3 user guide.
const COPY_BYTES_MAX: u64 = 5 << 30;

/// One file or object, and where it is copied to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Job {
    Upload { file: PathBuf, size: u64, to: Place },
    UploadStandardInput { to: Place },
    Download { object: Object, version_id: Option<String>, to: Target },
    Copy { object: Object, version_id: Option<String>, to: Place },
}

impl Job {
    /// Bytes to be copied, as far as they are known.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Upload { size, .. } => *size,
            Self::UploadStandardInput { .. } => 0,
            Self::Download { object, .. } | Self::Copy { object, .. } => object.size,
        }
    }

    /// Does it.
    ///
    /// # Errors
    ///
    /// A [`CliError`] that names the file or the place.
    pub(super) async fn run(&self, transfer: &Arc<Transfer>) -> Result<Outcome, CliError> {
        match self {
            Self::Upload { file, to, .. } => upload(transfer, Source::file(file)?, to).await,
            Self::UploadStandardInput { to } => upload(transfer, Source::standard_input(), to).await,
            Self::Download { object, version_id, to } => download(transfer, object, version_id.as_deref(), to).await,
            Self::Copy { object, version_id, to } => copy(transfer, object, version_id.as_deref(), to).await,
        }
    }

    /// Removes what was copied, from where it was.
    ///
    /// # Errors
    ///
    /// A [`CliError`] when it cannot be removed.
    pub(super) async fn remove_source(&self, transfer: &Transfer) -> Result<(), CliError> {
        match self {
            Self::Upload { file, .. } => fs::remove_file(file)
                .map_err(|error| CliError::Failed(format!("{} was copied, but not removed: {error}.", shown(file)))),
            Self::UploadStandardInput { .. } => Ok(()),
            Self::Download { object, .. } | Self::Copy { object, .. } => transfer.bucket.delete(&object.key).await,
        }
    }
}

/// Copies on the server.
async fn copy(transfer: &Transfer, object: &Object, version_id: Option<&str>, to: &Place) -> Result<Outcome, CliError> {
    let from = transfer.bucket.place_of(&object.key);
    if object.size > COPY_BYTES_MAX {
        let problem = "is over 5 GiB, which S3 does not copy by itself. Download it, and upload it again.";
        return Err(CliError::Failed(format!("{from} {problem}")));
    }
    let target = transfer.bucket.key_of(to)?;
    let progress = transfer.progress.file(to.name(), object.size);
    match transfer.bucket.copy(&object.key, version_id, &target, transfer.is_new).await {
        Ok(()) => {
            progress.advance(object.size);
            Ok(Outcome::Copied(object.size))
        }
        Err(S3Error::Exists) if transfer.is_new => Ok(Outcome::LeftAlone),
        // It may be the source that is gone.
        Err(S3Error::Missing) => Err(S3Error::Missing.at(&from)),
        Err(error) => Err(error.at(to)),
    }
}
