use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws_sdk_cognitoidentity::{
    Client,
    config::{
        Builder,
        endpoint::{DefaultResolver, Params, ResolveEndpoint, SharedEndpointResolver},
    },
};
use https::{CallError, Failure, HttpsClient, NoThrottleRetries, ServiceError, call};
use lru::LruCache;
use telemetry::count_exchange;
use validation::{
    IdentityId, IdentityPoolId, VerifiedToken,
    token::{ChosenRole, Subject},
};

use crate::{ExchangeError, IdentityCredentials, IdentityPoolSettings};

/// How many people's identity ids are remembered.
const IDENTITIES_MAX: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// A Cognito identity pool: issues temporary AWS credentials for verified tokens.
///
/// It remembers identity ids by `sub` (all tokens are of one user pool), and saves the `GetId` call for them: an
/// identity id never changes. It does not keep credentials.
pub struct IdentityPool {
    client: Client,
    https: HttpsClient,
    endpoints: SharedEndpointResolver,
    /// From these the SDK finds the endpoint of Cognito.
    endpoint_parameters: Option<Params>,
    pool_id: IdentityPoolId,
    identities: Mutex<LruCache<Subject, IdentityId>>,
}

impl IdentityPool {
    /// The pool that `settings` names, called over `https`.
    #[must_use]
    pub fn new(https: &HttpsClient, settings: IdentityPoolSettings) -> Self {
        let region = settings.pool_id.region().as_str();
        let endpoint = settings.endpoint.as_ref();
        let endpoints = DefaultResolver::new().into_shared_resolver();
        let mut config = Builder::from(&https.sdk_config(region, endpoint)).retry_classifier(NoThrottleRetries);
        config.set_endpoint_resolver(Some(endpoints.clone()));
        let mut endpoint_parameters = Params::builder().region(region);
        endpoint_parameters = endpoint_parameters.set_endpoint(endpoint.map(|endpoint| endpoint.as_str().to_owned()));
        Self {
            client: Client::from_conf(config.build()),
            endpoints,
            https: https.clone(),
            endpoint_parameters: endpoint_parameters.build().ok(),
            pool_id: settings.pool_id,
            identities: Mutex::new(LruCache::new(IDENTITIES_MAX)),
        }
    }

    /// Lets the SDK find the endpoint of Cognito, and connects to it before the first call.
    pub async fn warm(&self) {
        // An error shows at the first call.
        if let Some(parameters) = self.endpoint_parameters.clone() {
            self.https.warm(&self.endpoints, parameters).await;
        }
    }

    /// The id of the pool.
    #[must_use]
    pub fn id(&self) -> &IdentityPoolId {
        &self.pool_id
    }

    /// Gets credentials for the person of `token`: one call when the identity id is known, or else two.
    ///
    /// `hint` is an identity id from an earlier response to the caller. A wrong one only costs a call: Cognito issues
    /// credentials for an identity only for a token that is linked with it. With `role`, they are of that role; without,
    /// Cognito decides.
    ///
    /// # Errors
    ///
    /// An [`ExchangeError`]: the token is refused, or a call failed.
    pub async fn credentials(
        &self,
        token: &VerifiedToken,
        hint: Option<&IdentityId>,
        role: Option<&ChosenRole>,
    ) -> Result<IdentityCredentials, ExchangeError> {
        let remembered = self.identities().get(token.subject()).cloned();
        let here = |id: &&IdentityId| id.region() == self.pool_id.region();
        // Cognito's own id takes precedence over the caller's hint.
        if let Some(identity_id) = remembered.as_ref().or(hint.filter(here)) {
            match self.get_credentials(identity_id, token, role).await {
                Err(CallError::Refused(error)) if is_about_the_identity(&error, remembered.is_some()) => {
                    self.identities().pop(token.subject());
                }
                Err(error) => return Err(ExchangeError::new(error)),
                Ok(credentials) => return Ok(self.exchanged(token, credentials)),
            }
        }
        let identity_id = self.get_id(token).await.map_err(ExchangeError::new)?;
        let credentials = self.get_credentials(&identity_id, token, role).await.map_err(ExchangeError::new)?;
        Ok(self.exchanged(token, credentials))
    }

    /// Counts the exchange, and remembers the identity id of the credentials: Cognito may have merged the identity into
    /// another one.
    fn exchanged(&self, token: &VerifiedToken, credentials: IdentityCredentials) -> IdentityCredentials {
        count_exchange();
        self.identities().put(token.subject().clone(), credentials.identity_id.clone());
        credentials
    }

    async fn get_id(&self, token: &VerifiedToken) -> Result<IdentityId, CallError> {
        let request = self
            .client
            .get_id()
            .identity_pool_id(self.pool_id.as_str())
            .logins(token.issuer().login_provider(), token.token().expose());
        let output = call("GetId", request.send()).await?;
        output.identity_id().and_then(|id| IdentityId::parse(id).ok()).ok_or_else(|| incomplete_answer("GetId"))
    }

    async fn get_credentials(
        &self,
        identity_id: &IdentityId,
        token: &VerifiedToken,
        role: Option<&ChosenRole>,
    ) -> Result<IdentityCredentials, CallError> {
        let request = self
            .client
            .get_credentials_for_identity()
            .identity_id(identity_id.as_str())
            .set_custom_role_arn(role.map(|role| role.as_str().to_owned()))
            .logins(token.issuer().login_provider(), token.token().expose());
        let output = call("GetCredentialsForIdentity", request.send()).await?;
        // Cognito names the identity that the credentials are for.
        let identity_id = output.identity_id.as_deref().and_then(|id| IdentityId::parse(id).ok());
        identity_id
            .zip(output.credentials)
            .and_then(|(identity_id, credentials)| IdentityCredentials::new(identity_id, credentials))
            .ok_or_else(|| incomplete_answer("GetCredentialsForIdentity"))
    }

    fn identities(&self) -> MutexGuard<'_, LruCache<Subject, IdentityId>> {
        self.identities.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an error may be caused by the identity id, so that `GetId` must be called. An id from Cognito can only have
/// been deleted or unlinked. For a caller's id, Cognito has several errors that say that it is not theirs.
fn is_about_the_identity(error: &ServiceError, is_from_cognito: bool) -> bool {
    match error.code.as_str() {
        "ResourceNotFoundException" => true,
        "NotAuthorizedException" => !is_from_cognito || error.says("Logins don't match"),
        "InvalidParameterException" | "ValidationException" | "ResourceConflictException" => !is_from_cognito,
        _ => false,
    }
}

fn incomplete_answer(operation: &str) -> CallError {
    CallError::Failed(Failure::Unavailable { code: format!("incomplete answer to {operation}") })
}

impl fmt::Debug for IdentityPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityPool").field("pool_id", &self.pool_id).finish_non_exhaustive()
    }
}
