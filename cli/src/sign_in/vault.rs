use std::{
    env, fmt,
    fs::{self, File},
    io,
    path::PathBuf,
    str::FromStr,
};

use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use tempfile::TempPath;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::{
    SignIn,
    key_store::{self, Key, KeyPlace},
};
use crate::{error::CliError, private_files};

/// A profile's name, which names its files too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProfileName(String);

impl ProfileName {
    /// That of the only profile that most people have.
    pub(crate) const DEFAULT: &str = "default";
}

impl FromStr for ProfileName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if plain && (1..=64).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err("expected 1 to 64 letters, digits, - or _")
        }
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is kept of a profile's sign-in: encrypted, in a file that only its owner can read, and replaced as a whole.
///
/// Architecture invariant: who writes holds the [`lock`](Vault::lock), and reads anew once they have it. Under rotation, a
/// refresh token that was used is worth nothing soon after, so two processes must never refresh with the same one.
#[derive(Debug)]
pub(crate) struct Vault {
    folder: PathBuf,
    pub(crate) profile: ProfileName,
    key: Option<Key>,
}

/// Nobody else writes until it is dropped, or its process ends.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "it is held")] File);

impl Vault {
    /// Opens the vault of `profile`, in `LATCHKEY_HOME` or where the system keeps applications' data.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when there is no place for it, or its key cannot be read.
    pub(crate) fn open(profile: &ProfileName) -> Result<Self, CliError> {
        let folder = match env::var_os("LATCHKEY_HOME") {
            Some(folder) => PathBuf::from(folder),
            None => choose_native_strategy().map_err(CliError::failed)?.data_dir().join("latchkey"),
        };
        let key = key_store::read(&folder)?;
        Ok(Self { folder, profile: profile.clone(), key })
    }

    /// Where unfinished uploads of the profile are noted.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.path("uploads")
    }

    /// Waits until no other process writes.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when the folder cannot be written.
    pub(crate) async fn lock(&self) -> Result<Lock, CliError> {
        private_files::make_folder(&self.folder).map_err(|error| self.problem(&error))?;
        // Windows locks no file that is open for appending alone.
        let file = File::options().create(true).read(true).append(true).open(self.path("lock"));
        let file = file.map_err(|error| self.problem(&error))?;
        // The system's wait would stop everything else that this process does.
        let locked = spawn_blocking(move || file.lock().map(|()| Lock(file))).await.map_err(CliError::failed)?;
        locked.map_err(|error| self.problem(&error))
    }

    /// What is kept, if anything.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it cannot be read.
    pub(crate) fn read(&self) -> Result<Option<SignIn>, CliError> {
        let sealed = match fs::read(self.path("sign-in")) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.problem(&error)),
        };
        let Some(key) = &self.key else { return Ok(None) };
        let damaged =
            || CliError::failed("What is kept of the sign-in is damaged. Run `latchkey logout`, then log in.");
        let text = unsealed(key, self.profile.0.as_bytes(), sealed).ok_or_else(damaged)?;
        serde_json::from_slice(&text).map(Some).map_err(|_| damaged())
    }

    /// Replaces what is kept. A reader sees the old or the new, and nothing between them.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it cannot be written.
    pub(crate) fn write(&mut self, _: &Lock, sign_in: &SignIn) -> Result<(), CliError> {
        let key = match &self.key {
            Some(key) => key,
            // Another profile may have made one since.
            None => self.key.insert(match key_store::read(&self.folder)? {
                Some(key) => key,
                None => key_store::make(&self.folder)?,
            }),
        };
        let text = Zeroizing::new(serde_json::to_vec(sign_in).map_err(CliError::failed)?);
        let sealed = sealed(key, self.profile.0.as_bytes(), &text)?;
        private_files::replace(&self.path("sign-in"), &sealed, None).map_err(|error| self.problem(&error))
    }

    /// Removes what is kept of the profile. The key stays, for other profiles. Parts of uploads that S3 has, the bucket's
    /// rules remove.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it cannot be removed.
    pub(crate) fn remove(&self, _: &Lock) -> Result<(), CliError> {
        for removed in [fs::remove_file(self.path("sign-in")), fs::remove_dir_all(self.uploads())] {
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(self.problem(&error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// A file with `text` beside what is kept, for as long as the path is held.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it cannot be written.
    pub(crate) fn temporary(&self, prefix: &str, text: &str) -> Result<TempPath, CliError> {
        private_files::make_folder(&self.folder).map_err(|error| self.problem(&error))?;
        let made = private_files::make_temporary(&self.folder, prefix, text.as_bytes());
        made.map_err(|error| self.problem(&error))
    }

    /// Where the key is that encrypts all of it.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when its file cannot be looked at.
    pub(crate) fn key_place(&self) -> Result<KeyPlace, CliError> {
        match &self.key {
            Some(_) => key_store::place(&self.folder),
            None => Ok(KeyPlace::Nowhere),
        }
    }

    fn path(&self, kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{kind}", self.profile.0))
    }

    fn problem(&self, error: &io::Error) -> CliError {
        CliError::Failed(format!("{} cannot be used: {error}.", self.folder.display()))
    }
}

/// `text`, encrypted and bound to `name`: the nonce, the text, the tag (RFC 8439 §2.8).
fn sealed(key: &Key, name: &[u8], text: &[u8]) -> Result<Vec<u8>, CliError> {
    let failed = |_| CliError::failed("The sign-in cannot be encrypted.");
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(failed)?;
    let mut bytes = text.to_vec();
    let key = cipher(key).ok_or_else(|| failed(ring::error::Unspecified))?;
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut bytes).map_err(failed)?;
    Ok([nonce.as_slice(), &bytes].concat())
}

fn unsealed(key: &Key, name: &[u8], mut sealed: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, bytes) = sealed.split_first_chunk_mut::<NONCE_LEN>()?;
    let text = cipher(key)?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(name), bytes).ok()?;
    Some(Zeroizing::new(text.to_vec()))
}

fn cipher(key: &Key) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key.as_slice()).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_has_a_plain_name() {
        for (name, is_accepted) in [("default", true), ("a-b_C1", true), ("", false), ("../x", false), ("a.b", false)] {
            assert_eq!(name.parse::<ProfileName>().is_ok(), is_accepted, "{name}");
        }
        assert!("a".repeat(64).parse::<ProfileName>().is_ok() && "a".repeat(65).parse::<ProfileName>().is_err());
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_name_alone() {
        let (key, other) = (Key::new([1; 32]), Key::new([2; 32]));
        let text = sealed(&key, b"default", b"secret").unwrap();
        assert_eq!(unsealed(&key, b"default", text.clone()).unwrap().as_slice(), b"secret");
        assert_ne!(sealed(&key, b"default", b"secret").unwrap(), text, "each has its own nonce");
        assert!(unsealed(&other, b"default", text.clone()).is_none());
        assert!(unsealed(&key, b"work", text.clone()).is_none());
        for index in 0..text.len() {
            let mut damaged = text.clone();
            damaged[index] ^= 1;
            assert!(unsealed(&key, b"default", damaged).is_none(), "byte {index}");
        }
        assert!(unsealed(&key, b"default", text[..text.len() - 1].to_vec()).is_none());
        assert!(unsealed(&key, b"default", vec![]).is_none());
    }
}
