use http_api::{ParameterError, Parameters};
use lambda_http::{
    Body,
    http::{HeaderMap, header::CONTENT_TYPE},
};
use mime::Mime;
use validation::{IdToken, IdentityId, IdentityPoolId};

use crate::body::AWS_CREDENTIALS;

/// Largest body, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const SUBJECT_TOKEN_TYPES: [&str; 2] =
    ["urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt"];

/// A token exchange that is asked for (RFC 8693 §2.1).
#[derive(Debug)]
pub(crate) struct TokenRequest {
    pub(crate) subject_token: IdToken,
    pub(crate) identity_id: Option<IdentityId>,
}

/// What is wrong with the request. `Display` is for the log and for the caller alike.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenRequestError {
    #[error("{0}")]
    Parameter(#[from] ParameterError),
    #[error("The content type must be application/x-www-form-urlencoded or application/json, in UTF-8.")]
    ContentType,
    #[error("The body is longer than 65536 bytes.")]
    TooLarge,
    #[error("The body is not UTF-8.")]
    NotUtf8,
    #[error("actor_token is not supported: nobody acts for another here.")]
    ActorToken,
    #[error("grant_type must be {GRANT_TYPE}.")]
    GrantType,
    #[error("audience must be absent or this service's identity pool, and resource must be absent.")]
    Target,
    #[error("scope must be absent: what the credentials may do is decided by the role.")]
    Scope,
}

impl TokenRequest {
    /// Reads a request.
    ///
    /// Parameters that RFC 8693 does not name are passed over (RFC 6749 §3.2), and one without a value counts as
    /// absent.
    ///
    /// # Errors
    ///
    /// A [`TokenRequestError`] naming the first thing that is wrong: the body, then the grant type, then the rest.
    pub(crate) fn parse(headers: &HeaderMap, body: &Body, pool: &IdentityPoolId) -> Result<Self, TokenRequestError> {
        let mut parameters = parameters(headers, body)?;
        if *parameters.take_required("grant_type")? != GRANT_TYPE {
            return Err(TokenRequestError::GrantType);
        }
        if parameters.take_filled("actor_token")?.is_some() || parameters.take_filled("actor_token_type")?.is_some() {
            return Err(TokenRequestError::ActorToken);
        }
        let subject_token = parameters.take_required("subject_token")?;
        let subject_token_type = parameters.take_required("subject_token_type")?;
        if !SUBJECT_TOKEN_TYPES.contains(&subject_token_type.as_str()) {
            return Err(invalid("subject_token_type", "must be urn:ietf:params:oauth:token-type:id_token"));
        }
        if parameters.take_filled("requested_token_type")?.is_some_and(|wanted| *wanted != AWS_CREDENTIALS) {
            return Err(invalid(
                "requested_token_type",
                "must be absent or urn:latchkey:params:oauth:token-type:aws-credentials",
            ));
        }
        let is_other = parameters.take_filled("audience")?.is_some_and(|audience| *audience != pool.as_str());
        if is_other || parameters.take_filled("resource")?.is_some() {
            return Err(TokenRequestError::Target);
        }
        if parameters.take_filled("scope")?.is_some() {
            return Err(TokenRequestError::Scope);
        }
        // A hint that is no identity id is a wrong one, and a wrong one is not an error.
        let identity_id = parameters.take_filled("identity_id")?.and_then(|text| IdentityId::parse(&text).ok());
        Ok(Self { subject_token: IdToken::new(subject_token.to_string()), identity_id })
    }
}

fn invalid(name: &'static str, problem: &'static str) -> TokenRequestError {
    ParameterError::Invalid { name, problem }.into()
}

fn parameters(headers: &HeaderMap, body: &Body) -> Result<Parameters, TokenRequestError> {
    let read = match content_type(headers).as_ref().map(Mime::essence_str) {
        Some("application/x-www-form-urlencoded") => Parameters::from_urlencoded,
        Some("application/json") => Parameters::from_json,
        _ => return Err(TokenRequestError::ContentType),
    };
    let bytes: &[u8] = body;
    if bytes.len() > BODY_BYTES_MAX {
        return Err(TokenRequestError::TooLarge);
    }
    Ok(read(std::str::from_utf8(bytes).map_err(|_| TokenRequestError::NotUtf8)?)?)
}

/// The one content type, unless it names another charset than UTF-8.
fn content_type(headers: &HeaderMap) -> Option<Mime> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let content_type: Mime = values.next()?.to_str().ok()?.parse().ok()?;
    let is_utf_8 = content_type.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8);
    (is_utf_8 && values.next().is_none()).then_some(content_type)
}
