//! Files and folders that only their owner can read.

use std::{
    fs::{self, File, Permissions},
    io::{self, Write},
    path::Path,
};

use tempfile::{NamedTempFile, TempPath};

/// Makes a folder and those above it, unless it is there.
///
/// # Errors
///
/// As [`fs::DirBuilder::create`].
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a file, or fails if there is one.
///
/// # Errors
///
/// As [`fs::OpenOptions::open`].
pub(crate) fn make(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens a file to read and write it, and makes it unless it is there.
///
/// # Errors
///
/// As [`fs::OpenOptions::open`].
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a file in `folder` that is removed when the path is dropped. Others cannot guess its name.
///
/// # Errors
///
/// An [`io::Error`] when it cannot be written.
pub(crate) fn make_temporary(folder: &Path, prefix: &str, bytes: &[u8]) -> io::Result<TempPath> {
    let mut file = tempfile::Builder::new().prefix(prefix).tempfile_in(folder)?;
    file.write_all(bytes)?;
    Ok(file.into_temp_path())
}

/// Replaces the file at `path` as a whole, or makes it: a reader sees the old or the new, and nothing between them. The new
/// one has these permissions if they are given, and else is for its owner alone.
///
/// # Errors
///
/// An [`io::Error`] when it cannot be written. Then the old one is still there.
pub(crate) fn replace(path: &Path, bytes: &[u8], permissions: Option<Permissions>) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    // Not tempfile's way: on Windows, that fails while another process reads the old file.
    let new = file.into_temp_path();
    fs::rename(&new, path)?;
    // It has another name now, so there is nothing to remove.
    let _ = new.keep();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_for_its_owner_and_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        make(&path).unwrap().write_all(b"x").unwrap();
        assert_eq!(make(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let temporary = make_temporary(folder.path(), "serve-", b"y").unwrap();
        let replaced = folder.path().join("sign-in");
        replace(&replaced, b"z", None).unwrap();
        #[cfg(unix)]
        for path in [&path, &*temporary, &replaced] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
        }
        let gone = temporary.to_path_buf();
        drop(temporary);
        assert!(!gone.exists());
    }
}
