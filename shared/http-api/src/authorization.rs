use lambda_http::http::{HeaderMap, header::AUTHORIZATION};
use validation::IdToken;

use crate::ApiError;

/// Reads the id token from `Authorization`: the token alone, as the SDKs' container provider sends it, or
/// `Bearer TOKEN`, with the scheme in any case (RFC 6750 §2.1, RFC 9110 §11.1).
///
/// # Errors
///
/// [`ApiError::MissingToken`] when there is no token, [`ApiError::SeveralTokens`] when there are several values, which
/// API Gateway joins with commas (RFC 6750 §3.1), and [`ApiError::AuthorizationForm`] for anything else.
pub fn bearer_token(headers: &HeaderMap) -> Result<IdToken, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(ApiError::MissingToken)?;
    let value = value.to_str().map_err(|_| ApiError::AuthorizationForm)?.trim();
    if values.next().is_some() || value.contains(',') {
        return Err(ApiError::SeveralTokens);
    }
    let token = match value.split_once(char::is_whitespace) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Bearer") => rest.trim_start(),
        Some(_) => return Err(ApiError::AuthorizationForm),
        None if value.eq_ignore_ascii_case("Bearer") => "",
        None => value,
    };
    if token.is_empty() {
        return Err(ApiError::MissingToken);
    }
    Ok(IdToken::new(token.to_owned()))
}

#[cfg(test)]
mod tests {
    use lambda_http::http::HeaderValue;

    use super::*;

    fn token(values: &[&str]) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        bearer_token(&headers).map(|token| token.expose().to_owned()).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn the_token_is_alone_or_follows_its_scheme() {
        for value in ["a.b.c", "Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c", " a.b.c ", "Bearer a.b.c "] {
            assert_eq!(token(&[value]).as_deref(), Ok("a.b.c"), "{value:?}");
        }
    }

    #[test]
    fn each_other_value_has_its_own_error() {
        let cases: [(&[&str], &str); 9] = [
            (&[], "MissingToken"),
            (&[""], "MissingToken"),
            (&["Bearer"], "MissingToken"),
            (&["Bearer "], "MissingToken"),
            (&["Basic YTpi"], "AuthorizationForm"),
            (&["a b c"], "AuthorizationForm"),
            (&["tök.e.n"], "AuthorizationForm"),
            (&["a.b.c", "a.b.c"], "SeveralTokens"),
            (&["Bearer a.b.c, Bearer a.b.c"], "SeveralTokens"),
        ];
        for (values, expected) in cases {
            assert_eq!(token(values), Err(expected.to_owned()), "{values:?}");
        }
    }
}
