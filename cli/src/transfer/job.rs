use std::{path::PathBuf, sync::Arc};

use super::{
    Outcome, Transfer, download::download, local_name::IGNORES_CASE, sink::Target, source::Source, upload::upload,
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

    /// What names the target: no two jobs have the same.
    pub(super) fn target(&self) -> String {
        match self {
            Self::Upload { to, .. } | Self::UploadStandardInput { to } | Self::Copy { to, .. } => to.exact(),
            Self::Download { to: Target::StandardOutput, .. } => "-".to_owned(),
            Self::Download { to: Target::File(path), .. } => {
                let path = path.to_string_lossy();
                if IGNORES_CASE { path.to_lowercase() } else { path.into_owned() }
            }
        }
    }

    /// Does it. With a move, what was copied is removed where it was.
    ///
    /// # Errors
    ///
    /// A [`CliError`] that names the file or the place.
    pub(super) async fn run(&self, transfer: &Arc<Transfer>) -> Result<Outcome, CliError> {
        let (object, outcome) = match self {
            Self::Upload { file, to, .. } => {
                let mut source = Source::file(file)?;
                let outcome = upload(transfer, &mut source, to).await?;
                if transfer.is_move && outcome != Outcome::LeftAlone {
                    source.remove()?;
                }
                return Ok(outcome);
            }
            Self::UploadStandardInput { to } => {
                return upload(transfer, &mut Source::standard_input(), to).await;
            }
            Self::Download { object, version_id, to } => {
                (object, download(transfer, object, version_id.as_deref(), to).await?)
            }
            Self::Copy { object, version_id, to } => (object, copy(transfer, object, version_id.as_deref(), to).await?),
        };
        if transfer.is_move && outcome != Outcome::LeftAlone {
            transfer.bucket.delete(&object.key).await?;
        }
        Ok(outcome)
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
