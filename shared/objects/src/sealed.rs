use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::digest::{Context, SHA256};

/// How many bytes of the digest a seal has.
const SEAL_LEN: usize = 16;
/// The longest sealed text, in characters. S3's continuation tokens and upload ids grow with the key that they stand for.
const LEN_MAX: usize = 8192;

/// A text that a client keeps for us and gives back unchanged, such as a cursor. It is sealed with what it belongs to.
///
/// The seal is not a signature: with a forged text, a caller can do only what IAM allows them anyway. The seal prevents a
/// client from using the text elsewhere by mistake, such as a cursor with another prefix. S3 would return wrong pages
/// then, and no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    seal: [u8; SEAL_LEN],
    text: String,
}

/// Not a sealed text, or one that belongs to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSealed;

impl Sealed {
    /// Seals `text` with what it belongs to: its kind first, and then what is different for each of the kind.
    #[must_use]
    pub fn seal(text: &str, belongs_to: &[&str]) -> Self {
        Self { seal: seal_of(text, belongs_to), text: text.to_owned() }
    }

    /// Reads what a client gave back.
    ///
    /// # Errors
    ///
    /// [`NotSealed`] when it has not the form of a sealed text.
    pub fn parse(sealed: &str) -> Result<Self, NotSealed> {
        if sealed.len() > LEN_MAX {
            return Err(NotSealed);
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).map_err(|_| NotSealed)?;
        let (seal, text) = bytes.split_first_chunk::<SEAL_LEN>().ok_or(NotSealed)?;
        Ok(Self { seal: *seal, text: String::from_utf8(text.to_vec()).map_err(|_| NotSealed)? })
    }

    /// The text, when it was sealed with the same.
    ///
    /// # Errors
    ///
    /// [`NotSealed`] when it was not.
    pub fn open(&self, belongs_to: &[&str]) -> Result<&str, NotSealed> {
        if self.seal == seal_of(&self.text, belongs_to) { Ok(&self.text) } else { Err(NotSealed) }
    }
}

/// The form that a client gets: characters that are safe in a URL.
impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.seal.as_slice(), self.text.as_bytes()].concat();
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

fn seal_of(text: &str, belongs_to: &[&str]) -> [u8; SEAL_LEN] {
    let mut context = Context::new(&SHA256);
    for part in ["latchkey 2", text].iter().chain(belongs_to) {
        // The length before each part keeps `a`, `bc` and `ab`, `c` apart.
        context.update(&part.len().to_be_bytes());
        context.update(part.as_bytes());
    }
    context.finish().as_ref().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_text_opens_only_for_what_it_was_sealed_with(text: String, ours: [String; 2], others: [String; 2]) {
            let sealed = Sealed::parse(&Sealed::seal(&text, &[&ours[0], &ours[1]]).to_string()).unwrap();
            prop_assert_eq!(sealed.open(&[&ours[0], &ours[1]]), Ok(text.as_str()));
            prop_assert_eq!(sealed.open(&[&others[0], &ours[1]]).is_ok(), ours[0] == others[0]);
            prop_assert_eq!(sealed.open(&[&ours[0], &others[1]]).is_ok(), ours[1] == others[1]);
            // The boundary between the parts counts, and their number.
            prop_assert!(sealed.open(&[&ours.concat()]).is_err());
            prop_assert_eq!(sealed.open(&[&ours.concat(), ""]).is_ok(), ours[1].is_empty());
        }

        #[test]
        fn any_other_text_is_refused(text: String) {
            prop_assert!(Sealed::parse(&text).and_then(|sealed| sealed.open(&["kind"]).map(str::to_owned)).is_err());
        }
    }

    #[test]
    fn a_sealed_text_has_an_upper_length() {
        let sealed = |len: usize| Sealed::parse(&Sealed::seal(&"a".repeat(len), &[]).to_string());
        // 8192 characters of base64 are 6144 bytes.
        assert!(sealed(6144 - SEAL_LEN).is_ok());
        assert_eq!(sealed(6144 - SEAL_LEN + 1), Err(NotSealed));
    }
}
