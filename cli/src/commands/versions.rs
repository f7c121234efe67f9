use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::{
    bucket::{Bucket, Place, Version},
    error::CliError,
    show,
    sign_in::Session,
};

/// Show what files were before: what was overwritten or removed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A file or a folder: home:PATH, team:PATH or bucket:KEY.
    #[arg(default_value = "home:")]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  latchkey versions home:report.pdf
  latchkey restore home:report.pdf
  latchkey cp --version-id ID home:report.pdf old.pdf";

/// What `--json` prints.
#[derive(Serialize)]
struct Output<'a> {
    bucket: &'a str,
    prefix: &'a str,
    versions: Vec<VersionOutput>,
}

#[derive(Serialize)]
struct VersionOutput {
    place: String,
    key: String,
    version_id: String,
    is_latest: bool,
    is_deleted: bool,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
}

/// Shows the versions of a file, or of everything in a folder, the newest of each first.
///
/// # Errors
///
/// A [`CliError`] when there is nothing, or S3 refuses.
pub(crate) async fn show(session: Session, arguments: &Arguments) -> Result<ExitCode, CliError> {
    let bucket = Bucket::open(session).await?;
    let prefix = bucket.key_of(&arguments.place)?;
    let versions = versions_of(&bucket, &arguments.place).await?;
    if arguments.json {
        let versions = versions.into_iter().map(|version| output(&bucket, version)).collect();
        show::print_json(&Output { bucket: bucket.name(), prefix: &prefix, versions })?;
    } else {
        let rows = versions.iter().map(|version| row(&bucket, version)).collect();
        show::print(&show::table(rows, &[0]))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The versions of a file, or of everything in a folder.
///
/// # Errors
///
/// A [`CliError`] when there is nothing, or S3 refuses.
pub(super) async fn versions_of(bucket: &Bucket, place: &Place) -> Result<Vec<Version>, CliError> {
    let (key, folder) = (bucket.key_of(place)?, bucket.key_of(&place.as_folder())?);
    let mut versions = bucket.versions(&key).await?;
    // Other names start like this one.
    versions.retain(|version| version.key == key || version.key.starts_with(&folder));
    if versions.is_empty() {
        return Err(CliError::Failed(format!("{place} never was there.")));
    }
    Ok(versions)
}

fn output(bucket: &Bucket, version: Version) -> VersionOutput {
    VersionOutput {
        place: bucket.place_of(&version.key).exact(),
        last_modified: show::exact_time(version.last_modified.as_ref()),
        key: version.key,
        version_id: version.id,
        is_latest: version.is_latest,
        is_deleted: version.is_deleted,
        size: version.size,
    }
}

fn row(bucket: &Bucket, version: &Version) -> Vec<String> {
    let size = if version.is_deleted { "removed".to_owned() } else { show::size(version.size) };
    let time = show::time(version.last_modified.as_ref());
    let latest = if version.is_latest { "latest" } else { "" };
    let place = bucket.place_of(&version.key).to_string();
    vec![size, time, latest.to_owned(), show::name(&version.id), place]
}
