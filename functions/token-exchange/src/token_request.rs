use http_api::{ParameterError, ParameterList, media_type, take_identity_hint};
use lambda_http::{
    Body,
    http::{HeaderMap, header::CONTENT_TYPE},
};
use mediatype::{
    MediaType, Name, ReadParams,
    names::{APPLICATION, CHARSET, JSON},
};
use validation::{IdToken, IdentityId, IdentityPoolId};

use crate::body::AWS_CREDENTIALS;

/// The maximum size of the body, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

const FORM: MediaType<'_> = MediaType::new(APPLICATION, Name::new_unchecked("x-www-form-urlencoded"));
const JSON_TYPE: MediaType<'_> = MediaType::new(APPLICATION, JSON);

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const SUBJECT_TOKEN_TYPES: [&str; 2] =
    ["urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt"];

/// What libraries that sign people in ask for with each request (OIDC Core §5.4). It is about the id token and
/// asks nothing of the keys.
const SIGN_IN_SCOPES: [&str; 3] = ["openid", "email", "profile"];

/// A request for a token exchange (RFC 8693 §2.1).
#[derive(Debug)]
pub(crate) struct TokenRequest {
    pub(crate) subject_token: IdToken,
    pub(crate) identity_id: Option<IdentityId>,
    pub(crate) role_arn: Option<String>,
}

/// What is wrong with the request. `Display` is for both the log and the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenRequestError {
    #[error("{0}")]
    Parameter(#[from] ParameterError),
    #[error("The content type must be application/x-www-form-urlencoded or application/json, in UTF-8.")]
    ContentType,
    #[error("The body is longer than {BODY_BYTES_MAX} bytes.")]
    TooLarge,
    #[error("The body is not UTF-8.")]
    NotUtf8,
    #[error("actor_token must be absent: delegation is not supported.")]
    ActorToken,
    #[error("grant_type must be {GRANT_TYPE}.")]
    GrantType,
    #[error("Name at most one target: audience must be absent or the identity pool's id, and resource must be absent.")]
    Target,
    #[error(
        "scope must be absent, or name only openid, email and profile: the role decides what the credentials allow."
    )]
    Scope,
}

impl TokenRequest {
    /// Reads a request.
    ///
    /// Unknown parameters are ignored, and a parameter without a value counts as absent (RFC 6749 §3.2).
    ///
    /// # Errors
    ///
    /// A [`TokenRequestError`] for the first thing that is wrong: the body, then the grant type, then the rest.
    pub(crate) fn parse(headers: &HeaderMap, body: &Body, pool: &IdentityPoolId) -> Result<Self, TokenRequestError> {
        let parameters = parameters(headers, body)?.filled();
        // Only `audience` and `resource` may be repeated (RFC 8693 §2.1). We have one target, so a caller who names
        // several targets asks for one that we do not have.
        if parameters.count("audience") + parameters.count("resource") > 1 {
            return Err(TokenRequestError::Target);
        }
        let mut parameters = parameters.unique()?;
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
        // A list that spaces separate (RFC 6749 §3.3).
        if parameters
            .take_filled("scope")?
            .is_some_and(|scope| scope.split(' ').any(|name| !SIGN_IN_SCOPES.contains(&name)))
        {
            return Err(TokenRequestError::Scope);
        }
        let identity_id = take_identity_hint(&mut parameters)?;
        let role_arn = parameters.take_filled("role_arn")?.map(|arn| arn.to_string());
        Ok(Self { subject_token: IdToken::new(subject_token.to_string()), identity_id, role_arn })
    }
}

fn invalid(name: &'static str, problem: &'static str) -> TokenRequestError {
    ParameterError::invalid(name, problem).into()
}

fn parameters(headers: &HeaderMap, body: &Body) -> Result<ParameterList, TokenRequestError> {
    let read = reader(headers).ok_or(TokenRequestError::ContentType)?;
    let bytes: &[u8] = body;
    if bytes.len() > BODY_BYTES_MAX {
        return Err(TokenRequestError::TooLarge);
    }
    Ok(read(std::str::from_utf8(bytes).map_err(|_| TokenRequestError::NotUtf8)?)?)
}

type Reader = fn(&str) -> Result<ParameterList, ParameterError>;

/// The reader for the request's content type, or `None` when there is none. A form must be in UTF-8. JSON is in UTF-8,
/// whatever its `charset` says (RFC 8259 §11).
fn reader(headers: &HeaderMap) -> Option<Reader> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let content_type = media_type::parse(values.next()?.to_str().ok()?)?;
    if values.next().is_some() {
        return None;
    }
    let is_utf_8 =
        content_type.get_param(CHARSET).is_none_or(|value| value.unquoted_str().eq_ignore_ascii_case("utf-8"));
    match content_type.essence() {
        essence if essence == FORM && is_utf_8 => Some(ParameterList::from_urlencoded),
        essence if essence == JSON_TYPE => Some(ParameterList::from_json),
        _ => None,
    }
}
