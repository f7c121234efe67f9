use http_api::{Call, json_response};
use lambda_http::{Body, Response, http::StatusCode};

use crate::{App, TokenEndpointError, body::TokenBody, token_request::TokenRequest};

/// Serves `POST /token`.
///
/// Source: RFC 8693 §2.
pub(crate) async fn exchange(app: &App, call: Call<'_>) -> Result<Response<Body>, TokenEndpointError> {
    let TokenRequest { subject_token, identity_id, role_arn } =
        TokenRequest::parse(call.request.headers(), call.request.body(), app.identity_pool.id())?;
    let exchange = app.exchange(subject_token, identity_id.as_ref(), role_arn.as_deref(), call.now).await?;
    Ok(json_response(StatusCode::OK, &TokenBody::new(&exchange.credentials, call.now))?)
}
