use std::process::ExitCode;

use clap::{
    Args,
    builder::{OsStringValueParser, TypedValueParser},
};

use crate::{
    bucket::{Bucket, Location},
    error::CliError,
    sign_in::Session,
    transfer::{self, Plan, Transfer, Wish},
};

/// Copy files: to the bucket, from it, or in it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    places: Places,
    /// Take this version of the object, one that `latchkey versions` shows.
    #[arg(long, value_name = "ID")]
    version_id: Option<String>,
}

/// What is copied where.
#[derive(Debug, Args)]
pub(super) struct Places {
    /// Files, or places in the bucket: home:PATH, team:PATH or bucket:KEY. For cp, `-` is standard input.
    #[arg(required = true, value_name = "SRC", value_parser = OsStringValueParser::new().map(|text| Location::of(&text)))]
    pub(super) sources: Vec<Location>,
    /// The same, or a folder: with a slash at its end in the bucket. For cp, `-` is standard output.
    #[arg(value_name = "DST", value_parser = OsStringValueParser::new().map(|text| Location::of(&text)))]
    pub(super) target: Location,
    /// Everything in the folder SRC, into the folder DST. Of several, each keeps its name there.
    #[arg(short, long)]
    recursive: bool,
    /// Leave alone what is there already.
    #[arg(short, long)]
    no_clobber: bool,
}

const EXAMPLES: &str = "\
Examples:
  latchkey cp report.pdf home:
  latchkey cp home:report.pdf .
  latchkey cp --recursive --no-clobber photos home:photos
  latchkey cp home:report.pdf team:shared/report.pdf
  tar -cz folder | latchkey cp - home:backup.tar.gz
  latchkey cp home:backup.tar.gz - | tar -xz

The same command again goes on with a large upload that was broken off.";

/// Copies.
///
/// # Errors
///
/// A [`CliError`] when the arguments make no sense, or the only copy fails.
pub(crate) async fn copy(session: Session, arguments: Arguments) -> Result<ExitCode, CliError> {
    run(session, arguments.places, arguments.version_id, false).await
}

/// Copies what the arguments say; with `is_move`, what was copied is removed.
///
/// # Errors
///
/// As [`copy`].
pub(super) async fn run(
    session: Session,
    places: Places,
    version_id: Option<String>,
    is_move: bool,
) -> Result<ExitCode, CliError> {
    let Places { sources, target, recursive: is_recursive, no_clobber } = places;
    let folder = session.vault.uploads();
    let bucket = Bucket::open(session).await?;
    let plan = Plan::new(&bucket, Wish { sources, target, is_recursive, version_id, is_move }).await?;
    transfer::run(Transfer::new(bucket, &folder, no_clobber, is_move), plan).await
}
