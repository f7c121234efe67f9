use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::{Circumstances, UnknownPlaceholder, fill};

/// An event of the folder with the answer that it must get.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    /// The file's name without its ending, `FUNCTION` or `FUNCTION.CASE`.
    pub name: String,
    event: String,
    expected: String,
}

/// A case whose placeholders are filled in.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The event, as text: what a function gives back it gives back as it came.
    pub event: String,
    /// The answer.
    pub expected: Value,
}

const EVENT: &str = ".json";
const EXPECTED: &str = ".expected.json";

impl Case {
    /// All cases of the folder, in the order of their names.
    ///
    /// # Panics
    ///
    /// For a file that is neither an event nor an event's answer, so that none is passed over.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../events");
        let text = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let files = fs::read_dir(&folder).expect("there is an events folder");
        let files = files.map(|entry| entry.expect("it can be read").file_name().into_string().expect("a plain name"));
        let (answers, events): (Vec<_>, Vec<_>) =
            files.filter(|file| file != "README.md").partition(|file| file.ends_with(EXPECTED));
        let names = |files: Vec<String>, ending| -> BTreeSet<String> {
            files.into_iter().map(|file| file.strip_suffix(ending).map_or(file.clone(), str::to_owned)).collect()
        };
        let (names, answered) = (names(events, EVENT), names(answers, EXPECTED));
        let alone: Vec<_> = names.symmetric_difference(&answered).collect();
        assert!(alone.is_empty(), "an event without its answer, or an answer without its event: {alone:?}");
        let case = |name: String| Self {
            event: text(&format!("{name}{EVENT}")),
            expected: text(&format!("{name}{EXPECTED}")),
            name,
        };
        names.into_iter().map(case).collect()
    }

    /// The crate of the function that the event is for.
    #[must_use]
    pub fn function(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// What the event alone does not say.
    #[must_use]
    pub fn circumstances(&self) -> Circumstances {
        Circumstances::of(&self.name)
    }

    /// The case with `value_of` each placeholder in its place.
    ///
    /// # Errors
    ///
    /// [`UnknownPlaceholder`] with the first one that has no value.
    pub fn filled(&self, value_of: impl Fn(&str) -> Option<String>) -> Result<Filled, UnknownPlaceholder> {
        let expected = fill(&self.expected, &value_of)?;
        let expected = serde_json::from_str(&expected).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        Ok(Filled { event: fill(&self.event, &value_of)?, expected })
    }
}

#[cfg(test)]
mod tests {
    use loopback::Cloud;

    use super::*;
    use crate::placeholder_of;

    #[test]
    fn each_event_can_be_filled_in_and_is_json_then() {
        let cloud = Cloud::new();
        for case in Case::all() {
            let filled = case.filled(placeholder_of(&cloud, &case.name)).unwrap();
            assert!(serde_json::from_str::<Value>(&filled.event).is_ok_and(|event| event.is_object()), "{}", case.name);
        }
    }
}
