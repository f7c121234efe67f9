use std::{
    fs::{self, OpenOptions},
    io::{self, Write, stdout},
    path::{Path, PathBuf},
    time::SystemTime,
};

use tempfile::NamedTempFile;
use tokio::task::block_in_place;

use super::source::shown;
use crate::error::CliError;

/// Where a download goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    File(PathBuf),
    StandardOutput,
}

/// What takes the bytes of a download, from the first to the last.
pub(super) enum Sink {
    /// A file, which gets its name when it is complete. Until then it is removed if anything goes wrong.
    File {
        file: NamedTempFile,
        path: PathBuf,
    },
    Stream {
        stream: Box<dyn Write + Send>,
        name: String,
    },
}

impl Target {
    /// Whether something is there already.
    pub(super) fn exists(&self) -> bool {
        matches!(self, Self::File(path) if fs::symlink_metadata(path).is_ok())
    }

    /// Opens it. The folders on the way to a file are made.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it cannot be written.
    pub(super) fn open(&self) -> Result<Sink, CliError> {
        let Self::File(path) = self else {
            return Ok(Sink::Stream { stream: Box::new(stdout()), name: "Standard output".to_owned() });
        };
        let problem = |error: io::Error| unwritable(&shown(path), &error);
        // A device or a pipe is written to, and not replaced.
        if fs::metadata(path).is_ok_and(|known| !known.is_file() && !known.is_dir()) {
            let stream = OpenOptions::new().write(true).open(path).map_err(problem)?;
            return Ok(Sink::Stream { stream: Box::new(stream), name: shown(path) });
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = fs::create_dir_all(folder).and_then(|()| new_file(folder)).map_err(problem)?;
        Ok(Sink::File { file, path: path.clone() })
    }
}

/// A new file beside the one to be, with the rights that new files have.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".latchkey-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

impl Sink {
    /// Writes the next bytes.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when they cannot be written: the disk may be full.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        block_in_place(|| match self {
            Self::File { file, path } => {
                file.as_file_mut().write_all(bytes).map_err(|error| unwritable(&shown(path), &error))
            }
            Self::Stream { stream, name } => stream.write_all(bytes).map_err(|error| unwritable(name, &error)),
        })
    }

    /// Gives a complete file its time and its name. With `is_new`, says whether it could: another file may have it.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when that cannot be done.
    pub(super) fn finish(self, time: Option<SystemTime>, is_new: bool, is_move: bool) -> Result<bool, CliError> {
        let (file, path) = match self {
            Self::File { file, path } => (file, path),
            Self::Stream { mut stream, name } => {
                return stream.flush().map(|()| true).map_err(|error| unwritable(&name, &error));
            }
        };
        if let Some(time) = time {
            // A file system may know no such time.
            let _ = file.as_file().set_modified(time);
        }
        if is_move {
            // Before the object goes, it has to be on the disk.
            block_in_place(|| file.as_file().sync_all()).map_err(|error| unwritable(&shown(&path), &error))?;
        }
        let named = if is_new { file.persist_noclobber(&path) } else { file.persist(&path) };
        match named {
            Ok(_) => Ok(true),
            Err(error) if is_new && error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(unwritable(&shown(&path), &error.error)),
        }
    }
}

fn unwritable(name: &str, error: &io::Error) -> CliError {
    CliError::Failed(format!("{name} cannot be written: {error}."))
}
