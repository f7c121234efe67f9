use std::fmt;

/// Where a page of versions ended, as S3 says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VersionMarker {
    pub(crate) key: String,
    /// Absent when the page ended with a folder.
    pub(crate) version_id: Option<String>,
}

impl VersionMarker {
    /// Reads what `Display` wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (version_id, key) = text.split_once('\n')?;
        let version_id = Some(version_id.to_owned()).filter(|id| !id.is_empty());
        Some(Self { key: key.to_owned(), version_id })
    }
}

/// The version comes first: a key may have newlines, an id has none.
impl fmt::Display for VersionMarker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.version_id.as_deref().unwrap_or_default(), self.key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_marker_is_read_back(key: String, version_id in proptest::option::of("[A-Za-z0-9._-]{1,40}")) {
            let marker = VersionMarker { key, version_id };
            prop_assert_eq!(VersionMarker::parse(&marker.to_string()), Some(marker));
        }
    }

    #[test]
    fn a_text_of_one_line_is_no_marker() {
        assert_eq!(VersionMarker::parse("k"), None);
    }
}
