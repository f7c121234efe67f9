//! `POST /token` (RFC 8693) and `GET /credentials` (the SDKs' container credentials provider): an id token comes in,
//! temporary AWS credentials of its person go out.

mod body;
mod credentials_endpoint;
mod settings;
mod token_endpoint;
mod token_request;

use std::time::SystemTime;

use http_api::{ApiError, refused};
use identity_pool::{IdentityCredentials, IdentityPool};
use lambda_http::{Body, Request, RequestExt, Response, http::Method};
use pool_keys::Verifier;
use upstream::{TlsError, Wire};
use validation::{IdToken, IdentityId};

pub use self::settings::Settings;

/// What lives as long as the process.
#[derive(Debug)]
pub struct App {
    verifier: Verifier,
    identity_pool: IdentityPool,
}

impl App {
    /// Builds the clients.
    ///
    /// # Errors
    ///
    /// [`TlsError`] when the TLS stack cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, TlsError> {
        let wire = Wire::new(settings.trust)?;
        let identity_pool = IdentityPool::new(&wire, settings.identity_pool, settings.user_pool.policy.issuer());
        Ok(Self { verifier: Verifier::new(wire, settings.user_pool), identity_pool })
    }

    /// Does in init what the first request would wait for.
    pub async fn warm(&self) {
        tokio::join!(self.verifier.warm(now()), self.identity_pool.warm());
    }

    /// Verifies `token` and exchanges it.
    async fn exchange(
        &self,
        token: IdToken,
        hint: Option<&IdentityId>,
        now: SystemTime,
    ) -> Result<IdentityCredentials, ApiError> {
        let token = self.verifier.verify(token, now).await?;
        Ok(self.identity_pool.credentials(&token, hint).await?)
    }
}

/// Serves one request. Every path ends in a response.
pub async fn handle(app: &App, request: &Request) -> Response<Body> {
    let now = now();
    match (request.raw_http_path(), request.method()) {
        ("/token", &Method::POST) => token_endpoint::serve(app, request, now).await,
        ("/token", _) => token_endpoint::refuse(&ApiError::MethodNotAllowed { allow: "POST" }.into(), request),
        ("/credentials", &Method::GET) => credentials_endpoint::serve(app, request, now).await,
        ("/credentials", _) => refused(request, &ApiError::MethodNotAllowed { allow: "GET" }),
        _ => refused(request, &ApiError::NotFound),
    }
}

#[expect(clippy::disallowed_methods, reason = "the handler's edge: everything below is told the time")]
fn now() -> SystemTime {
    SystemTime::now()
}
