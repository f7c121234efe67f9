use http_api::{ApiError, Call, Parameters, json_response, public_for};
use lambda_http::{Body, Response, http::StatusCode};
use serde::Serialize;

use crate::App;

/// How long the document may be cached, in seconds.
const MAX_AGE_SECONDS: u64 = 300;

/// The metadata of an OAuth protected resource (RFC 9728 §2), with members of our own that configure a client.
#[derive(Serialize)]
struct ProtectedResource<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    authorization_servers: [&'a str; 1],
    bearer_methods_supported: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<&'a str>,
    latchkey: Latchkey<'a>,
}

/// What a client of ours needs besides.
#[derive(Serialize)]
struct Latchkey<'a> {
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cli_client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    cli_redirect_uris: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    scopes: &'a [String],
    region: &'a str,
    identity_pool_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    home: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
}

/// Serves `GET /.well-known/oauth-protected-resource`. Nothing in it is secret.
///
/// Source: RFC 9728 §3.
pub(crate) fn describe(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    Parameters::from_urlencoded(call.query())?.finish()?;
    let policy = app.verifier.policy();
    let folders = app.folders.as_ref();
    let body = ProtectedResource {
        resource: call.api_url(),
        authorization_servers: [policy.issuers().first().map_or("", |issuer| issuer.as_str())],
        bearer_methods_supported: ["header"],
        resource_documentation: app.sign_in.documentation_url.as_deref(),
        latchkey: Latchkey {
            client_id: policy.client_ids().first().map_or("", String::as_str),
            cli_client_id: app.sign_in.cli_client_id.as_deref(),
            cli_redirect_uris: &app.sign_in.cli_redirect_uris,
            scopes: &app.sign_in.scopes,
            region: app.sign_in.region.as_str(),
            identity_pool_id: app.identity_pool.id().as_str(),
            bucket: folders.map(|folders| folders.bucket.as_str()),
            home: folders.map(|folders| folders.home_prefix.to_string()),
            team: folders.and_then(|folders| folders.team_prefix.as_ref()).map(ToString::to_string),
        },
    };
    Ok(public_for(MAX_AGE_SECONDS, json_response(StatusCode::OK, &body)?))
}
