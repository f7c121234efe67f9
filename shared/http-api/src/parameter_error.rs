use std::{borrow::Cow, ops::RangeInclusive};

use crate::ParameterList;

/// What is wrong with the parameters. No variant holds a value. A name that the caller chose is shown only when it
/// looks like a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A `%` without two hexadecimal digits after it, or bytes that are not UTF-8.
    #[error("The parameters are not percent-encoded UTF-8.")]
    Encoding,
    /// The body is not one JSON object.
    #[error("The body is not a JSON object.")]
    Json,
    /// More parameters than a request may have.
    #[error("There are more than {} parameters.", ParameterList::COUNT_MAX)]
    TooMany,
    /// A value that is not a string.
    #[error("{0} must be a string.")]
    NotAString(&'static str),
    /// A parameter that is sent more than once.
    #[error("{0} must not be repeated.")]
    Repeated(String),
    /// A required parameter that is absent or empty.
    #[error("{0} is missing.")]
    Missing(&'static str),
    /// A parameter that the endpoint does not know.
    #[error("{0} is not a known parameter.")]
    Unknown(String),
    /// A value that is longer than it may be.
    #[error("{name} is longer than {bytes_max} bytes.")]
    TooLong {
        /// The parameter.
        name: &'static str,
        /// Its maximum length.
        bytes_max: usize,
    },
    /// A value that is not a whole number in this range.
    #[error("{name} must be a whole number from {} to {}.", .range.start(), .range.end())]
    NotInRange {
        /// The parameter.
        name: &'static str,
        /// The valid values.
        range: RangeInclusive<u64>,
    },
    /// A value that is not acceptable.
    #[error("{name} {problem}.")]
    Invalid {
        /// The parameter.
        name: &'static str,
        /// What is wrong with it, as a phrase that follows its name.
        problem: Cow<'static, str>,
    },
}

impl ParameterError {
    /// A value of `name` that is not acceptable. `problem` is a phrase that follows the name.
    #[must_use]
    pub const fn invalid(name: &'static str, problem: &'static str) -> Self {
        Self::Invalid { name, problem: Cow::Borrowed(problem) }
    }
}
