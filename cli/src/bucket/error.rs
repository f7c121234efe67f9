use std::error::Error;

use aws_sdk_s3::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use https::{CallError, Failure};

use super::Place;
use crate::error::CliError;

/// Why S3 did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum S3Error {
    /// Something is there already, and was not to be overwritten.
    Exists,
    /// The object, its version or the upload is not there.
    Missing,
    /// IAM does not let this person do that.
    Denied,
    /// Anything else.
    Other(CliError),
}

impl S3Error {
    /// What to tell the person who asked for something at `place`.
    pub(crate) fn at(self, place: &Place) -> CliError {
        match self {
            Self::Exists => CliError::Failed(format!("{place} is there already.")),
            Self::Missing => CliError::Failed(format!("{place} is not there.")),
            Self::Denied => CliError::Refused(format!(
                "You may not do that at {place}. `latchkey whoami` says which folders are yours."
            )),
            Self::Other(error) => error,
        }
    }
}

impl From<CliError> for S3Error {
    fn from(error: CliError) -> Self {
        Self::Other(error)
    }
}

impl<E> From<SdkError<E, HttpResponse>> for S3Error
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        if let Some(error) = cause(&error) {
            return Self::Other(error.clone());
        }
        // An answer to HEAD has no body, so its status has to do.
        let status = error.raw_response().map(|answer| answer.status().as_u16());
        match (status, error.code()) {
            (Some(412), _) => Self::Exists,
            // Somebody else writes there at this moment, or not all of the request arrived.
            (_, Some(code @ ("ConditionalRequestConflict" | "RequestTimeout" | "BadDigest" | "IncompleteBody"))) => {
                Self::Other(CliError::TryLater(format!("S3 did not take it ({code}).")))
            }
            // 405: the version is a marker of a deletion.
            (Some(404 | 405), _) | (_, Some("NoSuchVersion")) => Self::Missing,
            (_, Some("RequestTimeTooSkewed")) => Self::Other(CliError::failed("The clock of this machine is wrong.")),
            (Some(403), _) => Self::Denied,
            _ => Self::Other(other(&CallError::from(&error))),
        }
    }
}

/// Our own error, if the keys could not be had.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a CliError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(ours) = error.downcast_ref() {
            return Some(ours);
        }
        next = error.source();
    }
    None
}

fn other(error: &CallError) -> CliError {
    match error {
        CallError::Refused(refusal) => CliError::Failed(format!("S3 refuses the request ({}).", refusal.code)),
        CallError::Failed(Failure::Throttled) => CliError::TryLater("S3 asks for fewer requests.".to_owned()),
        CallError::Failed(failure) => CliError::TryLater(format!("S3 cannot be reached ({failure}).")),
    }
}
