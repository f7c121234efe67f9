mod from_bucket;
mod uploads;

use std::{collections::HashSet, path::PathBuf};

use super::job::Job;
use crate::{
    bucket::{Bucket, Location},
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
    /// Whether what was copied is to be removed where it was.
    pub(crate) is_move: bool,
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
    /// Whether the target is a folder for several sources, each of which keeps its name there.
    fn is_into(&self) -> bool {
        self.sources.len() > 1
    }

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
        if wish.version_id.is_some() && (wish.is_into() || wish.is_recursive) {
            return Err(CliError::Usage("A version is that of one object.".to_owned()));
        }
        for source in &wish.sources {
            wish.check_apart(bucket, source)?;
            match (source, &wish.target) {
                (Location::Here(path), Location::There(to)) => plan.upload(path, to, &wish)?,
                (Location::Stream, Location::There(to)) => plan.upload_standard_input(to, &wish)?,
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
}
