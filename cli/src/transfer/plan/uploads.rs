use std::{fs, path::Path};

use walkdir::{DirEntry, WalkDir};

use super::{Plan, Wish};
use crate::{
    bucket::Place,
    error::CliError,
    show,
    transfer::{job::Job, sink::UNFINISHED_PREFIX, source::shown},
};

impl Plan {
    /// A file, or everything in a folder.
    pub(super) fn upload(&mut self, path: &Path, to: &Place, wish: &Wish) -> Result<(), CliError> {
        let unreadable = |error| CliError::Failed(format!("{} cannot be read: {error}.", shown(path)));
        let known = fs::metadata(path).map_err(unreadable)?;
        if known.is_dir() && wish.is_recursive {
            let to = if wish.is_into() { to.join(name_of(path)?) } else { to.clone() };
            self.upload_all(path, &to, wish.is_move);
            return Ok(());
        }
        if known.is_dir() {
            let problem = "is a folder: with --recursive, what is in it is meant.";
            return Err(CliError::Usage(format!("{} {problem}", shown(path))));
        }
        if !known.is_file() {
            return Err(not_a_file(path));
        }
        let to =
            if wish.is_into() || wish.is_recursive || to.is_folder() { to.join(name_of(path)?) } else { to.clone() };
        to.check_writable()?;
        self.jobs.push(Job::Upload { file: path.to_owned(), size: known.len(), to });
        Ok(())
    }

    /// Standard input, which has no name.
    pub(super) fn upload_standard_input(&mut self, to: &Place, wish: &Wish) -> Result<(), CliError> {
        if wish.is_into() || to.is_folder() {
            return Err(CliError::Usage("Standard input needs a name: home:NAME.".to_owned()));
        }
        to.check_writable()?;
        self.jobs.push(Job::UploadStandardInput { to: to.clone() });
        Ok(())
    }

    /// Every file in a folder. Links are followed, but not in a move: what they lead to is somewhere else, and stays there.
    fn upload_all(&mut self, folder: &Path, to: &Place, is_move: bool) {
        for entry in WalkDir::new(folder).follow_links(!is_move).contents_first(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => self.folders.push(entry.into_path()),
                // What another download has not finished.
                Ok(entry) if entry.file_name().to_string_lossy().starts_with(UNFINISHED_PREFIX) => {}
                Ok(entry) => match upload_of(folder, &entry, to) {
                    Ok(job) => self.jobs.push(job),
                    Err(error) => self.refused.push(error),
                },
                Err(error) => self.refused.push(CliError::Failed(show::name(&error.to_string()))),
            }
        }
    }
}

fn upload_of(folder: &Path, entry: &DirEntry, to: &Place) -> Result<Job, CliError> {
    let file = entry.path();
    if entry.file_type().is_symlink() {
        return Err(CliError::Failed(format!("{} is a link, which can be copied, but not moved.", shown(file))));
    }
    if !entry.file_type().is_file() {
        return Err(not_a_file(file));
    }
    let inside = file.strip_prefix(folder).map_err(CliError::failed)?;
    let names: Option<Vec<&str>> = inside.iter().map(|name| name.to_str()).collect();
    let to = to.join(&names.ok_or_else(|| not_unicode(file))?.join("/"));
    to.check_writable()?;
    let size = entry.metadata().map_or(0, |known| known.len());
    Ok(Job::Upload { file: file.to_owned(), size, to })
}

fn name_of(file: &Path) -> Result<&str, CliError> {
    let name = file.file_name().ok_or_else(|| CliError::Usage(format!("{} has no name.", shown(file))))?;
    name.to_str().ok_or_else(|| not_unicode(file))
}

fn not_unicode(file: &Path) -> CliError {
    CliError::Failed(format!("{} has a name that is not Unicode, which a key has to be.", shown(file)))
}

fn not_a_file(file: &Path) -> CliError {
    CliError::Failed(format!("{} is not a file.", shown(file)))
}
