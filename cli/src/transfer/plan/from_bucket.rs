use std::path::{Path, PathBuf};

use super::{Plan, Wish};
use crate::{
    bucket::{Bucket, Location, Object, Place},
    error::CliError,
    transfer::{job::Job, local_name::Names, sink::Target},
};

impl Plan {
    /// What is in the bucket: to this machine, or to another place there.
    pub(super) async fn take(
        &mut self,
        bucket: &Bucket,
        from: &Place,
        to: &Location,
        wish: &Wish,
    ) -> Result<(), CliError> {
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
            let rest = wish.is_recursive.then(|| object.key.strip_prefix(&folder).unwrap_or(&object.key));
            // Of several folders, each keeps its name.
            let rest =
                rest.map(|rest| if wish.is_into() { format!("{}/{rest}", from.name()) } else { rest.to_owned() });
            let rest = rest.as_deref();
            let job = match to {
                Location::Stream if rest.is_none() && !wish.is_into() => {
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
        None if wish.is_into() || ends_with_separator || path.is_dir() => from.name(),
        None => return Ok(path.to_owned()),
    };
    let refused = |problem| CliError::Failed(format!("{} {problem}.", from.join(rest)));
    Names::here().path(path, rest).map_err(refused)
}

/// The place for an object from `from`, or for what is called `rest` in it.
fn place_for(to: &Place, from: &Place, rest: Option<&str>, wish: &Wish) -> Result<Place, CliError> {
    let to = match rest {
        Some(rest) => to.join(rest),
        None if wish.is_into() || to.is_folder() => to.join(from.name()),
        None => to.clone(),
    };
    to.check_writable()?;
    Ok(to)
}
