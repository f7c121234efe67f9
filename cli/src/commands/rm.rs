use std::{
    io::{IsTerminal, stdin},
    process::ExitCode,
};

use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use clap::Args;

use crate::{
    bucket::{Bucket, Object, Place, S3Error},
    error::CliError,
    sign_in::Session,
};

/// How many objects S3 deletes in one request.
///
/// Source: `DeleteObjects` in the Amazon S3 API reference.
const AT_ONCE_MAX: usize = 1000;

/// Remove files. Where the bucket keeps versions, `latchkey restore` brings them back.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What to remove: home:PATH, team:PATH or bucket:KEY.
    #[arg(required = true, value_name = "PLACE")]
    places: Vec<Place>,
    /// Everything in the folder. Asks first.
    #[arg(short, long)]
    recursive: bool,
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
}

const EXAMPLES: &str = "\
Examples:
  latchkey rm home:draft.txt
  latchkey rm --recursive home:old";

/// Removes what is at the places.
///
/// # Errors
///
/// A [`CliError`] when there is nothing, or S3 refuses.
pub(crate) async fn remove(session: Session, arguments: Arguments) -> Result<ExitCode, CliError> {
    let bucket = Bucket::open(session).await?;
    let mut removed = 0;
    for place in &arguments.places {
        if arguments.recursive {
            let objects = bucket.objects_in(place).await?;
            if !arguments.yes && !is_meant(place, objects.len())? {
                continue;
            }
            removed += remove_all(&bucket, objects).await?;
        } else {
            // S3 deletes what is not there without a word.
            let object = bucket.object(place, None).await?;
            bucket.delete(&object.key).await?;
            removed += 1;
        }
    }
    eprintln!("Removed {removed} {}.", if removed == 1 { "file" } else { "files" });
    Ok(ExitCode::SUCCESS)
}

/// Asks whether everything in a folder is to go.
fn is_meant(place: &Place, count: usize) -> Result<bool, CliError> {
    if !stdin().is_terminal() {
        return Err(CliError::Usage(format!("{count} files in {} would go: say --yes.", place.as_folder())));
    }
    eprint!("Remove {count} files in {}? [y/N] ", place.as_folder());
    let mut answer = String::new();
    stdin().read_line(&mut answer).map_err(CliError::failed)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Removes these, and returns how many that were.
async fn remove_all(bucket: &Bucket, objects: Vec<Object>) -> Result<usize, CliError> {
    let mut removed = 0;
    for some in objects.chunks(AT_ONCE_MAX) {
        let keys = some.iter().map(|object| ObjectIdentifier::builder().key(&object.key).build());
        let keys = keys.collect::<Result<_, _>>().map_err(CliError::failed)?;
        let delete = Delete::builder().set_objects(Some(keys)).quiet(true).build().map_err(CliError::failed)?;
        let answer = bucket.client().delete_objects().bucket(bucket.name()).delete(delete).send().await;
        let first = some.first().map_or("", |object| object.key.as_str());
        let errors =
            answer.map_err(|error| S3Error::from(error).at(&bucket.place_of(first)))?.errors.unwrap_or_default();
        removed += some.len() - errors.len();
        if let Some(error) = errors.first() {
            let (place, code) = (bucket.place_of(error.key().unwrap_or_default()), error.code().unwrap_or_default());
            let told = if code == "AccessDenied" {
                S3Error::Denied.at(&place)
            } else {
                CliError::failed(format!("{place}: {code}."))
            };
            eprintln!("Removed {removed} files; at least {} could not be.", errors.len());
            return Err(told);
        }
    }
    Ok(removed)
}
