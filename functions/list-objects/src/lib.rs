//! `GET /objects`: the caller's objects, listed with the caller's own credentials.
//!
//! Architecture invariant: the function's role plays no part. IAM, asked with the caller's credentials, alone decides
//! what each person sees.

mod bucket;
mod caller;
mod callers;
mod cursor;
mod list_query;
mod listing;
mod page_xml;
mod settings;

use std::time::SystemTime;

use http_api::{ApiError, bearer_token, before_deadline, refused, served};
use identity_pool::IdentityPool;
use lambda_http::{Body, Request, RequestExt, Response, http::Method};
use pool_keys::Verifier;
use upstream::{TlsError, Wire};
use validation::{HomePrefix, VerifiedToken};

pub use self::settings::Settings;
use self::{
    bucket::{Bucket, ListError},
    caller::Caller,
    callers::Callers,
    list_query::ListQuery,
    listing::Listing,
};

/// What lives as long as the process.
#[derive(Debug)]
pub struct App {
    verifier: Verifier,
    identity_pool: IdentityPool,
    home_prefix: HomePrefix,
    callers: Callers,
    bucket: Bucket,
}

impl App {
    /// Builds the clients.
    ///
    /// # Errors
    ///
    /// [`TlsError`] when the TLS stack cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, TlsError> {
        let wire = Wire::new(settings.trust)?;
        Ok(Self {
            identity_pool: IdentityPool::new(&wire, settings.identity_pool, settings.user_pool.policy.issuer()),
            home_prefix: settings.home_prefix,
            callers: Callers::new(settings.credentials_reuse),
            bucket: Bucket::new(&wire, settings.bucket),
            verifier: Verifier::new(wire, settings.user_pool),
        })
    }

    /// Does in init what the first request would wait for.
    pub async fn warm(&self) {
        tokio::join!(self.verifier.warm(now()), self.identity_pool.warm(), self.bucket.warm());
    }

    /// Lists for the person of `token`. Credentials that S3 takes for expired or invalid are dropped, got anew and
    /// tried once more.
    async fn list(&self, query: &ListQuery, token: &VerifiedToken, now: SystemTime) -> Result<Listing, ApiError> {
        let caller = match self.callers.get(token.token(), now) {
            Some(caller) => caller,
            None => self.exchange(token, now).await?,
        };
        match self.bucket.list(query, &caller).await {
            Err(ListError::Credentials) => self.callers.forget(token.token()),
            decided => return Ok(decided?),
        }
        let decided = self.bucket.list(query, &self.exchange(token, now).await?).await;
        if matches!(decided, Err(ListError::Credentials)) {
            self.callers.forget(token.token());
        }
        Ok(decided?)
    }

    async fn exchange(&self, token: &VerifiedToken, now: SystemTime) -> Result<Caller, ApiError> {
        let credentials = self.identity_pool.credentials(token, None).await?;
        let caller = Caller::new(&credentials, &self.home_prefix);
        self.callers.keep(token, caller.clone(), now);
        Ok(caller)
    }
}

/// Serves one request. Every path ends in a response.
pub async fn handle(app: &App, request: &Request) -> Response<Body> {
    let now = now();
    match before_deadline(request, now, serve(app, request, now)).await {
        Ok(listing) => served(request, &listing),
        Err(error) => refused(request, &error),
    }
}

async fn serve(app: &App, request: &Request, now: SystemTime) -> Result<Listing, ApiError> {
    match (request.raw_http_path(), request.method()) {
        ("/objects", &Method::GET) => {}
        ("/objects", _) => return Err(ApiError::MethodNotAllowed { allow: "GET" }),
        _ => return Err(ApiError::NotFound),
    }
    // Who asks comes before what is asked: a stranger learns nothing about the parameters.
    let token = app.verifier.verify(bearer_token(request.headers())?, now).await?;
    let query = ListQuery::parse(request.uri().query().unwrap_or_default())?;
    app.list(&query, &token, now).await
}

#[expect(clippy::disallowed_methods, reason = "the handler's edge: everything below is told the time")]
fn now() -> SystemTime {
    SystemTime::now()
}
