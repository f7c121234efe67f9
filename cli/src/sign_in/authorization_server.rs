use std::{future::Future, pin::Pin};

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header::CONTENT_TYPE};
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, Client, ClientId, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
        BasicTokenType,
    },
    url::form_urlencoded,
};
use serde::{Deserialize, Serialize};

use crate::{
    error::CliError,
    metadata::AppClient,
    network::Network,
    sign_in::{App, Secret},
};

/// What a user pool's sign-in pages can do: the endpoints of its document.
///
/// Source: `OpenID` Connect Discovery 1.0 §3; "Token endpoint" and "Revoke endpoint" in the Amazon Cognito developer guide.
#[derive(Clone, Debug, Deserialize)]
#[expect(clippy::struct_field_names, reason = "their names in the document")]
pub(crate) struct Endpoints {
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) revocation_endpoint: Option<String>,
}

/// Tokens, as the token endpoint gives them.
pub(crate) struct Tokens {
    pub(crate) id_token: Secret,
    /// A new one with rotation; without, only at the sign-in.
    pub(crate) refresh_token: Option<Secret>,
}

/// Beside the members of RFC 6749 §5.1 (`OpenID` Connect Core §3.1.3.3).
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IdTokenField {
    id_token: String,
}

impl oauth2::ExtraTokenFields for IdTokenField {}

type TokenAnswer = StandardTokenResponse<IdTokenField, BasicTokenType>;
type OAuthClient<Authorization, Token> = Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    Authorization,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    Token,
>;

/// The client for a person's sign-in.
pub(crate) type SignInClient = OAuthClient<EndpointSet, EndpointSet>;

/// Asks the user pool for its endpoints.
///
/// # Errors
///
/// A [`CliError`] when it has no sign-in pages, or does not answer.
pub(crate) async fn endpoints(network: &Network, issuer: &str) -> Result<Endpoints, CliError> {
    let address = format!("{}/.well-known/openid-configuration", network.user_pool_address(issuer)?);
    let uri: Uri = address.parse().map_err(CliError::failed)?;
    let answer = network.send(Request::get(uri).body(Bytes::new()).map_err(CliError::failed)?).await?;
    let problem =
        || CliError::Failed(format!("{address} does not say where people sign in: the user pool has no domain."));
    serde_json::from_slice(answer.body()).map_err(|_| problem())
}

/// The client for a sign-in that returns to `redirect_uri`.
///
/// # Errors
///
/// [`CliError::Failed`] when an endpoint is not an address.
pub(crate) fn client(app: &AppClient, endpoints: &Endpoints, redirect_uri: &str) -> Result<SignInClient, CliError> {
    let authorization = AuthUrl::new(endpoints.authorization_endpoint.clone()).map_err(CliError::failed)?;
    let token = TokenUrl::new(endpoints.token_endpoint.clone()).map_err(CliError::failed)?;
    let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(CliError::failed)?;
    let client = OAuthClient::new(ClientId::new(app.client_id.clone()));
    Ok(client.set_auth_uri(authorization).set_token_uri(token).set_redirect_uri(redirect))
}

/// Redeems the `code` of a sign-in.
///
/// # Errors
///
/// A [`CliError`]: the code is refused, or the pool does not answer.
pub(crate) async fn redeem(
    network: &Network,
    client: &SignInClient,
    code: String,
    verifier: PkceCodeVerifier,
) -> Result<Tokens, CliError> {
    let request = client.exchange_code(AuthorizationCode::new(code)).set_pkce_verifier(verifier);
    let answer = request.request_async(network).await;
    answer.map(|answer| Tokens::of(&answer)).map_err(|error| match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(refusal) => {
            CliError::Refused(format!("Cognito refused the sign-in ({}). Try again.", refusal.error().as_ref()))
        }
        error => CliError::failed(error),
    })
}

/// Gets new tokens for the `refresh_token`.
///
/// # Errors
///
/// [`CliError::NotSignedIn`] when it has ended; another when the pool does not answer.
pub(crate) async fn refresh(network: &Network, app: &App, refresh_token: &Secret) -> Result<Tokens, CliError> {
    let token = TokenUrl::new(app.token_endpoint.clone()).map_err(CliError::failed)?;
    let client: OAuthClient<EndpointNotSet, EndpointSet> =
        OAuthClient::new(ClientId::new(app.client_id.clone())).set_token_uri(token);
    let refresh_token = RefreshToken::new(refresh_token.expose().to_owned());
    let request = client.exchange_refresh_token(&refresh_token);
    let answer = request.request_async(network).await;
    answer.map(|answer| Tokens::of(&answer)).map_err(|error| match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(refusal) => match refusal.error() {
            BasicErrorResponseType::InvalidGrant => CliError::NotSignedIn("Your sign-in has ended."),
            other => CliError::Refused(format!("Cognito refused to renew the sign-in ({}).", other.as_ref())),
        },
        error => CliError::failed(error),
    })
}

/// Revokes the `refresh_token`, and with it all tokens that came of the sign-in (RFC 7009).
///
/// # Errors
///
/// A [`CliError`] when the pool has no endpoint for it, refuses, or does not answer.
pub(crate) async fn revoke(network: &Network, app: &App, refresh_token: &Secret) -> Result<(), CliError> {
    let beside_token = || app.token_endpoint.strip_suffix("/token").map(|start| format!("{start}/revoke"));
    let address = app.revocation_endpoint.clone().or_else(beside_token);
    let address = address.ok_or_else(|| CliError::failed("the user pool revokes no tokens"))?;
    // The OAuth library accepts no plain HTTP here, not even on this machine.
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("token", refresh_token.expose()).append_pair("client_id", &app.client_id);
    let request = Request::post(address)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from(form.finish()))
        .map_err(CliError::failed)?;
    match network.call(request.map(|body| body.to_vec())).await?.status() {
        StatusCode::OK => Ok(()),
        status => Err(CliError::Failed(format!("Cognito answers with status {}.", status.as_u16()))),
    }
}

/// The OAuth library sends its requests over our own client.
impl<'a> AsyncHttpClient<'a> for Network {
    type Error = CliError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, CliError>> + Send + 'a>>;

    fn call(&'a self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.send(request.map(Bytes::from)).await?;
            match answer.status() {
                status if status.is_server_error() || status.as_u16() == 429 => {
                    Err(CliError::TryLater(format!("Cognito answers with status {}.", status.as_u16())))
                }
                _ => Ok(answer.map(|body| body.to_vec())),
            }
        })
    }
}

impl Tokens {
    fn of(answer: &TokenAnswer) -> Self {
        let refresh_token = answer.refresh_token().map(|token| Secret::new(token.secret().clone()));
        Self { id_token: Secret::new(answer.extra_fields().id_token.clone()), refresh_token }
    }
}
