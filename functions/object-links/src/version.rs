use http_api::{ParameterError, Parameters};

/// The maximum length of a version's id, in bytes.
///
/// Source: "How S3 Versioning works" in the Amazon S3 user guide.
const VERSION_BYTES_MAX: usize = 1024;

/// Takes the version id `name` of an object. S3's own are opaque and URL-ready; `null` is that of an object from before
/// versions were kept.
///
/// # Errors
///
/// A [`ParameterError`] when it cannot be one.
pub(crate) fn take_version(parameters: &mut Parameters, name: &'static str) -> Result<Option<String>, ParameterError> {
    let Some(text) = parameters.take_filled(name)? else { return Ok(None) };
    if text.len() > VERSION_BYTES_MAX {
        return Err(ParameterError::TooLong { name, bytes_max: VERSION_BYTES_MAX });
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ParameterError::invalid(name, "must be the id of a version, as S3 gave it"));
    }
    Ok(Some(text.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_text_that_can_stand_in_a_url() {
        let longest = "a".repeat(1024);
        let problem = || Err(ParameterError::invalid("version", "must be the id of a version, as S3 gave it"));
        let cases = [
            ("3HL4kqtJvjVBH40Nrjfkd", Ok(Some("3HL4kqtJvjVBH40Nrjfkd".to_owned()))),
            ("null", Ok(Some("null".to_owned()))),
            ("", Ok(None)),
            (&longest, Ok(Some(longest.clone()))),
            (&"a".repeat(1025), Err(ParameterError::TooLong { name: "version", bytes_max: 1024 })),
            ("a%20b", problem()),
            ("a%0A", problem()),
            ("%C3%A9", problem()),
        ];
        for (text, expected) in cases {
            let mut query = Parameters::from_urlencoded(&format!("version={text}")).unwrap();
            assert_eq!(take_version(&mut query, "version"), expected, "{text}");
        }
    }
}
