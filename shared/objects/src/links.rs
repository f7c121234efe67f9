use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http_api::{ParameterError, Parameters};

use crate::{
    Bucket, BucketError, Caller,
    bucket::unusable_endpoint,
    signer::{Signable, Signer},
};

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
#[derive(Debug)]
pub struct Links {
    signer: Signer,
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
    /// [`BucketError::Credentials`] when these have expired; [`BucketError::Failed`] when the bucket has no address.
    pub async fn new(bucket: &Bucket, caller: &Caller, seconds: u64, now: SystemTime) -> Result<Self, BucketError> {
        // The time of a signature is in whole seconds.
        let signed_at = UNIX_EPOCH + Duration::from_secs(now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs());
        let seconds_left = caller.credentials_expire_at.duration_since(signed_at).unwrap_or_default().as_secs();
        let lifetime = Duration::from_secs(seconds.min(seconds_left));
        if lifetime.is_zero() {
            return Err(BucketError::Credentials);
        }
        let (address, region) = bucket.address().await?;
        let signer = Signer::new(&address, region, caller, signed_at, lifetime);
        Ok(Self { signer: signer.ok_or_else(unusable)?, expires_at: signed_at + lifetime })
    }

    /// A link for `GET`, of one `version` of the object or of the newest. With a `disposition`, the response of S3 has
    /// this `Content-Disposition`.
    ///
    /// # Errors
    ///
    /// [`BucketError::Failed`] when it cannot be written, which does not happen.
    pub fn get(&self, key: &str, version: Option<&str>, disposition: Option<&str>) -> Result<Link, BucketError> {
        self.download("GET", Some(("x-id", "GetObject")), key, version, disposition)
    }

    /// A link for `HEAD`: a signature is valid for one method.
    ///
    /// # Errors
    ///
    /// As [`Links::get`].
    pub fn head(&self, key: &str, version: Option<&str>, disposition: Option<&str>) -> Result<Link, BucketError> {
        self.download("HEAD", None, key, version, disposition)
    }

    /// A link for this `PUT`: all of it is signed, and the request must have it as headers.
    ///
    /// # Errors
    ///
    /// As [`Links::get`].
    pub fn put(&self, key: &str, put: &Put) -> Result<Link, BucketError> {
        let size = put.size.to_string();
        let described = [("content-length", size.as_str()), ("content-type", put.content_type.as_str())];
        let condition = put.is_new.then_some(("if-none-match", "*"));
        let checksum = put.checksum.as_ref().map(Checksum::header);
        let headers: Vec<_> = described.into_iter().chain(condition).chain(checksum).collect();
        self.link(&Signable { method: "PUT", key, query: &[("x-id", "PutObject")], headers: &headers })
    }

    /// A link for `PUT` of one part, with this `number` and `size` in bytes, of the multipart upload `upload_id`.
    ///
    /// # Errors
    ///
    /// As [`Links::get`].
    pub fn part(&self, key: &str, upload_id: &str, number: u64, size: u64) -> Result<Link, BucketError> {
        let (number, size) = (number.to_string(), size.to_string());
        let query = [("x-id", "UploadPart"), ("partNumber", number.as_str()), ("uploadId", upload_id)];
        self.link(&Signable { method: "PUT", key, query: &query, headers: &[("content-length", &size)] })
    }

    fn download(
        &self,
        method: &'static str,
        operation: Option<(&'static str, &str)>,
        key: &str,
        version: Option<&str>,
        disposition: Option<&str>,
    ) -> Result<Link, BucketError> {
        let disposition = disposition.map(|disposition| ("response-content-disposition", disposition));
        let version = version.map(|version| ("versionId", version));
        let query: Vec<_> = operation.into_iter().chain(disposition).chain(version).collect();
        self.link(&Signable { method, key, query: &query, headers: &[] })
    }

    fn link(&self, signable: &Signable<'_>) -> Result<Link, BucketError> {
        Ok(Link { url: self.signer.sign(signable).ok_or_else(unusable)?, expires_at: self.expires_at })
    }
}

fn unusable() -> BucketError {
    BucketError::Failed(unusable_endpoint())
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;
    use aws_sdk_s3::{
        Client,
        config::RequestChecksumCalculation,
        presigning::{PresignedRequest, PresigningConfig},
    };
    use folders::Folders;
    use https::HttpsClient;
    use proptest::prelude::*;
    use tokio::runtime::{Builder, Runtime};

    use super::*;
    use crate::{Settings, signer::SigningKey};

    /// 2026-03-12T17:50:30Z
    const NOW_SECONDS: u64 = 1_773_337_830;

    /// A bucket as it is called here, and the SDK's own presigning for the same caller.
    struct Both {
        runtime: Runtime,
        links: Links,
        sdk: Client,
        bucket: String,
    }

    impl Both {
        fn new(region: &str, bucket: &str, endpoint: &str) -> Self {
            let identity_pool = format!("{region}:12345678-1234-1234-1234-123456789abc");
            let user_pool = format!("{region}_Ab");
            let variables = [
                ("USER_POOL_ID", user_pool.as_str()),
                ("USER_POOL_CLIENT_IDS", "client"),
                ("IDENTITY_POOL_ID", identity_pool.as_str()),
                ("BUCKET_NAME", bucket),
                ("HOME_PREFIX", "private/{identity_id}/"),
                ("CREDENTIALS_REUSE_SECONDS", "300"),
                ("AWS_ENDPOINT_URL_S3", endpoint),
            ];
            let settings = Settings::new(&variables.into()).unwrap();
            let https = HttpsClient::new(settings.trust).unwrap();
            let opened = Bucket::new(&https, settings.bucket, settings.identity_pool);
            let now = UNIX_EPOCH + Duration::from_secs(NOW_SECONDS);
            let end = now + Duration::from_hours(1);
            let token = Some("a session+token/==".to_owned());
            let credentials = Credentials::new("ASIAEXAMPLE", "secret/key", token, Some(end), "test");
            let folders = Folders::new("private/1/".to_owned(), None, None);
            let signing_key = SigningKey::default();
            let caller = Caller { credentials: credentials.clone(), signing_key, folders, credentials_expire_at: end };
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            let config = opened
                .client()
                .config()
                .to_builder()
                .credentials_provider(credentials)
                .request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
            Self {
                links: runtime.block_on(Links::new(&opened, &caller, 900, now)).unwrap(),
                sdk: Client::from_conf(config.build()),
                bucket: bucket.to_owned(),
                runtime,
            }
        }

        fn assert_same<E: std::fmt::Debug>(
            &self,
            ours: Result<Link, BucketError>,
            sdks: impl Future<Output = Result<PresignedRequest, E>>,
        ) {
            let sdks = self.runtime.block_on(Box::pin(sdks)).unwrap();
            assert_eq!(ours.unwrap().url, sdks.uri());
        }
    }

    /// When and for how long the SDK signs.
    fn lifetime() -> PresigningConfig {
        let lifetime = PresigningConfig::builder().start_time(UNIX_EPOCH + Duration::from_secs(NOW_SECONDS));
        lifetime.expires_in(Duration::from_mins(15)).build().unwrap()
    }

    /// Regions of each partition, buckets with DNS names and without, and another address than AWS's.
    fn everywhere() -> Vec<Both> {
        [
            ("eu-west-1", "my-bucket", ""),
            ("eu-west-1", "my.bucket", ""),
            ("us-east-1", "my-bucket", ""),
            ("cn-north-1", "my-bucket", ""),
            ("us-gov-west-1", "my-bucket", ""),
            ("eusc-de-east-1", "my-bucket", ""),
            ("eu-west-1", "my-bucket", "http://127.0.0.1:4566"),
            ("eu-west-1", "my-bucket", "http://127.0.0.1:80"),
            ("eu-west-1", "my-bucket", "https://[::1]:443/base"),
        ]
        .map(|(region, bucket, endpoint)| Both::new(region, bucket, endpoint))
        .into()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn links_are_those_of_the_sdk(
            // The SDK refuses a key of spaces alone, which S3 accepts.
            key in "(?s).{1,60}".prop_filter("spaces", |key| !key.trim().is_empty()),
            version in proptest::option::of("[!-~]{1,40}"),
            disposition in proptest::option::of("[ -~]{1,40}"),
            size in 0..=5_u64 << 30,
            content_type in "[a-z]{1,9}/[a-z]{1,9}(; {1,3}[a-z]{1,4}=[!-~]{1,9})?",
            is_new: bool,
            checksum in prop_oneof![
                Just(None),
                Just(Some(Checksum::Sha256("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=".to_owned()))),
                Just(Some(Checksum::Crc64Nvme("U2wq8PFTtJM=".to_owned()))),
            ],
            number in 1..=10_000_i32,
            upload_id in "[!-~]{1,60}",
        ) {
            static EVERYWHERE: std::sync::LazyLock<Vec<Both>> = std::sync::LazyLock::new(everywhere);
            for both in &*EVERYWHERE {
                let Both { links, sdk, bucket, .. } = both;
                let request = sdk.get_object().bucket(bucket).key(&key).set_version_id(version.clone());
                let request = request.set_response_content_disposition(disposition.clone());
                let link = links.get(&key, version.as_deref(), disposition.as_deref());
                both.assert_same(link, request.presigned(lifetime()));

                let request = sdk.head_object().bucket(bucket).key(&key).set_version_id(version.clone());
                let request = request.set_response_content_disposition(disposition.clone());
                let link = links.head(&key, version.as_deref(), disposition.as_deref());
                both.assert_same(link, request.presigned(lifetime()));

                let put = Put { size, content_type: content_type.clone(), is_new, checksum: checksum.clone() };
                let request = sdk.put_object().bucket(bucket).key(&key).content_type(&content_type);
                let request = request.content_length(i64::try_from(size).unwrap());
                let request = request.set_if_none_match(is_new.then(|| "*".to_owned()));
                let request = match checksum.clone() {
                    None => request,
                    Some(Checksum::Sha256(text)) => request.checksum_sha256(text),
                    Some(Checksum::Crc64Nvme(text)) => request.checksum_crc64_nvme(text),
                };
                both.assert_same(links.put(&key, &put), request.presigned(lifetime()));

                let request = sdk.upload_part().bucket(bucket).key(&key).upload_id(&upload_id).part_number(number);
                let request = request.content_length(i64::try_from(size).unwrap());
                let link = links.part(&key, &upload_id, u64::try_from(number).unwrap(), size);
                both.assert_same(link, request.presigned(lifetime()));
            }
        }
    }

    #[test]
    fn a_link_ends_with_its_credentials_and_shows_no_secret() {
        let both = Both::new("eu-west-1", "my-bucket", "");
        let link = both.links.get("a", None, None).unwrap();
        assert_eq!(link.expires_at, UNIX_EPOCH + Duration::from_secs(NOW_SECONDS + 900));
        for shown in [format!("{:?}", both.links), format!("{link:?}")] {
            assert!(!shown.contains("session") && !shown.contains("secret") && !shown.contains("Signature"), "{shown}");
        }
    }
}
