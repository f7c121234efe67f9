use https::{CallError, Failure, Misconfiguration, ServiceError};

/// Why no credentials were issued. `Display` is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// The token is valid, but Cognito refuses it: it was revoked, or its user was disabled or deleted.
    #[error("Cognito refused the token")]
    TokenRefused,
    /// The token is valid, but Cognito gives its person no role, or not the one that they chose.
    #[error("Cognito refused the role")]
    RoleRefused,
    /// The call failed.
    #[error("Cognito Identity: {0}")]
    Failed(#[from] Failure),
}

/// Cognito's messages for a token whose user pool or app client is not a login provider of the identity pool. The code
/// is the same as for a revoked token.
const NOT_OUR_PROVIDER: [&str; 2] = ["not from a supported provider", "Issuer doesn't match providerName"];

/// Cognito's messages for a role that somebody does not get. The code is the same again.
const NOT_THEIR_ROLE: [&str; 2] = ["ambiguous role mapping rules", "Access to Role"];

const WRONG_PROVIDER: &str =
    "the identity pool does not accept this user pool's tokens: check its login providers and IDENTITY_POOL_ID";

impl ExchangeError {
    /// What a failed `GetId` or `GetCredentialsForIdentity` means, for an identity id that came from Cognito itself.
    ///
    /// Source: the "Errors" of both in the Amazon Cognito federated identities API reference.
    pub(crate) fn new(error: CallError) -> Self {
        let error = match error {
            CallError::Failed(failure) => return Self::Failed(failure),
            CallError::Refused(error) => error,
        };
        let hint = match error.code.as_str() {
            // We have checked the issuer and the audience, so this is an error of the pool's configuration.
            "NotAuthorizedException" if NOT_OUR_PROVIDER.iter().any(|words| error.says(words)) => WRONG_PROVIDER,
            "NotAuthorizedException" if NOT_THEIR_ROLE.iter().any(|words| error.says(words)) => {
                return Self::RoleRefused;
            }
            "NotAuthorizedException" => return Self::TokenRefused,
            // Another request is linking the same login at this moment, or a provider of the pool is not available.
            "ResourceConflictException" | "ExternalServiceException" | "InternalErrorException" => {
                return Self::Failed(Failure::Unavailable { code: error.code });
            }
            "InvalidIdentityPoolConfigurationException" => {
                "the identity pool has no authenticated role, or the role's trust policy does not allow the pool"
            }
            "ResourceNotFoundException" => "there is no such identity pool: check IDENTITY_POOL_ID",
            "InvalidParameterException" => WRONG_PROVIDER,
            _ => "an unexpected error; look it up in the Cognito federated identities API reference",
        };
        let ServiceError { code, .. } = error;
        Self::Failed(Misconfiguration { code, hint }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_is_classified_by_who_can_correct_it() {
        let cases = [
            ("NotAuthorizedException", "Invalid login token. Token is revoked.", "token refused"),
            ("NotAuthorizedException", "Logins don't match. Please include at least one valid login", "token refused"),
            (
                "NotAuthorizedException",
                "Token is not from a supported provider of this identity pool.",
                "misconfigured",
            ),
            ("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName", "misconfigured"),
            ("NotAuthorizedException", "The ambiguous role mapping rules denied this request.", "role refused"),
            ("NotAuthorizedException", "Access to Role 'arn:aws:iam::1:role/r' is forbidden.", "role refused"),
            ("ResourceConflictException", "", "unavailable"),
            ("ExternalServiceException", "", "unavailable"),
            ("InternalErrorException", "", "unavailable"),
            ("InvalidIdentityPoolConfigurationException", "", "misconfigured"),
            ("ResourceNotFoundException", "", "misconfigured"),
            ("InvalidParameterException", "", "misconfigured"),
            ("BrandNewException", "", "misconfigured"),
        ];
        for (code, message, expected) in cases {
            let actual = match ExchangeError::new(CallError::Refused(ServiceError::new(400, code, message))) {
                ExchangeError::TokenRefused => "token refused",
                ExchangeError::RoleRefused => "role refused",
                ExchangeError::Failed(Failure::Misconfigured(_)) => "misconfigured",
                ExchangeError::Failed(Failure::Unavailable { .. }) => "unavailable",
                ExchangeError::Failed(_) => "other",
            };
            assert_eq!(actual, expected, "{code}");
        }
        assert_eq!(
            ExchangeError::new(CallError::Failed(Failure::Throttled)),
            ExchangeError::Failed(Failure::Throttled)
        );
    }
}
