use std::process::ExitCode;

use clap::Args;

use super::cp::{self, Places};
use crate::{bucket::Location, error::CliError, sign_in::Session};

/// Move files: copy them, and remove them where they were.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    places: Places,
}

const EXAMPLES: &str = "\
Examples:
  latchkey mv home:draft.txt home:final.txt
  latchkey mv --recursive home:inbox home:archive/2026";

/// Copies, and removes what was copied.
///
/// # Errors
///
/// As [`cp::copy`].
pub(crate) async fn move_files(session: Session, arguments: Arguments) -> Result<ExitCode, CliError> {
    if arguments.places.sources.contains(&Location::Stream) || arguments.places.target == Location::Stream {
        return Err(CliError::Usage("A stream can be copied, but not moved.".to_owned()));
    }
    cp::run(session, arguments.places, None, true).await
}
