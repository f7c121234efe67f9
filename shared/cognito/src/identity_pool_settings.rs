use settings::{Endpoint, SettingError, Variables};
use validation::{IdentityPoolId, pool::Region};

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

    /// The stack's region: `AWS_REGION`, which Lambda always sets. Outside Lambda, the default is the pool's region.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] when the variable is malformed.
    pub fn stack_region(&self, variables: &Variables) -> Result<Region, SettingError> {
        let region = variables.optional("AWS_REGION", Region::parse)?;
        Ok(region.unwrap_or_else(|| self.pool_id.region().clone()))
    }
}
