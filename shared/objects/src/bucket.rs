use std::time::SystemTime;

use aws_sdk_s3::{
    Client, Config,
    config::{
        Builder,
        endpoint::{Params, ResolveEndpoint},
    },
};
use cognito::{IdentityPool, IdentityPoolSettings};
use folders::FolderSettings;
use http_api::ApiError;
use https::{Failure, HttpsClient, Misconfiguration, NoThrottleRetries};
use validation::{
    IdentityId, VerifiedToken,
    pool::{Region, UnusableSubject},
};

use crate::{BucketError, BucketSettings, Caller, bucket_endpoint::BucketEndpoint, callers::Callers};

/// What somebody is told whose `sub` cannot name a home.
const NO_HOME: &str = "Your user id cannot be part of a key, so you have no home here.";

/// Who asks for something in the bucket.
#[derive(Clone, Debug)]
pub struct Requester {
    /// The proof of it.
    pub token: VerifiedToken,
    /// An identity id that the client had from an earlier answer ([`IdentityPool::credentials`]).
    pub identity_hint: Option<IdentityId>,
}

/// The bucket, called with each caller's own credentials. The client itself has none.
#[derive(Debug)]
pub struct Bucket {
    client: Client,
    https: HttpsClient,
    region: Region,
    endpoint: BucketEndpoint,
    folders: FolderSettings,
    upload_bytes_max: u64,
    identity_pool: IdentityPool,
    callers: Callers,
}

impl Bucket {
    /// The bucket in `settings`, called over `https`.
    #[must_use]
    pub fn new(https: &HttpsClient, settings: BucketSettings, identity_pool: IdentityPoolSettings) -> Self {
        let (region, endpoint) = (settings.region.as_str(), settings.endpoint.as_ref());
        // Only AWS has a DNS name for each bucket.
        let is_path_style = endpoint.is_some();
        let parameters = Params::builder()
            .region(region)
            .bucket(&settings.folders.bucket)
            .set_endpoint(endpoint.map(|endpoint| endpoint.as_str().to_owned()))
            .force_path_style(is_path_style);
        let bucket_endpoint = BucketEndpoint::new(parameters);
        let config = Builder::from(&https.sdk_config(region, endpoint))
            .retry_classifier(NoThrottleRetries)
            .force_path_style(is_path_style)
            .endpoint_resolver(bucket_endpoint.clone());
        Self {
            client: Client::from_conf(config.build()),
            https: https.clone(),
            region: settings.region,
            endpoint: bucket_endpoint,
            identity_pool: IdentityPool::new(https, identity_pool),
            callers: Callers::new(settings.credentials_reuse),
            upload_bytes_max: settings.upload_bytes_max,
            folders: settings.folders,
        }
    }

    /// Lets the SDK find the endpoints of Cognito and the bucket, and connects to both before the first call.
    pub async fn warm(&self) {
        let endpoints = self.endpoint.clone().into_shared_resolver();
        tokio::join!(self.identity_pool.warm(), self.https.warm(&endpoints, self.endpoint.parameters().clone()));
    }

    /// The address of the bucket, as the SDK's rules find it, and its region.
    ///
    /// # Errors
    ///
    /// [`BucketError::Failed`] when the rules refuse the bucket, the region or the endpoint.
    pub(crate) async fn address(&self) -> Result<(String, &str), BucketError> {
        let endpoint = self.endpoint.resolve_endpoint(self.endpoint.parameters()).await;
        let endpoint = endpoint.map_err(|_| BucketError::Failed(unusable_endpoint()))?;
        Ok((endpoint.url().to_owned(), self.region.as_str()))
    }

    /// The client, for an operation that is sent with [`Bucket::credentials_of`].
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The bucket's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.folders.bucket
    }

    /// Largest upload through a link, in bytes.
    #[must_use]
    pub fn upload_bytes_max(&self) -> u64 {
        self.upload_bytes_max
    }

    /// Customizes an operation to be sent as `caller`. A call with its own credentials also has its own identity cache,
    /// so no caller's credentials remain in the client.
    #[must_use]
    pub fn credentials_of(caller: &Caller) -> Builder {
        Config::builder().credentials_provider(caller.credentials.clone())
    }

    /// The caller that `requester` is to AWS, with credentials that were cached a short time ago or are exchanged now.
    ///
    /// # Errors
    ///
    /// The error of the exchange.
    async fn caller(&self, requester: &Requester, now: SystemTime) -> Result<Caller, ApiError> {
        match self.callers.get(requester.token.token(), now) {
            Some(caller) => Ok(caller),
            None => self.exchange(requester, now).await,
        }
    }

    /// Does `work` as `requester`. Credentials that S3 refuses as expired or invalid are dropped, and `work` is tried
    /// again with new ones, once.
    ///
    /// # Errors
    ///
    /// The error of the exchange or of `work`.
    pub async fn as_caller<T, F>(
        &self,
        requester: &Requester,
        now: SystemTime,
        work: impl Fn(Caller) -> F,
    ) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, BucketError>>,
    {
        let mut caller = self.caller(requester, now).await?;
        let mut is_fresh = false;
        loop {
            match work(caller).await {
                Err(BucketError::Credentials) => self.callers.forget(requester.token.token()),
                decided => return Ok(decided?),
            }
            if is_fresh {
                return Err(BucketError::Credentials.into());
            }
            caller = self.exchange(requester, now).await?;
            is_fresh = true;
        }
    }

    async fn exchange(&self, requester: &Requester, now: SystemTime) -> Result<Caller, ApiError> {
        let (token, hint) = (&requester.token, requester.identity_hint.as_ref());
        let credentials = self.identity_pool.credentials(token, hint, None).await?;
        let folders = self.folders.of(&credentials.identity_id, token);
        let folders = folders.map_err(|UnusableSubject| ApiError::AccessDenied(NO_HOME))?;
        let caller = Caller::new(&credentials, folders);
        self.callers.keep(token, caller.clone(), now);
        Ok(caller)
    }
}

/// The SDK's rules refuse what the settings say of the bucket.
pub(crate) fn unusable_endpoint() -> Failure {
    let hint = "the bucket has no address; check the region, the bucket and the endpoint settings";
    Misconfiguration { code: "ConstructionFailure".to_owned(), hint }.into()
}
