use std::{path::PathBuf, sync::Arc};

use super::{
    Outcome, Transfer, download::download, local_name::IGNORES_CASE, sink::Target, source::Source, upload::upload,
};
use crate::{
    bucket::{Object, Place, S3Error},
    error::CliError,
};

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
        let (object, outcome, etag) = match self {
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
                let (outcome, etag) = download(transfer, object, version_id.as_deref(), to).await?;
                (object, outcome, etag)
            }
            Self::Copy { object, version_id, to } => {
                (object, copy(transfer, object, version_id.as_deref(), to).await?, object.etag.clone())
            }
        };
        if transfer.is_move && outcome != Outcome::LeftAlone {
            let place = transfer.bucket.place_of(&object.key);
            let removed = transfer.bucket.delete(&object.key, etag).await;
            removed.map_err(|error| not_removed(&place, error))?;
        }
        Ok(outcome)
    }
}

/// What to say of an object that was copied, and is still there.
fn not_removed(place: &Place, error: S3Error) -> CliError {
    match error {
        S3Error::Exists => CliError::Failed(format!("{place} was copied, but not removed: it changed meanwhile.")),
        error => match error.at(place) {
            CliError::Refused(_) => CliError::Refused(format!("{place} was copied, but you may not remove it.")),
            other => CliError::Failed(format!("{place} was copied, but not removed: {other}")),
        },
    }
}

/// Copies on the server.
async fn copy(transfer: &Transfer, object: &Object, version_id: Option<&str>, to: &Place) -> Result<Outcome, CliError> {
    let from = transfer.bucket.place_of(&object.key);
    let target = transfer.bucket.key_of(to)?;
    if target == object.key && version_id.is_none() {
        return Err(CliError::Usage(format!("{to} is there already: source and target are the same.")));
    }
    let progress = transfer.progress.file(to.name(), object.size);
    match transfer.bucket.copy((&object.key, version_id), object.size, &target, transfer.is_new).await {
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
