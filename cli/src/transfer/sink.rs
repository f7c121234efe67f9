use std::{
    fs::{self, OpenOptions, Permissions},
    io::{self, Write, stdout},
    path::{Path, PathBuf},
    time::SystemTime,
};

use tempfile::NamedTempFile;
use tokio::task::block_in_place;

use super::source::shown;
use crate::error::CliError;

/// How the name of a file begins that is not complete.
pub(super) const UNFINISHED_PREFIX: &str = ".latchkey-";

/// Where a download goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    File(PathBuf),
    StandardOutput,
}

/// What takes the bytes of a download, from the first to the last.
pub(super) enum Sink {
    /// A file, which gets its name when it is complete. Until then it is removed if anything goes wrong. It has the rights of
    /// the one that it replaces, if there is one.
    File {
        file: NamedTempFile,
        path: PathBuf,
        replaced: Option<Permissions>,
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
    /// [`CliError::Failed`] when it cannot be written, and [`CliError::Usage`] for a move to what keeps nothing.
    pub(super) fn open(&self, is_move: bool) -> Result<Sink, CliError> {
        let Self::File(path) = self else {
            return Ok(Sink::Stream { stream: Box::new(stdout()), name: "Standard output".to_owned() });
        };
        let problem = |error: io::Error| unwritable(&shown(path), &error);
        // A device or a pipe is written to, and not replaced.
        if fs::metadata(path).is_ok_and(|known| !known.is_file() && !known.is_dir()) {
            if is_move {
                return Err(CliError::Usage(format!("{} is no file, so nothing can be moved there.", shown(path))));
            }
            let stream = OpenOptions::new().write(true).open(path).map_err(problem)?;
            return Ok(Sink::Stream { stream: Box::new(stream), name: shown(path) });
        }
        // A link stays one: what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let replaced = fs::metadata(&path).ok().map(|known| known.permissions());
        let folder = folder_of(&path);
        let file = fs::create_dir_all(folder).and_then(|()| new_file(folder, replaced.is_some())).map_err(problem)?;
        Ok(Sink::File { file, path, replaced })
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file beside the one to be: with the rights that new files have or, until it has those of another, for its owner.
fn new_file(folder: &Path, is_private: bool) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED_PREFIX);
    #[cfg(unix)]
    if !is_private {
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
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
            Self::File { file, path, .. } => {
                file.as_file_mut().write_all(bytes).map_err(|error| unwritable(&shown(path), &error))
            }
            Self::Stream { stream, name } => stream.write_all(bytes).map_err(|error| unwritable(name, &error)),
        })
    }

    /// Gives a complete file its time and its name. With `is_new`, says whether it could: another file may have it. With
    /// `is_move`, the file is on the disk afterwards.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when that cannot be done.
    pub(super) fn finish(self, time: Option<SystemTime>, is_new: bool, is_move: bool) -> Result<bool, CliError> {
        let (file, path, replaced) = match self {
            Self::File { file, path, replaced } => (file, path, replaced),
            Self::Stream { mut stream, name } => {
                return stream.flush().map(|()| true).map_err(|error| unwritable(&name, &error));
            }
        };
        if let Some(time) = time {
            // A file system may know no such time.
            let _ = file.as_file().set_modified(time);
        }
        let problem = |error: io::Error| unwritable(&shown(&path), &error);
        if is_move {
            block_in_place(|| file.as_file().sync_all()).map_err(problem)?;
        }
        let named = match replaced {
            Some(permissions) if !is_new => {
                file.as_file().set_permissions(permissions).map_err(problem)?;
                file.persist(&path)
            }
            _ => file.persist_noclobber(&path),
        };
        match named {
            Ok(_) if is_move => block_in_place(|| sync_folder(&path)).map(|()| true).map_err(problem),
            Ok(_) => Ok(true),
            Err(error) if is_new && error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            // Somebody else's, or another key's, where names of different bytes are one.
            Err(error) => Err(problem(error.error)),
        }
    }
}

/// Lets the new name of a file outlast a power cut.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder_of(path)).and_then(|folder| folder.sync_all()) } else { Ok(()) }
}

fn unwritable(name: &str, error: &io::Error) -> CliError {
    CliError::Failed(format!("{name} cannot be written: {error}."))
}
