use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use super::{job::Job, local_name::Names, sink::Target, source::shown};
use crate::{
    bucket::{Bucket, Location, Object, Place},
    error::CliError,
    show,
};

/// What a person wants to have copied.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) sources: Vec<Location>,
    pub(crate) target: Location,
    /// Whether what is in the sources is meant, and not they themselves.
    pub(crate) is_recursive: bool,
    pub(crate) version_id: Option<String>,
}

/// Everything that is to be copied.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(super) jobs: Vec<Job>,
    /// Why some of it cannot be.
    pub(super) refused: Vec<CliError>,
    /// The folders that files come from, each after those in it.
    pub(super) folders: Vec<PathBuf>,
}

impl Wish {
    /// Refuses to copy a folder of the bucket into itself or into one that it is in: what is copied first would be copied
    /// again, or overwritten before it is.
    fn check_apart(&self, bucket: &Bucket, source: &Location) -> Result<(), CliError> {
        let (true, Location::There(from), Location::There(to)) = (self.is_recursive, source, &self.target) else {
            return Ok(());
        };
        let (inner, outer) = (bucket.key_of(&from.as_folder())?, bucket.key_of(&to.as_folder())?);
        if inner.starts_with(&outer) || outer.starts_with(&inner) {
            let problem = "is in the other. Copy it to a folder beside them first.";
            return Err(CliError::Usage(format!("Of {} and {}, one {problem}", from.as_folder(), to.as_folder())));
        }
        Ok(())
    }
}

const NOTHING_THERE: &str = "Nothing of that is in the bucket: a place there starts with home:, team: or bucket:.";

impl Plan {
    /// Looks at what is there, here and in the bucket.
    ///
    /// # Errors
    ///
    /// A [`CliError`] when the wish makes no sense, or a source is not there.
    pub(crate) async fn new(bucket: &Bucket, wish: Wish) -> Result<Self, CliError> {
        let mut plan = Self::default();
        let is_into = wish.sources.len() > 1;
        if wish.version_id.is_some() && (is_into || wish.is_recursive) {
            return Err(CliError::Usage("A version is that of one object.".to_owned()));
        }
        for source in &wish.sources {
            wish.check_apart(bucket, source)?;
            match (source, &wish.target) {
                (Location::Here(file), Location::There(to)) if wish.is_recursive => plan.upload_all(file, to)?,
                (Location::Here(file), Location::There(to)) => plan.upload(file, to, is_into)?,
                (Location::Stream, Location::There(to)) => plan.upload_standard_input(to, is_into)?,
                (Location::There(from), to) => plan.take(bucket, from, to, &wish).await?,
                _ => return Err(CliError::Usage(NOTHING_THERE.to_owned())),
            }
        }
        plan.refuse_the_same_target_twice();
        Ok(plan)
    }

    /// Of several that would overwrite each other, only the first is copied.
    fn refuse_the_same_target_twice(&mut self) {
        let (mut targets, refused) = (HashSet::new(), &mut self.refused);
        self.jobs.retain(|job| {
            let is_first = targets.insert(job.target());
            if !is_first {
                let shown = show::name(&job.target());
                refused.push(CliError::Failed(format!("{shown} is the target of another file, too.")));
            }
            is_first
        });
    }

    fn upload(&mut self, file: &Path, to: &Place, is_into: bool) -> Result<(), CliError> {
        let known = fs::metadata(file)
            .map_err(|error| CliError::Failed(format!("{} cannot be read: {error}.", shown(file))))?;
        if known.is_dir() {
            let problem = "is a folder: with --recursive, what is in it is meant.";
            return Err(CliError::Usage(format!("{} {problem}", shown(file))));
        }
        let to = if is_into || to.is_folder() { to.join(name_of(file)?) } else { to.clone() };
        to.check_writable()?;
        self.jobs.push(Job::Upload { file: file.to_owned(), size: known.len(), to });
        Ok(())
    }

    fn upload_standard_input(&mut self, to: &Place, is_into: bool) -> Result<(), CliError> {
        if is_into || to.is_folder() {
            return Err(CliError::Usage("Standard input needs a name: home:NAME.".to_owned()));
        }
        to.check_writable()?;
        self.jobs.push(Job::UploadStandardInput { to: to.clone() });
        Ok(())
    }

    /// Every file in a folder. Links are followed.
    fn upload_all(&mut self, folder: &Path, to: &Place) -> Result<(), CliError> {
        if !folder.is_dir() {
            return Err(CliError::Usage(format!("{} is not a folder.", shown(folder))));
        }
        for entry in WalkDir::new(folder).follow_links(true).contents_first(true).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.refused.push(CliError::failed(error));
                    continue;
                }
            };
            if entry.file_type().is_dir() {
                self.folders.push(entry.into_path());
            } else if let Err(error) = self.upload_one_of(folder, &entry, to) {
                self.refused.push(error);
            }
        }
        Ok(())
    }

    fn upload_one_of(&mut self, folder: &Path, entry: &walkdir::DirEntry, to: &Place) -> Result<(), CliError> {
        let file = entry.path();
        if !entry.file_type().is_file() {
            return Err(CliError::Failed(format!("{} is not a file.", shown(file))));
        }
        let inside = file.strip_prefix(folder).map_err(CliError::failed)?;
        let names: Option<Vec<&str>> = inside.iter().map(|name| name.to_str()).collect();
        let to = to.join(&names.ok_or_else(|| not_unicode(file))?.join("/"));
        to.check_writable()?;
        let size = entry.metadata().map_or(0, |known| known.len());
        self.jobs.push(Job::Upload { file: file.to_owned(), size, to });
        Ok(())
    }

    /// What is in the bucket: to this machine, or to another place there.
    async fn take(&mut self, bucket: &Bucket, from: &Place, to: &Location, wish: &Wish) -> Result<(), CliError> {
        let objects = if wish.is_recursive {
            bucket.objects_in(from).await?
        } else {
            vec![bucket.object(from, wish.version_id.as_deref()).await?]
        };
        let folder = if wish.is_recursive { bucket.key_of(&from.as_folder())? } else { String::new() };
        for object in objects {
            // The consoles of S3 keep an empty object for a folder.
            if wish.is_recursive && object.key.ends_with('/') {
                continue;
            }
            let rest = wish.is_recursive.then(|| object.key.strip_prefix(&folder).unwrap_or(&object.key).to_owned());
            let rest = rest.as_deref();
            let job = match to {
                Location::Stream if rest.is_none() && wish.sources.len() == 1 => {
                    Ok(download(object, wish, Target::StandardOutput))
                }
                Location::Stream => {
                    return Err(CliError::Usage("Only one object can go to standard output.".to_owned()));
                }
                Location::Here(path) => {
                    file_for(path, from, rest, wish).map(|file| download(object, wish, Target::File(file)))
                }
                Location::There(to) => place_for(to, from, rest, wish).map(|to| Job::Copy {
                    object,
                    version_id: wish.version_id.clone(),
                    to,
                }),
            };
            match job {
                Ok(job) => self.jobs.push(job),
                Err(error) if wish.is_recursive => self.refused.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn download(object: Object, wish: &Wish, to: Target) -> Job {
    Job::Download { object, version_id: wish.version_id.clone(), to }
}

/// The file for an object from `from`, or for what is called `rest` in it.
fn file_for(path: &Path, from: &Place, rest: Option<&str>, wish: &Wish) -> Result<PathBuf, CliError> {
    let ends_with_separator = path.to_string_lossy().ends_with(std::path::is_separator);
    let rest = match rest {
        Some(rest) => rest,
        None if wish.sources.len() > 1 || ends_with_separator || path.is_dir() => from.name(),
        None => return Ok(path.to_owned()),
    };
    let refused = |problem| CliError::Failed(format!("{} {problem}.", from.join(rest)));
    Names::here().path(path, rest).map_err(refused)
}

/// The place for an object from `from`, or for what is called `rest` in it.
fn place_for(to: &Place, from: &Place, rest: Option<&str>, wish: &Wish) -> Result<Place, CliError> {
    let to = match rest {
        Some(rest) => to.join(rest),
        None if wish.sources.len() > 1 || to.is_folder() => to.join(from.name()),
        None => to.clone(),
    };
    to.check_writable()?;
    let is_same = rest.map_or_else(|| to == *from, |rest| to == from.join(rest));
    if is_same && wish.version_id.is_none() {
        return Err(CliError::Usage(format!("{to} is there already: source and target are the same.")));
    }
    Ok(to)
}

fn name_of(file: &Path) -> Result<&str, CliError> {
    let name = file.file_name().ok_or_else(|| CliError::Failed(format!("{} has no name.", shown(file))))?;
    name.to_str().ok_or_else(|| not_unicode(file))
}

fn not_unicode(file: &Path) -> CliError {
    CliError::Failed(format!("{} has a name that is not Unicode, which a key has to be.", shown(file)))
}
