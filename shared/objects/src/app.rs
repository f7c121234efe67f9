use std::time::SystemTime;

use cognito::Verifier;
use https::{HttpsClient, TlsError};

use crate::{Bucket, Settings};

/// The clients of a function that works in the bucket. They live as long as the process.
#[derive(Debug)]
pub struct App {
    /// Finds out who the caller is.
    pub verifier: Verifier,
    /// The bucket with the objects.
    pub bucket: Bucket,
}

impl App {
    /// Builds the clients.
    ///
    /// # Errors
    ///
    /// [`TlsError`] when the TLS stack cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, TlsError> {
        let https = HttpsClient::new(settings.trust)?;
        let bucket = Bucket::new(&https, settings.bucket, settings.identity_pool);
        Ok(Self { bucket, verifier: Verifier::new(https, settings.user_pool) })
    }
}

impl http_api::App for App {
    async fn warm(&self, now: SystemTime) {
        tokio::join!(self.verifier.warm(now), self.bucket.warm());
    }
}
