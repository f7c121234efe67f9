use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::private_files;

/// Which uploads in parts were begun and not finished. What has arrived of them, S3 knows.
#[derive(Clone, Debug)]
pub(super) struct UnfinishedUploads {
    folder: PathBuf,
}

/// An upload in parts, by which it can be gone on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unfinished {
    pub(super) bucket: String,
    pub(super) key: String,
    /// Bytes of the file, and of each of its parts but the last.
    pub(super) size: u64,
    pub(super) part_size: u64,
    /// The file's time, which S3 was told at the beginning.
    pub(super) mtime: Option<String>,
    pub(super) upload_id: String,
}

/// The place of an object's upload. As long as it is held, no other process goes on with that upload.
#[derive(Debug)]
pub(super) struct Entry {
    path: PathBuf,
    file: File,
}

impl UnfinishedUploads {
    /// Those that are in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The place of the upload to `key`. None when another process has it, or it cannot be made: then the upload cannot be
    /// gone on with, and that is all.
    pub(super) fn entry(&self, bucket: &str, key: &str) -> Option<Entry> {
        private_files::make_folder(&self.folder).ok()?;
        // A key can be longer than a file's name.
        let name = ring::digest::digest(&ring::digest::SHA256, format!("{bucket}/{key}").as_bytes());
        let name = BASE64_URL_SAFE_NO_PAD.encode(name);
        let path = self.folder.join(name);
        let file = private_files::open(&path).ok()?;
        file.try_lock().ok()?;
        Some(Entry { path, file })
    }
}

impl Entry {
    pub(super) fn read(&mut self) -> Option<Unfinished> {
        let mut text = Vec::new();
        self.file.seek(SeekFrom::Start(0)).and_then(|_| self.file.read_to_end(&mut text)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Keeps it. If that fails, the upload starts again another time.
    pub(super) fn write(&mut self, unfinished: &Unfinished) {
        if let Ok(text) = serde_json::to_vec(unfinished) {
            let start = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
            let _ = start.and_then(|_| self.file.write_all(&text));
        }
    }

    pub(super) fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_gone_on_with_by_one_process() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = UnfinishedUploads::new(folder.path());
        let unfinished = |upload_id: &str| Unfinished {
            bucket: "b".to_owned(),
            key: "k".repeat(1024),
            size: 100,
            part_size: 10,
            mtime: Some("1.5".to_owned()),
            upload_id: upload_id.to_owned(),
        };
        let key = unfinished("").key;
        let mut entry = uploads.entry("b", &key).unwrap();
        assert_eq!(entry.read(), None);
        for id in ["a long one", "another"] {
            entry.write(&unfinished(id));
            assert_eq!(entry.read(), Some(unfinished(id)));
        }
        assert!(uploads.entry("b", &key).is_none(), "it is held");
        assert!(uploads.entry("b", "other").is_some());
        drop(entry);
        let mut entry = uploads.entry("b", &key).unwrap();
        assert_eq!(entry.read(), Some(unfinished("another")));
        entry.remove();
        assert_eq!(uploads.entry("b", &key).unwrap().read(), None);
    }

    #[test]
    fn without_a_place_nothing_is_kept() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(UnfinishedUploads::new(file.path()).entry("b", "k").is_none());
    }
}
