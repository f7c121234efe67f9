use http_api::{ApiError, Call, Parameters, bearer_token, take_identity_hint};
use objects::{App, Requester};

use crate::object_key::ObjectKey;

/// What every request here has: the caller's token, the key of the object, and the rest of the query.
pub(crate) struct Asked {
    pub(crate) requester: Requester,
    pub(crate) key: ObjectKey,
    pub(crate) query: Parameters,
}

impl Asked {
    /// Reads a request. The token is checked before the parameters, so a stranger learns nothing about them.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]: the token is refused, or the query or the key is malformed.
    pub(crate) async fn read(app: &App, call: Call<'_>) -> Result<Self, ApiError> {
        let (requester, mut query) = Self::requester(app, call).await?;
        let key = query.take("key")?;
        let key = ObjectKey::parse(call.path_parameter, key.as_ref().map(|text| text.as_str()))?;
        Ok(Self { requester, key, query })
    }

    /// Reads who asks, and the rest of the query.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]: the token is refused, or the query is malformed.
    pub(crate) async fn requester(app: &App, call: Call<'_>) -> Result<(Requester, Parameters), ApiError> {
        let token = app.verifier.verify(bearer_token(call.request.headers())?, call.now).await?;
        let mut query = Parameters::from_urlencoded(call.query())?;
        let identity_hint = take_identity_hint(&mut query)?;
        Ok((Requester { token, identity_hint }, query))
    }
}
