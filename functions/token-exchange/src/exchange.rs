use std::time::SystemTime;

use cognito::IdentityCredentials;
use http_api::{ApiError, Call, Parameters, bearer_token, take_identity_hint};
use validation::{
    IdToken, IdentityId, VerifiedToken,
    token::{ChosenRole, ForeignRole},
};

use crate::App;

/// What somebody is told who chose a role that they do not have.
const FOREIGN_ROLE: &str = "role_arn must be one of the roles in the id token's cognito:roles.";

/// A token that was exchanged.
pub(crate) struct Exchange {
    /// The token.
    pub(crate) token: VerifiedToken,
    /// The role that its person chose.
    pub(crate) role: Option<ChosenRole>,
    /// The credentials of that role, or of the one that Cognito decided on.
    pub(crate) credentials: IdentityCredentials,
}

impl App {
    /// Verifies `token` and exchanges it. `role_arn` is the person's choice among the roles of their groups.
    pub(crate) async fn exchange(
        &self,
        token: IdToken,
        hint: Option<&IdentityId>,
        role_arn: Option<&str>,
        now: SystemTime,
    ) -> Result<Exchange, ApiError> {
        let token = self.verifier.verify(token, now).await?;
        let role = match role_arn {
            None => None,
            Some(arn) => {
                let chosen = token.membership()?.choose(arn);
                Some(chosen.map_err(|ForeignRole| ApiError::AccessDenied(FOREIGN_ROLE))?)
            }
        };
        let credentials = self.identity_pool.credentials(&token, hint, role.as_ref()).await?;
        Ok(Exchange { token, role, credentials })
    }
}

/// Exchanges the token in `Authorization`, as the query says.
pub(crate) async fn exchange_for(app: &App, call: Call<'_>) -> Result<Exchange, ApiError> {
    let token = bearer_token(call.request.headers())?;
    let mut query = Parameters::from_urlencoded(call.query())?;
    let (hint, role_arn) = (take_identity_hint(&mut query)?, query.take_filled("role_arn")?);
    query.finish()?;
    app.exchange(token, hint.as_ref(), role_arn.as_ref().map(|arn| arn.as_str()), call.now).await
}
