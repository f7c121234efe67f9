use std::{borrow::Cow, ops::RangeInclusive};

use crate::ParameterList;

/// What is wrong with the parameters. No variant holds a value, and names that a caller chose are shown only when
/// they look like names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A `%` that no two hexadecimal digits follow, or bytes that are not UTF-8.
    #[error("The parameters are not percent-encoded UTF-8.")]
    Encoding,
    /// The JSON body is not one object.
    #[error("The body is not a JSON object.")]
    Json,
    /// More parameters than any request here has.
    #[error("There are more than {} parameters.", ParameterList::COUNT_MAX)]
    TooMany,
    /// A value that is not a string.
    #[error("{0} must be a string.")]
    NotAString(&'static str),
    /// A parameter that stands twice.
    #[error("{0} must not be repeated.")]
    Repeated(String),
    /// A parameter that is needed and is absent or empty.
    #[error("{0} is missing.")]
    Missing(&'static str),
    /// A parameter that is not known here.
    #[error("{0} is not a known parameter.")]
    Unknown(String),
    /// A value that is longer than it may be.
    #[error("{name} is longer than {bytes_max} bytes.")]
    TooLong {
        /// The parameter.
        name: &'static str,
        /// How long it may be.
        bytes_max: usize,
    },
    /// A value that is not a whole number of this range.
    #[error("{name} must be a whole number from {} to {}.", .range.start(), .range.end())]
    NotInRange {
        /// The parameter.
        name: &'static str,
        /// What it may be.
        range: RangeInclusive<u64>,
    },
    /// A value that is not acceptable.
    #[error("{name} {problem}.")]
    Invalid {
        /// The parameter.
        name: &'static str,
        /// What is wrong with it, in words that follow its name.
        problem: Cow<'static, str>,
    },
}

impl ParameterError {
    /// A value of `name` that is not acceptable, and what is wrong with it, in words that follow the name.
    #[must_use]
    pub const fn invalid(name: &'static str, problem: &'static str) -> Self {
        Self::Invalid { name, problem: Cow::Borrowed(problem) }
    }
}
