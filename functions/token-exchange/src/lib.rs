//! `POST /token` (RFC 8693) and `GET /credentials` (the SDKs' container credentials provider): exchange an id
//! token for temporary AWS credentials.

mod body;
mod credentials_endpoint;
mod settings;
mod token_endpoint;
mod token_endpoint_error;
mod token_request;

use std::time::SystemTime;

use cognito::{IdentityCredentials, IdentityPool, Verifier};
use http_api::{ApiError, Route, answer};
use https::{HttpsClient, TlsError};
use lambda_http::http::Method;
use validation::{IdToken, IdentityId};

pub use self::settings::Settings;
use self::token_endpoint_error::TokenEndpointError;

/// The routes of the function.
pub const ROUTES: &[Route<App>] = &[
    Route::in_form(
        Method::POST,
        "/token",
        |error| TokenEndpointError::from(error).into(),
        |app, call| answer(token_endpoint::exchange(app, call)),
    ),
    Route::new(Method::GET, "/credentials", |app, call| answer(credentials_endpoint::exchange(app, call))),
];

/// The clients of the function. They live as long as the process.
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
        let https = HttpsClient::new(settings.trust)?;
        let identity_pool = IdentityPool::new(&https, settings.identity_pool);
        Ok(Self { verifier: Verifier::new(https, settings.user_pool), identity_pool })
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

impl http_api::App for App {
    async fn warm(&self, now: SystemTime) {
        tokio::join!(self.verifier.warm(now), self.identity_pool.warm());
    }
}
