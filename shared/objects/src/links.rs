use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sdk_s3::{
    Client,
    config::{RequestChecksumCalculation, http::HttpResponse},
    error::{ProvideErrorMetadata, SdkError},
    presigning::{PresignedRequest, PresigningConfig},
};
use http_api::{ParameterError, Parameters};
use https::CallError;

use crate::{Bucket, BucketError, Caller};

/// How long a link is good when nothing else is asked for, in seconds.
pub const LINK_SECONDS_DEFAULT: u64 = 900;

/// The `Content-Disposition` of a download when nothing else is asked for: a browser saves what somebody uploaded, and
/// does not show it as a page of the bucket's origin.
pub const ATTACHMENT: &str = "attachment";

/// Takes `url_seconds`: for how long a link is to be good.
///
/// # Errors
///
/// [`ParameterError::NotInRange`] for anything but a whole number from 60 to 3600: the caller's credentials, and so their
/// links, end after an hour.
pub fn take_link_seconds(parameters: &mut Parameters) -> Result<Option<u64>, ParameterError> {
    parameters.take_number("url_seconds", 60..=3600)
}

/// Whether a link to `key` can be followed. Clients take `.` and `..` out of the path of an address before they send it
/// (RFC 3986 §5.2.4), and then the signature does not hold.
#[must_use]
pub fn can_be_linked(key: &str) -> bool {
    !key.split('/').any(|segment| matches!(segment, "." | ".."))
}

/// What makes presigned links for one caller. They are signed here, with the caller's credentials and without a call:
/// IAM decides when a link is used, and whoever has it acts as the caller until it ends.
///
/// Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" in the Amazon S3 API reference.
#[derive(Debug)]
pub struct Links {
    client: Client,
    bucket: String,
    config: PresigningConfig,
    expires_at: SystemTime,
}

/// A presigned link. It is a secret until it ends, and never shown by `Debug`.
#[derive(Clone)]
pub struct Link {
    /// The address.
    pub url: String,
    /// When it ends: with the caller's credentials at the latest.
    pub expires_at: SystemTime,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(** redacted **)")
    }
}

impl Links {
    /// Links into `bucket` for `caller`, signed at `now` and good for `seconds`, or until the caller's credentials end.
    ///
    /// # Errors
    ///
    /// [`BucketError::Credentials`] when these have ended.
    pub fn new(bucket: &Bucket, caller: &Caller, seconds: u64, now: SystemTime) -> Result<Self, BucketError> {
        // A signature's time is in whole seconds.
        let signed_at = UNIX_EPOCH + Duration::from_secs(now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs());
        let seconds_left = caller.credentials_expire_at.duration_since(signed_at).unwrap_or_default().as_secs();
        let lifetime = Duration::from_secs(seconds.min(seconds_left));
        let config = PresigningConfig::builder().start_time(signed_at).expires_in(lifetime).build();
        let config = config.ok().filter(|_| !lifetime.is_zero()).ok_or(BucketError::Credentials)?;
        let settings = bucket
            .client()
            .config()
            .to_builder()
            .credentials_provider(caller.credentials.clone())
            // A checksum would be that of the empty body that is at hand here.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        Ok(Self {
            client: Client::from_conf(settings.build()),
            bucket: bucket.name().to_owned(),
            config,
            expires_at: signed_at + lifetime,
        })
    }

    /// A link for `GET`. With a `disposition`, S3 answers with this `Content-Disposition`.
    ///
    /// # Errors
    ///
    /// [`BucketError::Failed`] when the SDK cannot make an address of bucket, region and endpoint.
    pub async fn get(&self, key: &str, disposition: Option<String>) -> Result<Link, BucketError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let request = request.set_response_content_disposition(disposition);
        self.link(Box::pin(request.presigned(self.config.clone())).await)
    }

    /// A link for `HEAD`: a signature is for one method.
    ///
    /// # Errors
    ///
    /// As [`Links::get`].
    pub async fn head(&self, key: &str, disposition: Option<String>) -> Result<Link, BucketError> {
        let request = self.client.head_object().bucket(&self.bucket).key(key);
        let request = request.set_response_content_disposition(disposition);
        self.link(Box::pin(request.presigned(self.config.clone())).await)
    }

    /// A link for `PUT`, of exactly `size` bytes with this `content_type`: both are signed, and go with the request as
    /// `Content-Length` and `Content-Type`.
    ///
    /// # Errors
    ///
    /// As [`Links::get`].
    pub async fn put(&self, key: &str, size: u64, content_type: &str) -> Result<Link, BucketError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        let request = request.set_content_length(i64::try_from(size).ok());
        self.link(Box::pin(request.presigned(self.config.clone())).await)
    }

    /// Callers box what the SDK does: it is large, and few of its steps are taken.
    fn link<E: ProvideErrorMetadata>(
        &self,
        presigned: Result<PresignedRequest, SdkError<E, HttpResponse>>,
    ) -> Result<Link, BucketError> {
        // Nothing is sent, so nobody can deny anything.
        let request = presigned.map_err(|error| BucketError::new(CallError::from(&error), ""))?;
        Ok(Link { url: request.uri().to_owned(), expires_at: self.expires_at })
    }
}
