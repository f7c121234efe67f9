//! Any bytes where a token belongs: refused, and nothing else happens.
#![no_main]

use fuzz::{KEYS, refusal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    refusal(&String::from_utf8_lossy(bytes), &KEYS);
});
