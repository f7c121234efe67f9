use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::{
    bucket::{Bucket, Listing, Object, Place},
    error::CliError,
    show,
    sign_in::Session,
};

/// List your files.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What to list: home:PATH, team:PATH or bucket:KEY.
    #[arg(default_value = "home:")]
    place: Place,
    /// Show sizes and times, too.
    #[arg(short, long)]
    long: bool,
    /// List what is in the folders, too.
    #[arg(short, long)]
    recursive: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  latchkey ls
  latchkey ls -l home:photos
  latchkey ls --recursive --json bucket:public/";

/// What `--json` prints.
#[derive(Serialize)]
struct Output<'a> {
    bucket: &'a str,
    prefix: &'a str,
    objects: Vec<ObjectOutput>,
    folders: Vec<String>,
}

#[derive(Serialize)]
struct ObjectOutput {
    place: String,
    key: String,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
}

/// Lists what is at a place: a folder's content, or an object.
///
/// # Errors
///
/// A [`CliError`] when there is nothing, or S3 refuses.
pub(crate) async fn list(session: Session, arguments: &Arguments) -> Result<ExitCode, CliError> {
    let bucket = Bucket::open(session).await?;
    let (prefix, listing) = found(&bucket, arguments).await?;
    if arguments.json {
        show::print_json(&output(&bucket, &prefix, listing))?;
    } else {
        show::print(&shown(&prefix, &listing, arguments.long))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What is at the place, and the folder that it is in.
async fn found(bucket: &Bucket, arguments: &Arguments) -> Result<(String, Listing), CliError> {
    let (place, is_flat) = (&arguments.place, !arguments.recursive);
    let prefix = bucket.key_of(&place.as_folder())?;
    if place.is_folder() {
        return Ok((prefix.clone(), bucket.list(&prefix, is_flat).await?));
    }
    // A name without a slash may be that of an object, of a folder, or of both.
    let key = bucket.key_of(place)?;
    let mut listing = bucket.list(&key, true).await?;
    listing.objects.retain(|object| object.key == key);
    let parent = key.rfind('/').and_then(|slash| key.get(..=slash)).unwrap_or_default().to_owned();
    match (listing.folders.contains(&prefix), listing.objects.is_empty()) {
        (true, true) => Ok((prefix.clone(), bucket.list(&prefix, is_flat).await?)),
        (is_folder, false) => {
            listing.folders.retain(|folder| is_folder && *folder == prefix);
            Ok((parent, listing))
        }
        (false, true) => Err(CliError::Failed(format!("{place} is not there."))),
    }
}

fn output<'a>(bucket: &'a Bucket, prefix: &'a str, listing: Listing) -> Output<'a> {
    let object = |object: Object| ObjectOutput {
        place: bucket.place_of(&object.key).exact(),
        last_modified: show::exact_time(object.last_modified.as_ref()),
        key: object.key,
        size: object.size,
        etag: object.etag,
    };
    let objects = listing.objects.into_iter().map(object).collect();
    Output { bucket: bucket.name(), prefix, objects, folders: listing.folders }
}

/// The listing for people: names below `prefix`, the folders first.
fn shown(prefix: &str, listing: &Listing, long: bool) -> String {
    let name = |key: &str| show::name(key.strip_prefix(prefix).filter(|rest| !rest.is_empty()).unwrap_or("./"));
    let folders = listing.folders.iter().map(|folder| show::folder(&name(folder)));
    if !long {
        let objects = listing.objects.iter().map(|object| name(&object.key));
        return folders.chain(objects).map(|line| line + "\n").collect();
    }
    let folders = folders.map(|folder| vec![String::new(), String::new(), folder]);
    let objects = listing
        .objects
        .iter()
        .map(|object| vec![show::size(object.size), show::time(object.last_modified.as_ref()), name(&object.key)]);
    show::table(folders.chain(objects).collect(), &[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(key: &str) -> Object {
        Object { key: key.to_owned(), size: 2048, etag: None, last_modified: None }
    }

    #[test]
    fn names_are_those_below_the_folder() {
        let listing = || Listing {
            objects: vec![object("h/"), object("h/a\n"), object("h/b/c")],
            folders: vec!["h/d/".to_owned()],
        };
        let plain = anstream::adapter::strip_str(&shown("h/", &listing(), false)).to_string();
        assert_eq!(plain, "d/\n./\na\\n\nb/c\n");
        let long = anstream::adapter::strip_str(&shown("h/", &listing(), true)).to_string();
        assert_eq!(long, "             d/\n2.00 KiB  -  ./\n2.00 KiB  -  a\\n\n2.00 KiB  -  b/c\n");
        assert_eq!(shown("h/", &Listing::default(), true), "");
    }
}
