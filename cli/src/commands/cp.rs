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
#[command(after_help = COPY_EXAMPLES)]
pub(crate) struct CopyArgs {
    #[command(flatten)]
    places: Places,
    /// Take this version of the object, one that `latchkey versions` shows.
    #[arg(long, value_name = "ID")]
    version_id: Option<String>,
}

/// Move files: copy them, and remove them where they were.
#[derive(Debug, Args)]
#[command(after_help = MOVE_EXAMPLES)]
pub(crate) struct MoveArgs {
    #[command(flatten)]
    places: Places,
}

#[derive(Debug, Args)]
struct Places {
    /// Files, or places in the bucket: home:PATH, team:PATH or bucket:KEY. `-` is standard input.
    #[arg(required = true, value_name = "SRC", value_parser = OsStringValueParser::new().map(|text| Location::of(&text)))]
    sources: Vec<Location>,
    /// The same, or a folder: with a slash at its end in the bucket. `-` is standard output.
    #[arg(value_name = "DST", value_parser = OsStringValueParser::new().map(|text| Location::of(&text)))]
    target: Location,
    /// Everything in the folder SRC, into the folder DST.
    #[arg(short, long)]
    recursive: bool,
    /// Leave alone what is there already.
    #[arg(short, long)]
    no_clobber: bool,
}

const COPY_EXAMPLES: &str = "\
Examples:
  latchkey cp report.pdf home:
  latchkey cp home:report.pdf .
  latchkey cp --recursive --no-clobber photos home:photos
  latchkey cp home:report.pdf team:shared/report.pdf
  tar -cz folder | latchkey cp - home:backup.tar.gz
  latchkey cp home:backup.tar.gz - | tar -xz

The same command again goes on with a large upload that was broken off.";

const MOVE_EXAMPLES: &str = "\
Examples:
  latchkey mv home:draft.txt home:final.txt
  latchkey mv --recursive home:inbox home:archive/2026";

/// Copies.
///
/// # Errors
///
/// A [`CliError`] when the arguments make no sense, or the only copy fails.
pub(crate) async fn copy(session: Session, args: CopyArgs) -> Result<ExitCode, CliError> {
    run(session, args.places, args.version_id, false).await
}

/// Copies, and removes what was copied.
///
/// # Errors
///
/// As [`copy`].
pub(crate) async fn move_files(session: Session, args: MoveArgs) -> Result<ExitCode, CliError> {
    if args.places.sources.contains(&Location::Stream) || args.places.target == Location::Stream {
        return Err(CliError::Usage("A stream can be copied, but not moved.".to_owned()));
    }
    run(session, args.places, None, true).await
}

async fn run(
    session: Session,
    places: Places,
    version_id: Option<String>,
    is_move: bool,
) -> Result<ExitCode, CliError> {
    let Places { sources, target, recursive: is_recursive, no_clobber } = places;
    let folder = session.vault.folder().to_owned();
    let bucket = Bucket::open(session).await?;
    let plan = Plan::new(&bucket, Wish { sources, target, is_recursive, version_id }).await?;
    transfer::run(Transfer::new(bucket, &folder, no_clobber), plan, is_move).await
}
