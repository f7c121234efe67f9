use http::Uri;
use settings::{SettingError, Variables, comma_separated};
use validation::{InvalidIssuer, Issuer, TokenPolicy, UserPoolId};

/// Which tokens are accepted, and the location of the keys that verify them.
#[derive(Clone, Debug)]
pub struct UserPoolSettings {
    /// The issuer and the app clients.
    pub policy: TokenPolicy,
    /// The JWKS document.
    pub jwks_url: Uri,
}

const ENDPOINT: &str = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER";
const ISSUER: &str = "USER_POOL_ISSUER";

impl UserPoolSettings {
    /// Reads `USER_POOL_ID`, `USER_POOL_CLIENT_IDS`, `USER_POOL_ISSUER` and the endpoint of
    /// `COGNITO_IDENTITY_PROVIDER`.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the variable that is missing or malformed.
    pub fn new(variables: &Variables) -> Result<Self, SettingError> {
        let pool = variables.required("USER_POOL_ID", UserPoolId::parse)?;
        let client_ids = variables.required("USER_POOL_CLIENT_IDS", comma_separated)?;
        let issuers = variables.optional(ISSUER, issuers)?.unwrap_or_else(|| vec![Issuer::of(&pool)]);
        let (base, variable) = match variables.endpoint(ENDPOINT)? {
            Some(endpoint) => (format!("{}/{pool}", endpoint.as_str()), ENDPOINT),
            None => (issuers.first().map(Issuer::to_string).unwrap_or_default(), ISSUER),
        };
        let jwks_url = format!("{base}/.well-known/jwks.json");
        let jwks_url =
            jwks_url.parse().map_err(|error| SettingError::new(variable, format!("is {base:?}: {error}")))?;
        Ok(Self { policy: TokenPolicy::new(issuers, client_ids), jwks_url })
    }
}

/// Parses issuers separated by commas. Spaces around them are ignored.
fn issuers(text: &str) -> Result<Vec<Issuer>, InvalidIssuer> {
    text.split(',').map(|issuer| Issuer::parse(issuer.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: (&str, &str) = ("USER_POOL_ID", "eu-west-1_Ab");
    const CLIENTS: (&str, &str) = ("USER_POOL_CLIENT_IDS", "client-a,client-b");

    #[test]
    fn the_jwks_is_below_the_issuer_or_the_endpoint() {
        let of_pool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab";
        let general = ("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        let specific = ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://127.0.0.1:2/");
        let issuer = ("USER_POOL_ISSUER", "https://id.example.com/p");
        let both = ("USER_POOL_ISSUER", "https://id.example.com/p, https://other.example.com/p");
        let unset = ("X", "");
        let cases = [
            ([POOL, CLIENTS, unset, unset], of_pool, format!("{of_pool}/.well-known/jwks.json")),
            ([POOL, CLIENTS, issuer, unset], issuer.1, "https://id.example.com/p/.well-known/jwks.json".to_owned()),
            ([POOL, CLIENTS, both, unset], both.1, "https://id.example.com/p/.well-known/jwks.json".to_owned()),
            (
                [POOL, CLIENTS, general, unset],
                of_pool,
                "http://127.0.0.1:1/eu-west-1_Ab/.well-known/jwks.json".to_owned(),
            ),
            (
                [POOL, CLIENTS, general, specific],
                of_pool,
                "http://127.0.0.1:2/eu-west-1_Ab/.well-known/jwks.json".to_owned(),
            ),
        ];
        for (variables, issuers, url) in cases {
            let settings = UserPoolSettings::new(&Variables::from(variables)).unwrap();
            let accepted: Vec<_> = settings.policy.issuers().iter().map(Issuer::as_str).collect();
            assert_eq!((accepted.join(", ").as_str(), settings.jwks_url.to_string()), (issuers, url));
        }
    }

    #[test]
    fn the_error_names_the_variable_with_the_unusable_url() {
        for name in ["USER_POOL_ISSUER", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] {
            let error = UserPoolSettings::new(&Variables::from([POOL, CLIENTS, (name, "https://[")])).unwrap_err();
            assert!(error.to_string().starts_with(&format!("{name} is ")), "{error}");
        }
    }

    #[test]
    fn a_missing_or_malformed_setting_is_named() {
        let cases = [
            ([CLIENTS, ("X", "")], "USER_POOL_ID is not set"),
            ([POOL, ("X", "")], "USER_POOL_CLIENT_IDS is not set"),
            ([("USER_POOL_ID", "x"), CLIENTS], "USER_POOL_ID is \"x\": not a user pool id such as eu-west-1_AbCdEfGhI"),
            (
                [POOL, ("USER_POOL_CLIENT_IDS", "a,")],
                "USER_POOL_CLIENT_IDS is \"a,\": expected names separated by commas, none of them empty",
            ),
        ];
        for (variables, expected) in cases {
            assert_eq!(UserPoolSettings::new(&Variables::from(variables)).unwrap_err().to_string(), expected);
        }
    }
}
