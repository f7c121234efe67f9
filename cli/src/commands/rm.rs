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
/// A [`CliError`] when there is nothing, or S3 refuses. Of several, what can be removed is.
pub(crate) async fn remove(session: Session, arguments: Arguments) -> Result<ExitCode, CliError> {
    let bucket = Bucket::open(session).await?;
    let (mut removed, mut errors) = (0, Vec::new());
    for place in &arguments.places {
        if arguments.recursive {
            match remove_folder(&bucket, place, arguments.yes).await {
                Ok((count, more)) => {
                    removed += count;
                    errors.extend(more);
                }
                Err(error) => errors.push(error),
            }
        } else {
            match remove_one(&bucket, place).await {
                Ok(()) => removed += 1,
                Err(error) => errors.push(error),
            }
        }
    }
    if removed == 0 && errors.len() == 1 {
        return errors.pop().map_or(Ok(ExitCode::SUCCESS), Err);
    }
    for error in &errors {
        eprintln!("latchkey: {error}");
    }
    let failed = if errors.is_empty() { String::new() } else { format!(" {} could not be.", errors.len()) };
    eprintln!("Removed {removed} {}.{failed}", if removed == 1 { "file" } else { "files" });
    Ok(errors.first().map_or(ExitCode::SUCCESS, CliError::exit_code))
}

async fn remove_one(bucket: &Bucket, place: &Place) -> Result<(), CliError> {
    // S3 deletes what is not there without a word.
    let object = bucket.object(place, None).await?;
    bucket.delete(&object.key, None).await.map_err(|error| error.at(place))
}

/// Removes everything in a folder, if that is meant. Returns how many those were, and what could not be.
async fn remove_folder(bucket: &Bucket, place: &Place, is_meant: bool) -> Result<(usize, Vec<CliError>), CliError> {
    let objects = bucket.objects_in(place).await?;
    if !is_meant && !asked(place, objects.len())? {
        return Ok((0, Vec::new()));
    }
    let (listed, odd): (Vec<_>, Vec<_>) = objects.into_iter().partition(|object| can_be_in_xml(&object.key));
    let (mut removed, mut errors) = (0, Vec::new());
    for object in odd {
        match bucket.delete(&object.key, None).await {
            Ok(()) => removed += 1,
            Err(error) => errors.push(error.at(&bucket.place_of(&object.key))),
        }
    }
    for some in listed.chunks(AT_ONCE_MAX) {
        let failed = remove_some(bucket, some).await?;
        removed += some.len() - failed.len();
        errors.extend(failed);
    }
    Ok((removed, errors))
}

/// Whether a key can be named in a request for several, which is XML (XML 1.0 §2.2). S3's keys have more characters.
fn can_be_in_xml(key: &str) -> bool {
    !key.chars().any(|c| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'))
}

/// Asks whether everything in a folder is to go.
fn asked(place: &Place, count: usize) -> Result<bool, CliError> {
    if !stdin().is_terminal() {
        return Err(CliError::Usage(format!("{count} files in {} would go: say --yes.", place.as_folder())));
    }
    eprint!("Remove {count} files in {}? [y/N] ", place.as_folder());
    let mut answer = String::new();
    stdin().read_line(&mut answer).map_err(CliError::failed)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Removes these, and returns what could not be.
async fn remove_some(bucket: &Bucket, objects: &[Object]) -> Result<Vec<CliError>, CliError> {
    let keys = objects.iter().map(|object| ObjectIdentifier::builder().key(&object.key).build());
    let keys = keys.collect::<Result<_, _>>().map_err(CliError::failed)?;
    let delete = Delete::builder().set_objects(Some(keys)).quiet(true).build().map_err(CliError::failed)?;
    let answer = bucket.client().delete_objects().bucket(bucket.name()).delete(delete).send().await;
    let first = objects.first().map_or("", |object| object.key.as_str());
    let errors = answer.map_err(|error| S3Error::from(error).at(&bucket.place_of(first)))?.errors.unwrap_or_default();
    let errors = errors.iter().map(|error| {
        let (place, code) = (bucket.place_of(error.key().unwrap_or_default()), error.code().unwrap_or_default());
        if code == "AccessDenied" { S3Error::Denied.at(&place) } else { CliError::Failed(format!("{place}: {code}.")) }
    });
    Ok(errors.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_xml_cannot_have_are_removed_one_by_one() {
        for (key, is_possible) in
            [("a\n\tb é", true), ("a\u{1}", false), ("\u{1f}", false), ("\u{7f}", true), ("\u{ffff}", false)]
        {
            assert_eq!(can_be_in_xml(key), is_possible, "{key:?}");
        }
    }
}
