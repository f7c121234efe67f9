//! `POST /token` (RFC 8693) and `GET /credentials` (the SDKs' container credentials provider): exchange an id
//! token for temporary AWS credentials. `GET /whoami` says what a token gives, and
//! `GET /.well-known/oauth-protected-resource` (RFC 9728) what a client has to know of the API.

mod body;
mod credentials_endpoint;
mod exchange;
mod metadata_endpoint;
mod role;
mod settings;
mod token_endpoint;
mod token_endpoint_error;
mod token_request;
mod whoami_endpoint;

use std::time::SystemTime;

use cognito::{IdentityPool, Verifier};
use folders::FolderSettings;
use http_api::{METADATA_PATH, Route, answer};
use https::{HttpsClient, TlsError};
use lambda_http::http::Method;

use self::token_endpoint_error::TokenEndpointError;
pub use self::{
    role::RoleSettings,
    settings::{Settings, SignInSettings},
};

/// The routes of the function.
pub const ROUTES: &[Route<App>] = &[
    Route::in_form(
        Method::POST,
        "/token",
        |error| TokenEndpointError::from(error).into(),
        |app, call| answer(token_endpoint::exchange(app, call)),
    ),
    Route::new(Method::GET, "/credentials", |app, call| answer(credentials_endpoint::exchange(app, call))),
    Route::new(Method::GET, "/whoami", |app, call| answer(whoami_endpoint::who_am_i(app, call))),
    Route::new(Method::GET, METADATA_PATH, |app, call| answer(async move { metadata_endpoint::describe(app, call) })),
];

/// The clients of the function, and what it says of the stack. They live as long as the process.
#[derive(Debug)]
pub struct App {
    verifier: Verifier,
    identity_pool: IdentityPool,
    roles: RoleSettings,
    folders: Option<FolderSettings>,
    sign_in: SignInSettings,
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
        Ok(Self {
            verifier: Verifier::new(https, settings.user_pool),
            identity_pool,
            roles: settings.roles,
            folders: settings.folders,
            sign_in: settings.sign_in,
        })
    }
}

impl http_api::App for App {
    async fn warm(&self, now: SystemTime) {
        tokio::join!(self.verifier.warm(now), self.identity_pool.warm());
    }
}
