use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_api::ParameterError;
use objects::{BucketError, Folders, Sealed};

use super::part_plan::PartPlan;
use crate::object_key::refuse_elsewhere;

/// What the sealed text of an upload belongs to.
const KIND: &[&str] = &["upload"];

const UPLOAD: ParameterError = ParameterError::invalid("upload", "is not one that POST /uploads returned");

/// An upload that was started. The client keeps it, as a sealed text, and S3 the parts. A forged one gains nothing,
/// because IAM judges the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unfinished {
    /// S3's id of the upload.
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) plan: PartPlan,
    /// Whether an object with this key must not exist at the end.
    pub(crate) is_new: bool,
    /// When the upload was started, in whole seconds.
    pub(crate) started_at: SystemTime,
}

impl Unfinished {
    /// The text that the client keeps.
    pub(crate) fn seal(&self) -> String {
        let started_at = self.started_at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        // S3's ids have no spaces. The key may have any character, so it is the last.
        let Self { id, key, plan, is_new, .. } = self;
        let text = format!("{id} {} {} {is_new} {started_at} {key}", plan.size(), plan.part_size());
        Sealed::seal(&text, KIND).to_string()
    }

    /// Reads what the client gave back.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Invalid`] when it is not the text of an upload.
    pub(crate) fn parse(sealed: &str) -> Result<Self, ParameterError> {
        let sealed = Sealed::parse(sealed).map_err(|_| UPLOAD)?;
        Self::of_text(sealed.open(KIND).map_err(|_| UPLOAD)?).ok_or(UPLOAD)
    }

    fn of_text(text: &str) -> Option<Self> {
        let mut members = text.splitn(6, ' ');
        let mut next = || members.next();
        let (id, size, part_size) = (next()?.to_owned(), next()?.parse().ok()?, next()?.parse().ok()?);
        Some(Self {
            id,
            plan: PartPlan::new(size, Some(part_size)).ok()?,
            is_new: next()?.parse().ok()?,
            started_at: UNIX_EPOCH.checked_add(Duration::from_secs(next()?.parse().ok()?))?,
            key: next()?.to_owned(),
        })
    }

    /// Checks that the upload is of a caller with these `folders`.
    ///
    /// # Errors
    ///
    /// [`BucketError::AccessDenied`] when its key is outside of them.
    pub(crate) fn check_home(&self, folders: &Folders) -> Result<(), BucketError> {
        refuse_elsewhere(&self.key, folders)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_upload_is_read_back(
            key in "(?s).{1,256}",
            id in "[A-Za-z0-9._-]{1,200}",
            size in 0..50_000_u64 << 30,
            is_new: bool,
            started in 0..u64::from(u32::MAX),
        ) {
            let plan = PartPlan::new(size, None).unwrap();
            let upload = Unfinished { id, key, plan, is_new, started_at: UNIX_EPOCH + Duration::from_secs(started) };
            prop_assert_eq!(Unfinished::parse(&upload.seal()), Ok(upload));
        }
    }

    #[test]
    fn the_longest_key_of_any_characters_can_be_sealed() {
        let upload = Unfinished {
            id: "i".repeat(300),
            key: "\u{1}".repeat(1024),
            plan: PartPlan::new(50_000 << 30, None).unwrap(),
            is_new: true,
            started_at: UNIX_EPOCH,
        };
        assert_eq!(Unfinished::parse(&upload.seal()), Ok(upload));
    }

    #[test]
    fn anything_else_is_refused() {
        let sealed = |text: &str| Sealed::seal(text, KIND).to_string();
        let good = "id 5 8388608 false 1773337830 private/a b";
        assert_eq!(Unfinished::parse(&sealed(good)).unwrap().key, "private/a b");
        let cases = [
            ("nothing", String::new()),
            ("a key", "private/a".to_owned()),
            ("a cursor", Sealed::seal(good, &["cursor", "", ""]).to_string()),
            ("without a key", sealed("id 5 8388608 false 1773337830")),
            ("a size that is none", sealed("id -5 8388608 false 1773337830 a")),
            ("parts of nothing", sealed("id 5 0 false 1773337830 a")),
            ("a condition that is none", sealed("id 5 8388608 * 1773337830 a")),
            ("a time that is none", sealed("id 5 8388608 false 99999999999999999999 a")),
            ("a time after all others", sealed("id 5 8388608 false 18446744073709551615 a")),
        ];
        for (name, text) in cases {
            assert_eq!(Unfinished::parse(&text), Err(UPLOAD), "{name}");
        }
    }
}
