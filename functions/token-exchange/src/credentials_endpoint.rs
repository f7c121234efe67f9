use http_api::{ApiError, Call, json_response};
use lambda_http::{Body, Response, http::StatusCode};

use crate::{App, body::CredentialsBody, exchange::exchange_for};

/// Serves `GET /credentials`.
///
/// Source: "Container credential provider" in the AWS SDKs and Tools reference guide; RFC 6750.
pub(crate) async fn exchange(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let exchange = exchange_for(app, call).await?;
    json_response(StatusCode::OK, &CredentialsBody::new(&exchange.credentials))
}
