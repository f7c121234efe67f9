use std::time::SystemTime;

use bucket::{Bucket, BucketError, Caller};
use http_api::{ApiError, ParameterError, Parameters};
use lambda_http::{Body, Request, Response, http::Method};

use crate::{deletion::delete, download::Download, object_key::ObjectKey, upload::Upload};

/// What is to be done about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Download(Download),
    Upload(Upload),
    Delete,
}

/// Refuses a method that no operation has.
///
/// # Errors
///
/// [`ApiError::MethodNotAllowed`].
pub(crate) fn check_method(method: &Method) -> Result<(), ApiError> {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::DELETE => Ok(()),
        _ => Err(ApiError::MethodNotAllowed { allow: "GET, HEAD, POST, DELETE" }),
    }
}

impl Operation {
    /// Parses a request whose method [`check_method`] took, with what remains of its query.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the parameter that is missing, unknown or not acceptable.
    pub(crate) fn parse(request: &Request, query: Parameters) -> Result<Self, ParameterError> {
        match *request.method() {
            Method::POST => query.finish().and_then(|()| Upload::parse(request)).map(Self::Upload),
            Method::DELETE => query.finish().map(|()| Self::Delete),
            ref method => Download::parse(method, query).map(Self::Download),
        }
    }

    /// Does it as `caller`.
    ///
    /// # Errors
    ///
    /// A [`BucketError`]: the key does not fit the caller, S3 refuses, or it fails.
    pub(crate) async fn run(
        &self,
        bucket: &Bucket,
        key: &ObjectKey,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<Response<Body>, BucketError> {
        match self {
            Self::Download(download) => download.link(bucket, key, caller, now).await,
            Self::Upload(upload) => upload.link(bucket, key, caller, now).await,
            Self::Delete => delete(bucket, key, caller).await,
        }
    }
}
