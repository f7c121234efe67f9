use std::time::SystemTime;

use pool_keys::Verifier;
use upstream::{TlsError, Wire};

use crate::{Bucket, Settings};

/// What a function that works in the bucket keeps for as long as its process lives.
#[derive(Debug)]
pub struct App {
    /// Who asks.
    pub verifier: Verifier,
    /// What is asked for.
    pub bucket: Bucket,
}

impl App {
    /// Builds the clients.
    ///
    /// # Errors
    ///
    /// [`TlsError`] when the TLS stack cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, TlsError> {
        let wire = Wire::new(settings.trust)?;
        let issuer = settings.user_pool.policy.issuer();
        let bucket = Bucket::new(&wire, settings.bucket, settings.identity_pool, issuer);
        Ok(Self { bucket, verifier: Verifier::new(wire, settings.user_pool) })
    }

    /// Does in init what the first request would wait for.
    pub async fn warm(&self, now: SystemTime) {
        tokio::join!(self.verifier.warm(now), self.bucket.warm());
    }
}
