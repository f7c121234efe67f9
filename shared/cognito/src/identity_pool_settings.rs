use settings::{Endpoint, SettingError, Variables};
use validation::IdentityPoolId;

/// Which identity pool, and its endpoint.
#[derive(Clone, Debug)]
pub struct IdentityPoolSettings {
    /// The pool. Cognito is called in its region.
    pub pool_id: IdentityPoolId,
    /// Replaces the endpoint of the region.
    pub endpoint: Option<Endpoint>,
}

impl IdentityPoolSettings {
    /// Reads `IDENTITY_POOL_ID` and the endpoint of `COGNITO_IDENTITY`.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the variable that is missing or malformed.
    pub fn new(variables: &Variables) -> Result<Self, SettingError> {
        Ok(Self {
            pool_id: variables.required("IDENTITY_POOL_ID", IdentityPoolId::parse)?,
            endpoint: variables.endpoint("AWS_ENDPOINT_URL_COGNITO_IDENTITY")?,
        })
    }
}
