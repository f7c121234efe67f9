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

/// How long a link is valid by default, in seconds.
pub const LINK_SECONDS_DEFAULT: u64 = 900;

/// The `Content-Disposition` of a download when nothing else is asked for: a browser saves what somebody uploaded, and
/// does not show it as a page of the bucket's origin.
pub const ATTACHMENT: &str = "attachment";

/// Takes `url_seconds`: how long a link is to be valid.
///
/// # Errors
///
/// [`ParameterError::NotInRange`] for anything but a whole number from 60 to 3600. The caller's credentials, and with
/// them the links, expire after an hour.
pub fn take_link_seconds(parameters: &mut Parameters) -> Result<Option<u64>, ParameterError> {
    parameters.take_number("url_seconds", 60..=3600)
}

/// Whether a link to `key` can be followed. Clients remove `.` and `..` from the path of a URL before they send it
/// (RFC 3986 §5.2.4), and then the signature is not valid.
#[must_use]
pub fn can_be_linked(key: &str) -> bool {
    !key.split('/').any(|segment| matches!(segment, "." | ".."))
}

/// Makes presigned links for one caller. They are signed here, with the caller's credentials and without a call. IAM
/// decides when a link is used. A person who has the link acts as the caller until it expires.
///
/// Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" in the Amazon S3 API reference.
#[derive(Debug)]
pub struct Links {
    client: Client,
    bucket: String,
    config: PresigningConfig,
    expires_at: SystemTime,
}

/// An upload, as it is signed: S3 accepts no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Bytes, as `Content-Length`.
    pub size: u64,
    /// `Content-Type`.
    pub content_type: String,
    /// Whether S3 refuses to overwrite (`If-None-Match: *`).
    pub is_new: bool,
    /// The checksum of the object, which S3 verifies.
    pub checksum: Option<Checksum>,
}

/// A checksum of an object, in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-256: 32 bytes.
    Sha256(String),
    /// CRC-64/NVME: 8 bytes.
    Crc64Nvme(String),
}

impl Checksum {
    /// The header with the checksum.
    #[must_use]
    pub fn header(&self) -> (&'static str, &str) {
        match self {
            Self::Sha256(text) => ("x-amz-checksum-sha256", text),
            Self::Crc64Nvme(text) => ("x-amz-checksum-crc64nvme", text),
        }
    }
}

/// A presigned link. It is a secret until it expires, and never shown by `Debug`.
#[derive(Clone)]
pub struct Link {
    /// The URL.
    pub url: String,
    /// When it expires: at the latest with the caller's credentials.
    pub expires_at: SystemTime,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(** redacted **)")
    }
}

impl Links {
    /// Links into `bucket` for `caller`, signed at `now` and valid for `seconds`, or until the caller's credentials
    /// expire.
    ///
    /// # Errors
    ///
    /// [`BucketError::Credentials`] when these have expired.
    pub fn new(bucket: &Bucket, caller: &Caller, seconds: u64, now: SystemTime) -> Result<Self, BucketError> {
        // The time of a signature is in whole seconds.
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
            // The body is not known here: a checksum would be that of an empty body.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        Ok(Self {
            client: Client::from_conf(settings.build()),
            bucket: bucket.name().to_owned(),
            config,
            expires_at: signed_at + lifetime,
        })
    }

    /// A link for `GET`, of one `version` of the object or of the newest. With a `disposition`, the response of S3 has
    /// this `Content-Disposition`.
    ///
    /// # Errors
    ///
    /// [`BucketError::Failed`] when the SDK cannot make a URL from the bucket, the region and the endpoint.
    pub async fn get(
        &self,
        key: &str,
        version: Option<String>,
        disposition: Option<String>,
    ) -> Result<Link, BucketError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key).set_version_id(version);
        let request = request.set_response_content_disposition(disposition);
        self.link(Box::pin(request.presigned(self.config.clone())).await)
    }

    /// A link for `HEAD`: a signature is valid for one method.
    ///
    /// # Errors
    ///
    /// As [`Links::get`].
    pub async fn head(
        &self,
        key: &str,
        version: Option<String>,
        disposition: Option<String>,
    ) -> Result<Link, BucketError> {
        let request = self.client.head_object().bucket(&self.bucket).key(key).set_version_id(version);
        let request = request.set_response_content_disposition(disposition);
        self.link(Box::pin(request.presigned(self.config.clone())).await)
    }

    /// A link for this `PUT`: all of it is signed, and the request must have it as headers.
    ///
    /// # Errors
    ///
    /// As [`Links::get`].
    pub async fn put(&self, key: &str, put: &Put) -> Result<Link, BucketError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).content_type(&put.content_type);
        let request = request.set_content_length(i64::try_from(put.size).ok());
        let request = request.set_if_none_match(put.is_new.then(|| "*".to_owned()));
        let request = match put.checksum.clone() {
            None => request,
            Some(Checksum::Sha256(text)) => request.checksum_sha256(text),
            Some(Checksum::Crc64Nvme(text)) => request.checksum_crc64_nvme(text),
        };
        self.link(Box::pin(request.presigned(self.config.clone())).await)
    }

    /// A link for `PUT` of one part, with this `number` and `size` in bytes, of the multipart upload `upload_id`.
    ///
    /// # Errors
    ///
    /// As [`Links::get`].
    pub async fn part(&self, key: &str, upload_id: &str, number: u64, size: u64) -> Result<Link, BucketError> {
        let request = self.client.upload_part().bucket(&self.bucket).key(key).upload_id(upload_id);
        let request = request.set_part_number(i32::try_from(number).ok()).set_content_length(i64::try_from(size).ok());
        self.link(Box::pin(request.presigned(self.config.clone())).await)
    }

    /// Reads what the SDK has signed. Its futures are boxed by the callers, because they are large.
    fn link<E: ProvideErrorMetadata>(
        &self,
        presigned: Result<PresignedRequest, SdkError<E, HttpResponse>>,
    ) -> Result<Link, BucketError> {
        // Nothing is sent, so nothing can be denied.
        let request = presigned.map_err(|error| BucketError::new(CallError::from(&error), ""))?;
        Ok(Link { url: request.uri().to_owned(), expires_at: self.expires_at })
    }
}
