use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::digest::{Context, SHA256};

/// How many bytes of the digest a cursor has.
const SEAL_LEN: usize = 16;
/// Longest cursor, in characters. S3's continuation tokens grow with the key they stand for.
const LEN_MAX: usize = 8192;

/// Where a page ended: S3's continuation token, sealed with the listing that it belongs to.
///
/// The seal is not a signature: with a forged cursor, a caller can list only what IAM allows them anyway. The seal
/// prevents a client from continuing with another prefix by mistake. S3 would return wrong pages then, and no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    seal: [u8; SEAL_LEN],
    continuation_token: String,
}

/// Not a cursor, or the cursor of another listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidCursor;

impl Cursor {
    pub(crate) fn seal(continuation_token: &str, prefix: &str, delimiter: Option<&str>) -> Self {
        let seal = seal_of(continuation_token, prefix, delimiter);
        Self { seal, continuation_token: continuation_token.to_owned() }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, InvalidCursor> {
        if text.len() > LEN_MAX {
            return Err(InvalidCursor);
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCursor)?;
        let (seal, token) = bytes.split_first_chunk::<SEAL_LEN>().ok_or(InvalidCursor)?;
        let continuation_token = String::from_utf8(token.to_vec()).map_err(|_| InvalidCursor)?;
        Ok(Self { seal: *seal, continuation_token })
    }

    /// S3's token, when the seal is that of this listing.
    pub(crate) fn open(&self, prefix: &str, delimiter: Option<&str>) -> Result<String, InvalidCursor> {
        let is_ours = self.seal == seal_of(&self.continuation_token, prefix, delimiter);
        if is_ours { Ok(self.continuation_token.clone()) } else { Err(InvalidCursor) }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.seal.as_slice(), self.continuation_token.as_bytes()].concat();
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

fn seal_of(continuation_token: &str, prefix: &str, delimiter: Option<&str>) -> [u8; SEAL_LEN] {
    let mut context = Context::new(&SHA256);
    for part in ["latchkey cursor 1", continuation_token, prefix, delimiter.unwrap_or_default()] {
        // The length before each part keeps `a`, `bc` and `ab`, `c` apart.
        context.update(&part.len().to_be_bytes());
        context.update(part.as_bytes());
    }
    let digest = context.finish();
    digest.as_ref().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_cursor_opens_for_its_own_listing(token: String, prefix: String, delimiter: Option<String>) {
            let text = Cursor::seal(&token, &prefix, delimiter.as_deref()).to_string();
            let cursor = Cursor::parse(&text).unwrap();
            prop_assert_eq!(cursor.open(&prefix, delimiter.as_deref()), Ok(token));
        }

        #[test]
        fn a_cursor_is_refused_for_another_listing(token: String, prefixes: [String; 2], delimiters: [String; 2]) {
            let [prefix, other_prefix] = &prefixes;
            let [delimiter, other_delimiter] = delimiters.each_ref().map(|text| Some(text.as_str()));
            let cursor = Cursor::seal(&token, prefix, delimiter);
            prop_assert_eq!(cursor.open(other_prefix, delimiter).is_ok(), prefix == other_prefix);
            prop_assert_eq!(cursor.open(prefix, other_delimiter).is_ok(), delimiter == other_delimiter);
            // The boundary between the prefix and the delimiter counts.
            let joined = format!("{prefix}{}", delimiters[0]);
            prop_assert_eq!(cursor.open(&joined, None).is_ok(), delimiters[0].is_empty());
        }

        #[test]
        fn any_other_text_is_refused(text: String, prefix: String) {
            prop_assert!(Cursor::parse(&text).and_then(|cursor| cursor.open(&prefix, None)).is_err());
        }
    }
}
