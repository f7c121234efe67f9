use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Cursor, Read, stdin},
    path::{Path, PathBuf},
    time::SystemTime,
};

use bytes::Bytes;
use tokio::task::block_in_place;

use super::times;
use crate::{error::CliError, show};

/// What is uploaded, read from its start to its end.
pub(super) struct Source {
    reader: Box<dyn Read + Send + Sync>,
    /// Bytes, if that is known.
    pub(super) size: Option<u64>,
    pub(super) content_type: Option<&'static str>,
    file: Option<(PathBuf, SystemTime)>,
}

impl Source {
    /// A file.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it cannot be read, or is no file.
    pub(super) fn file(path: &Path) -> Result<Self, CliError> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
        if !metadata.is_file() {
            return Err(CliError::Failed(format!("{} is not a file.", shown(path))));
        }
        Ok(Self {
            reader: Box::new(file),
            size: Some(metadata.len()),
            content_type: mime_guess::from_path(path).first_raw(),
            file: metadata.modified().ok().map(|modified| (path.to_owned(), modified)),
        })
    }

    /// Standard input.
    pub(super) fn standard_input() -> Self {
        Self { reader: Box::new(stdin()), size: None, content_type: None, file: None }
    }

    /// The file's time, as the metadata has it.
    pub(super) fn mtime(&self) -> Option<String> {
        self.file.as_ref().and_then(|(_, modified)| times::written(*modified))
    }

    /// The metadata of its object: the file's time.
    pub(super) fn metadata(&self) -> Option<HashMap<String, String>> {
        self.mtime().map(|mtime| [(times::MTIME.to_owned(), mtime)].into())
    }

    /// The next `bytes`. There are fewer only at the end.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when they cannot be read.
    pub(super) fn next(&mut self, bytes: u64) -> Result<Bytes, CliError> {
        let mut read = Vec::with_capacity(usize::try_from(bytes.min(self.size.unwrap_or(bytes))).unwrap_or_default());
        let done = block_in_place(|| self.reader.by_ref().take(bytes).read_to_end(&mut read));
        done.map_err(|error| self.problem(&error))?;
        Ok(read.into())
    }

    /// Puts what was read last back to the start.
    pub(super) fn put_back(&mut self, bytes: Bytes) {
        let rest = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(Cursor::new(bytes).chain(rest));
    }

    /// Checks that so many bytes were read as the file has.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when there were more or fewer.
    pub(super) fn check_size(&self, read: u64) -> Result<(), CliError> {
        match (&self.file, self.size) {
            (Some((path, _)), Some(size)) if read != size => Err(changed(path)),
            _ => Ok(()),
        }
    }

    /// Checks that the file is still the one that was opened.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when somebody has written to it meanwhile.
    pub(super) fn check_unchanged(&self) -> Result<(), CliError> {
        let Some((path, modified)) = &self.file else { return Ok(()) };
        let now = fs::metadata(path).ok().and_then(|metadata| Some((Some(metadata.len()), metadata.modified().ok()?)));
        if now != Some((self.size, *modified)) {
            return Err(changed(path));
        }
        Ok(())
    }

    /// Removes the file, if it is still the one that was read.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it is another, or cannot be removed.
    pub(super) fn remove(&self) -> Result<(), CliError> {
        let Some((path, _)) = &self.file else { return Ok(()) };
        let problem = |why: String| CliError::Failed(format!("{} was copied, but not removed: {why}.", shown(path)));
        self.check_unchanged().map_err(|_| problem("it changed meanwhile".to_owned()))?;
        fs::remove_file(path).map_err(|error| problem(error.to_string()))
    }

    fn problem(&self, error: &io::Error) -> CliError {
        match &self.file {
            Some((path, _)) => unreadable(path, error),
            None => CliError::Failed(format!("Standard input cannot be read: {error}.")),
        }
    }
}

pub(super) fn shown(path: &Path) -> String {
    show::name(&path.to_string_lossy())
}

fn changed(path: &Path) -> CliError {
    CliError::Failed(format!("{} changed while it was read.", shown(path)))
}

fn unreadable(path: &Path, error: &io::Error) -> CliError {
    CliError::Failed(format!("{} cannot be read: {error}.", shown(path)))
}
