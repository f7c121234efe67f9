use std::process::ExitCode;

use clap::Args;

use super::versions::versions_of;
use crate::{
    bucket::{Bucket, Place, Version},
    error::CliError,
    show,
    sign_in::Session,
};

/// Bring a file back: as it was before it was overwritten or removed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The file, or with --recursive the folder: home:PATH, team:PATH or bucket:KEY.
    place: Place,
    /// This version, one that `latchkey versions` shows, and not the one before the latest.
    #[arg(long, value_name = "ID", conflicts_with = "recursive")]
    version_id: Option<String>,
    /// Everything in the folder that was removed.
    #[arg(short, long)]
    recursive: bool,
}

const EXAMPLES: &str = "\
Examples:
  latchkey restore home:report.pdf
  latchkey restore --version-id ID home:report.pdf
  latchkey restore --recursive home:old

Restoring is copying an old version over: it can be undone in the same way.";

/// Restores a file, or what was removed in a folder.
///
/// # Errors
///
/// A [`CliError`] when there is no such version, or S3 refuses.
pub(crate) async fn restore(session: Session, arguments: Arguments) -> Result<ExitCode, CliError> {
    let bucket = Bucket::open(session).await?;
    let versions = versions_of(&bucket, &arguments.place).await?;
    let chosen = if arguments.recursive {
        removed(&versions)
    } else {
        let key = bucket.key_of(&arguments.place)?;
        let own: Vec<_> = versions.into_iter().filter(|version| version.key == key).collect();
        vec![chosen(own, arguments.version_id.as_deref(), &arguments.place)?]
    };
    let mut errors = Vec::new();
    for version in &chosen {
        match restore_one(&bucket, version).await {
            Ok(()) => {
                let place = bucket.place_of(&version.key);
                eprintln!("Restored {place} of {}.", show::time(version.last_modified.as_ref()));
            }
            Err(error) if !arguments.recursive => return Err(error),
            Err(error) => {
                eprintln!("latchkey: {error}");
                errors.push(error);
            }
        }
    }
    if chosen.is_empty() {
        eprintln!("Nothing was removed there.");
    }
    Ok(errors.first().map_or(ExitCode::SUCCESS, CliError::exit_code))
}

/// Copies a version over what is there now.
async fn restore_one(bucket: &Bucket, version: &Version) -> Result<(), CliError> {
    let place = bucket.place_of(&version.key);
    let copied = bucket.copy((&version.key, Some(&version.id)), version.size, &version.key, false).await;
    copied.map_err(|error| error.at(&place))
}

/// The version with this id, or else the newest that is not what is there now.
fn chosen(versions: Vec<Version>, version_id: Option<&str>, place: &Place) -> Result<Version, CliError> {
    let is_wanted = |version: &Version| match version_id {
        Some(id) => version.id == id,
        None => !version.is_latest && !version.is_deleted,
    };
    match (versions.into_iter().find(is_wanted), version_id) {
        (Some(version), _) if version.is_deleted => {
            Err(CliError::Usage(format!("With that version, {place} was removed: there is nothing to restore.")))
        }
        (Some(version), _) => Ok(version),
        (None, Some(_)) => Err(CliError::Failed(format!("{place} has no such version: see `latchkey versions`."))),
        (None, None) => Err(CliError::Failed(format!("{place} has no older version."))),
    }
}

/// Of each key that was removed, the newest version.
fn removed(versions: &[Version]) -> Vec<Version> {
    let mut chosen = Vec::new();
    for of_key in versions.chunk_by(|a, b| a.key == b.key) {
        if of_key.first().is_some_and(|latest| latest.is_deleted) {
            chosen.extend(of_key.iter().find(|version| !version.is_deleted).cloned());
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(key: &str, id: &str, is_latest: bool, is_deleted: bool) -> Version {
        let (key, id) = (key.to_owned(), id.to_owned());
        Version { key, id, is_latest, is_deleted, size: 1, last_modified: None }
    }

    #[test]
    fn the_version_before_the_latest_is_restored() {
        let place: Place = "home:a".parse().unwrap();
        let id = |versions: &[Version], id| chosen(versions.to_vec(), id, &place).map(|version| version.id).ok();
        let overwritten = [version("a", "2", true, false), version("a", "1", false, false)];
        assert_eq!(id(&overwritten, None).as_deref(), Some("1"));
        assert_eq!(id(&overwritten, Some("2")).as_deref(), Some("2"));
        assert_eq!(id(&overwritten, Some("3")), None);
        let removed =
            [version("a", "m2", true, true), version("a", "m1", false, true), version("a", "1", false, false)];
        assert_eq!(id(&removed, None).as_deref(), Some("1"));
        assert_eq!(id(&removed, Some("m1")), None);
        assert_eq!(id(&[version("a", "1", true, false)], None), None);
    }

    #[test]
    fn in_a_folder_what_was_removed_comes_back() {
        let versions = [
            version("a", "2", true, false),
            version("a", "1", false, false),
            version("b", "m", true, true),
            version("b", "2", false, false),
            version("b", "1", false, false),
            version("c", "m", true, true),
        ];
        let ids: Vec<_> = removed(&versions).into_iter().map(|version| version.id).collect();
        assert_eq!(ids, ["2"]);
    }
}
