use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

use crate::{Circumstances, UnknownPlaceholder, fill};

/// An event of the folder, the circumstances in which it comes, and the answer that it must get. It prints as
/// `FUNCTION/CASE`.
#[derive(Clone, Debug)]
pub struct Case {
    /// The crate of the function that the event is for, which is the name of the case's folder.
    pub function: String,
    /// The name of the event's file without its ending.
    pub name: String,
    /// What the event alone does not say.
    pub circumstances: Circumstances,
    event: String,
    answer: String,
}

/// A case whose placeholders are filled in.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The event, as text: what a function gives back it gives back as it came.
    pub event: String,
    /// The answer.
    pub expected: Value,
}

/// What lies beside an event.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    #[serde(default)]
    circumstances: Circumstances,
    answer: Value,
}

/// What tells the kinds of answers apart.
#[derive(Deserialize)]
struct Expected {
    #[serde(rename = "statusCode")]
    status: Option<u16>,
    #[serde(rename = "errorType")]
    error_type: Option<String>,
}

const EVENT: &str = ".json";
const EXPECTED: &str = ".expected.json";

impl Case {
    /// All cases, in the order of their functions and names.
    ///
    /// # Panics
    ///
    /// For a file that is neither an event nor an event's answer, so that none is passed over, and for an answer's file
    /// with a member or a name that is not known.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let functions = names_in(&folder()).into_iter().filter(|name| name != "README.md");
        functions.flat_map(|function| Self::all_of(&function)).collect()
    }

    /// For each function and kind of answer, one of its cases: the good one where it is of that kind, else the first by
    /// name. A kind is a status, or for a trigger an error's type or none.
    #[must_use]
    pub fn one_of_each_kind() -> Vec<Self> {
        let mut cases = Self::all();
        cases.sort_by_key(|case| case.name != "good");
        let mut kinds = BTreeSet::new();
        cases.retain(|case| kinds.insert((case.function.clone(), case.kind())));
        cases
    }

    fn kind(&self) -> String {
        let Expected { status, error_type } = serde_json::from_str(&self.answer).expect("an answer is an object");
        status.map(|status| status.to_string()).or(error_type).unwrap_or_default()
    }

    fn all_of(function: &str) -> Vec<Self> {
        let folder = folder().join(function);
        let text = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let (answers, events): (BTreeSet<_>, BTreeSet<_>) =
            names_in(&folder).into_iter().partition(|file| file.ends_with(EXPECTED));
        let names = |files: BTreeSet<String>, ending| -> BTreeSet<String> {
            files.into_iter().map(|file| file.strip_suffix(ending).map_or(file.clone(), str::to_owned)).collect()
        };
        let (names, answered) = (names(events, EVENT), names(answers, EXPECTED));
        let alone: Vec<_> = names.symmetric_difference(&answered).collect();
        assert!(alone.is_empty(), "{function}: an event without its answer, or an answer without its event: {alone:?}");
        let case = |name: &String| {
            let (event, expected) = (text(&format!("{name}{EVENT}")), text(&format!("{name}{EXPECTED}")));
            Self::new(function, name, event, &expected).unwrap_or_else(|error| panic!("{error}"))
        };
        names.iter().map(case).collect()
    }

    /// The error names the file that cannot be read, and why.
    fn new(function: &str, name: &str, event: String, expected: &str) -> Result<Self, String> {
        let Expectation { circumstances, answer } =
            serde_json::from_str(expected).map_err(|error| format!("{function}/{name}{EXPECTED}: {error}"))?;
        let (function, name) = (function.to_owned(), name.to_owned());
        Ok(Self { function, name, circumstances, event, answer: answer.to_string() })
    }

    /// The case with `value_of` each placeholder in its place.
    ///
    /// # Errors
    ///
    /// [`UnknownPlaceholder`] with the first one that has no value.
    pub fn filled(&self, value_of: impl Fn(&str) -> Option<String>) -> Result<Filled, UnknownPlaceholder> {
        let answer = fill(&self.answer, &value_of)?;
        let expected = serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{self}: {error}"));
        Ok(Filled { event: fill(&self.event, &value_of)?, expected })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.function, self.name)
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../events")
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("it can be read").file_name().into_string().expect("a plain name")).collect()
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
            let filled = case.filled(placeholder_of(&cloud, &case)).unwrap();
            assert!(serde_json::from_str::<Value>(&filled.event).is_ok_and(|event| event.is_object()), "{case}");
        }
    }

    #[test]
    fn each_function_has_a_folder_with_a_good_case_and_nothing_else_has() {
        let with_a_good_case = Case::all().into_iter().filter(|case| case.name == "good").map(|case| case.function);
        let mut folders = names_in(&folder());
        folders.remove("README.md");
        assert_eq!(folders, names_in(&folder().join("../functions")));
        assert_eq!(folders, with_a_good_case.collect());
    }

    #[test]
    fn of_each_kind_of_answer_there_is_one() {
        let (all, chosen) = (Case::all(), Case::one_of_each_kind());
        let kinds =
            |cases: &[Case]| -> BTreeSet<_> { cases.iter().map(|it| (it.function.clone(), it.kind())).collect() };
        assert_eq!(kinds(&chosen), kinds(&all));
        assert_eq!(kinds(&chosen).len(), chosen.len());
        let good: Vec<_> = chosen.iter().filter(|case| case.name == "good").map(Case::to_string).collect();
        assert_eq!(good, ["list-objects/good", "object-links/good", "pre-sign-up/good", "token-exchange/good"]);
    }

    #[test]
    fn what_is_not_known_in_an_answers_file_is_an_error_that_names_the_file() {
        let known = |expected| Case::new("list-objects", "odd", "{}".to_owned(), expected);
        let good = known(r#"{ "circumstances": { "aws": "s3-fails", "sign_ups": "strict" }, "answer": [] }"#).unwrap();
        assert_eq!((good.to_string(), good.answer), ("list-objects/odd".to_owned(), "[]".to_owned()));
        let cases = [
            (r#"{ "circumstances": { "aws": "s3-sleeps" }, "answer": {} }"#, "\"s3-sleeps\" is not one of keys-fail, "),
            (r#"{ "circumstances": { "aws": "" }, "answer": {} }"#, "\"\" is not one of keys-fail, "),
            (r#"{ "circumstances": { "sign_ups": "lax" }, "answer": {} }"#, "unknown variant `lax`"),
            (r#"{ "circumstances": { "s3": "fails" }, "answer": {} }"#, "unknown field `s3`"),
            (r#"{ "circumstance": {}, "answer": {} }"#, "unknown field `circumstance`"),
            (r#"{ "statusCode": 200 }"#, "unknown field `statusCode`"),
            ("{}", "missing field `answer`"),
            ("", "EOF"),
        ];
        for (expected, problem) in cases {
            let error = known(expected).unwrap_err();
            assert!(error.starts_with(&format!("list-objects/odd.expected.json: {problem}")), "{expected}: {error}");
        }
    }
}
