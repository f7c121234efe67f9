use http_api::{ApiError, Call, Parameters, bearer_token, json_response};
use lambda_http::{Body, Response, http::StatusCode};
use validation::IdentityId;

use crate::{App, body::CredentialsBody};

/// Serves `GET /credentials`.
///
/// Source: "Container credential provider" in the AWS SDKs and Tools reference guide; RFC 6750.
pub(crate) async fn exchange(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let token = bearer_token(call.request.headers())?;
    let mut query = Parameters::from_urlencoded(call.query())?;
    let hint = query.take_filled("identity_id")?;
    query.finish()?;
    // A wrong hint is not an error, so a malformed one is ignored.
    let hint = hint.and_then(|text| IdentityId::parse(&text).ok());
    let credentials = app.exchange(token, hint.as_ref(), call.now).await?;
    json_response(StatusCode::OK, &CredentialsBody::new(&credentials))
}
