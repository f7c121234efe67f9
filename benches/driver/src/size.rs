use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// How large a program is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Size {
    pub(crate) bootstrap: u64,
    /// The file that is uploaded.
    pub(crate) zip: u64,
}

impl Size {
    pub(crate) fn of(program: &Path) -> Self {
        let bytes =
            fs::read(program).unwrap_or_else(|error| panic!("{}: {error}; make bench builds it", program.display()));
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(9));
        archive.start_file("bootstrap", options).expect("writing to memory does not fail");
        archive.write_all(&bytes).expect("writing to memory does not fail");
        let zip = archive.finish().expect("writing to memory does not fail").into_inner();
        Self { bootstrap: bytes.len() as u64, zip: zip.len() as u64 }
    }
}
