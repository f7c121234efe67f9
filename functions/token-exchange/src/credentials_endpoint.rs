use std::time::SystemTime;

use http_api::{ApiError, Parameters, bearer_token, before_deadline, refused, served};
use identity_pool::IdentityCredentials;
use lambda_http::{Body, Request, Response};
use validation::IdentityId;

use crate::{App, body::CredentialsBody};

/// Serves `GET /credentials`.
///
/// Source: "Container credential provider" in the AWS SDKs and Tools reference guide; RFC 6750.
pub(crate) async fn serve(app: &App, request: &Request, now: SystemTime) -> Response<Body> {
    match before_deadline(request, now, credentials(app, request, now)).await {
        Ok(credentials) => served(request, &CredentialsBody::new(&credentials)),
        Err(error) => refused(request, &error),
    }
}

async fn credentials(app: &App, request: &Request, now: SystemTime) -> Result<IdentityCredentials, ApiError> {
    let token = bearer_token(request.headers())?;
    let mut query = Parameters::from_urlencoded(request.uri().query().unwrap_or_default())?;
    let hint = query.take_filled("identity_id")?;
    query.finish()?;
    // A hint that is no identity id is a wrong one, and a wrong one is not an error.
    let hint = hint.and_then(|text| IdentityId::parse(&text).ok());
    app.exchange(token, hint.as_ref(), now).await
}
