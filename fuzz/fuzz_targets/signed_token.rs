//! Any header and any payload with a signature that is not valid: refused before the claims are judged.
#![no_main]

use fuzz::{KEYS, forge, refusal};
use libfuzzer_sys::fuzz_target;
use validation::TokenError;

/// A header that the pool could have written, except for its end.
const HEADER: &[u8] = br#"{"kid":"key-1","alg":"RS256""#;

fuzz_target!(|parts: (&[u8], &[u8])| {
    let (header, payload) = parts;
    refusal(&forge(header, payload), &KEYS);
    // As the rest of a valid header: the right algorithm and the right key are not found by chance.
    refusal(&forge(&[HEADER, header, b"}"].concat(), payload), &KEYS);
    if (1..12_000).contains(&payload.len()) {
        let refused = refusal(&forge(&[HEADER, b"}"].concat(), payload), &KEYS);
        assert_eq!(refused, TokenError::Signature, "whatever the payload is");
    }
});
