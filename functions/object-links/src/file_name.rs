use http_api::ParameterError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What must be encoded in an extended parameter: everything but `attr-char` (RFC 8187 §3.2.1).
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The file name under which a download is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileName(String);

impl FileName {
    /// The longest file name that file systems accept, in bytes.
    const BYTES_MAX: usize = 255;

    /// Parses a name: no path, no control characters, and no characters that change the direction of the text.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] for anything else.
    pub(crate) fn parse(text: &str) -> Result<Self, ParameterError> {
        let is_odd = |c: char| {
            // Bidirectional controls (`Bidi_Control` of Unicode) can show `txt.exe` as `exe.txt`.
            c.is_control()
                || matches!(c, '/' | '\\' | '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        if text.is_empty() || text.len() > Self::BYTES_MAX || text.contains(is_odd) || matches!(text, "." | "..") {
            let bytes_max = Self::BYTES_MAX;
            let problem =
                format!("must be a file name of at most {bytes_max} bytes, without a path or control characters");
            return Err(ParameterError::Invalid { name: "download", problem: problem.into() });
        }
        Ok(Self(text.to_owned()))
    }

    /// The value of `Content-Disposition` of this type (`attachment`, `inline`) with this name: the name in ASCII for old
    /// clients, then the whole name.
    ///
    /// Source: RFC 6266 §4.3 and appendix D, RFC 8187 §3.2.
    pub(crate) fn content_disposition(&self, disposition_type: &str) -> String {
        // A percent sign too: some clients decode what stands in quotes.
        let plain = |c: char| c == ' ' || c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%');
        let ascii: String = self.0.chars().map(|c| if plain(c) { c } else { '_' }).collect();
        let whole = utf8_percent_encode(&self.0, NOT_ATTR_CHAR);
        format!("{disposition_type}; filename=\"{ascii}\"; filename*=UTF-8''{whole}")
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_sent_in_ascii_and_complete() {
        let cases = [
            ("report.pdf", "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"),
            ("a b;c.txt", "attachment; filename=\"a b;c.txt\"; filename*=UTF-8''a%20b%3Bc.txt"),
            ("\"x\".txt", "attachment; filename=\"_x_.txt\"; filename*=UTF-8''%22x%22.txt"),
            ("100%25.txt", "attachment; filename=\"100_25.txt\"; filename*=UTF-8''100%2525.txt"),
            (
                "Übersicht €.csv",
                "attachment; filename=\"_bersicht _.csv\"; filename*=UTF-8''%C3%9Cbersicht%20%E2%82%AC.csv",
            ),
            ("it's.txt", "attachment; filename=\"it's.txt\"; filename*=UTF-8''it%27s.txt"),
        ];
        for (name, expected) in cases {
            assert_eq!(FileName::parse(name).unwrap().content_disposition("attachment"), expected);
        }
    }

    #[test]
    fn an_unsafe_name_is_refused() {
        let long = "a".repeat(256);
        let odd = [
            "",
            ".",
            "..",
            "a/b",
            "../a",
            "a\\b",
            "a\nb",
            "a\r\nSet-Cookie: x",
            "a\0",
            "a\u{202e}txt.exe",
            "a\u{061c}b",
            &long,
        ];
        for name in odd {
            assert!(FileName::parse(name).is_err(), "{name:?}");
        }
        for name in [&long[1..], "...", ".profile", "a..b", " "] {
            assert!(FileName::parse(name).is_ok(), "{name:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_name_stays_within_its_quotes_and_is_read_back(name: String) {
            let Ok(name) = FileName::parse(&name) else { return Ok(()) };
            let value = name.content_disposition("attachment");
            prop_assert!(value.bytes().all(|b| b == b' ' || b.is_ascii_graphic()));
            let (quoted, whole) = value.split_once("; filename*=UTF-8''").unwrap();
            prop_assert_eq!(quoted.matches('"').count(), 2);
            prop_assert_eq!(percent_decode_str(whole).decode_utf8().unwrap(), name.0);
        }
    }
}
