use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use keyring::{Entry, Error};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::{error::CliError, private_files};

/// The name of the entry in the system's keyring.
const SERVICE: &str = "latchkey";
const ENTRY: &str = "key";

/// The file that holds the key where there is no keyring.
const FILE: &str = "key";

/// The length of the key, in bytes.
pub(crate) const KEY_LEN: usize = 32;

/// The key that encrypts what is kept: in the system's keyring, or in a file that only its owner can read. Stores limit how
/// long a secret may be (Windows: 2,560 bytes), and tokens are longer, so only the key is there.
pub(crate) type Key = Zeroizing<[u8; KEY_LEN]>;

/// Reads the key, if there is one.
///
/// # Errors
///
/// [`CliError::Failed`] when it cannot be read: the keyring may be locked.
pub(crate) fn read(folder: &Path) -> Result<Option<Key>, CliError> {
    // Where there was no keyring once, the file goes on to be used.
    let path = folder.join(FILE);
    match fs::read_to_string(&path).map(Zeroizing::new) {
        Ok(text) => return parse(&text).map(Some).ok_or_else(|| damaged(&path.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(unreadable(&error)),
    }
    match Entry::new(SERVICE, ENTRY).and_then(|entry| entry.get_password()).map(Zeroizing::new) {
        Ok(text) => parse(&text).map(Some).ok_or_else(|| damaged(&"the system's keyring")),
        Err(Error::NoEntry | Error::NoDefaultStore) => Ok(None),
        Err(error) => Err(unreadable(&error)),
    }
}

/// Where the key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyPlace {
    /// There is none: nobody has signed in yet.
    Nowhere,
    Keyring,
    /// A file. Whether others can read it too is known on Unix alone.
    File {
        path: PathBuf,
        is_open_to_others: bool,
    },
}

/// Says where the key is that [`read`] finds.
///
/// # Errors
///
/// [`CliError::Failed`] when its file cannot be looked at.
pub(crate) fn place(folder: &Path) -> Result<KeyPlace, CliError> {
    let path = folder.join(FILE);
    match fs::metadata(&path) {
        #[cfg(unix)]
        Ok(file) => {
            let mode = std::os::unix::fs::PermissionsExt::mode(&file.permissions());
            Ok(KeyPlace::File { path, is_open_to_others: mode & 0o077 != 0 })
        }
        #[cfg(not(unix))]
        Ok(_) => Ok(KeyPlace::File { path, is_open_to_others: false }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(KeyPlace::Keyring),
        Err(error) => Err(unreadable(&error)),
    }
}

/// Makes a key and keeps it: in the keyring, or else in the file. Says so, because the file is as safe as the disk.
///
/// # Errors
///
/// [`CliError::Failed`] when it can be kept nowhere.
pub(crate) fn make(folder: &Path) -> Result<Key, CliError> {
    let mut key = Key::default();
    SystemRandom::new()
        .fill(key.as_mut_slice())
        .map_err(|_| CliError::failed("The system gives no random numbers."))?;
    let text = Zeroizing::new(BASE64_STANDARD_NO_PAD.encode(key.as_slice()));
    let in_keyring = Entry::new(SERVICE, ENTRY).and_then(|entry| entry.set_password(&text));
    if in_keyring.is_err() {
        let path = folder.join(FILE);
        let mut file = private_files::make(&path).map_err(|error| unwritable(&path, &error))?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| unwritable(&path, &error))?;
        eprintln!("There is no keyring here. The key of what is kept is in {}, for you alone.", path.display());
    }
    Ok(key)
}

fn parse(text: &str) -> Option<Key> {
    let bytes = BASE64_STANDARD_NO_PAD.decode(text.trim()).map(Zeroizing::new).ok()?;
    <[u8; KEY_LEN]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)
}

/// Nobody but the person removes a key: other profiles may have theirs from it.
fn damaged(place: &dyn std::fmt::Display) -> CliError {
    CliError::Failed(format!("The key of what is kept, in {place}, is damaged. Remove it, and log in."))
}

fn unreadable(error: &dyn std::error::Error) -> CliError {
    CliError::Failed(format!("The key of what is kept cannot be read ({error}). Is the keyring locked?"))
}

fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::Failed(format!("{} cannot be written: {error}.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_length() {
        let text = |len: usize| BASE64_STANDARD_NO_PAD.encode(vec![7; len]);
        assert_eq!(parse(&text(32)).unwrap().as_slice(), [7; 32]);
        for text in ["", "not base64!", &text(31), &text(33)] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
