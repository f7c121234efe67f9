use https::{CallError, Failure, Misconfiguration, ServiceError};

/// Why no credentials were given. `Display` is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// Cognito refuses this token, though we do not: it was revoked, or its user disabled or deleted.
    #[error("Cognito refused the token")]
    TokenRefused,
    /// Cognito did not do its part.
    #[error("Cognito Identity: {0}")]
    Failed(#[from] Failure),
}

/// What Cognito says of a token whose user pool or app client the identity pool was not told of, with the same code as
/// of one that was revoked.
const NOT_OUR_PROVIDER: [&str; 2] = ["not from a supported provider", "Issuer doesn't match providerName"];

const WRONG_PROVIDER: &str =
    "the identity pool does not take this user pool's tokens: check its login providers and IDENTITY_POOL_ID";

impl ExchangeError {
    /// What a failed `GetId` or `GetCredentialsForIdentity` means, for an identity that Cognito itself named.
    ///
    /// Source: the "Errors" of both in the Amazon Cognito federated identities API reference.
    pub(crate) fn new(error: CallError) -> Self {
        let error = match error {
            CallError::Failed(failure) => return Self::Failed(failure),
            CallError::Refused(error) => error,
        };
        let hint = match error.code.as_str() {
            // We have checked issuer and audience, so the token cannot be at fault when the pool does not know these.
            "NotAuthorizedException" if NOT_OUR_PROVIDER.iter().any(|words| error.says(words)) => WRONG_PROVIDER,
            "NotAuthorizedException" => return Self::TokenRefused,
            // Another request is linking the same login at this moment, or a provider of the pool is out.
            "ResourceConflictException" | "ExternalServiceException" | "InternalErrorException" => {
                return Self::Failed(Failure::Unavailable { code: error.code });
            }
            "InvalidIdentityPoolConfigurationException" => {
                "the identity pool has no role for authenticated people, or the role's trust policy refuses the pool"
            }
            "ResourceNotFoundException" => "there is no such identity pool: check IDENTITY_POOL_ID",
            "InvalidParameterException" => WRONG_PROVIDER,
            _ => "an error that is not known here; look it up in the Cognito federated identities API reference",
        };
        let ServiceError { code, .. } = error;
        Self::Failed(Misconfiguration { code, hint }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_is_told_apart_by_who_can_mend_it() {
        let cases = [
            ("NotAuthorizedException", "Invalid login token. Token is revoked.", "token refused"),
            ("NotAuthorizedException", "Logins don't match. Please include at least one valid login", "token refused"),
            (
                "NotAuthorizedException",
                "Token is not from a supported provider of this identity pool.",
                "misconfigured",
            ),
            ("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName", "misconfigured"),
            ("ResourceConflictException", "", "unavailable"),
            ("ExternalServiceException", "", "unavailable"),
            ("InternalErrorException", "", "unavailable"),
            ("InvalidIdentityPoolConfigurationException", "", "misconfigured"),
            ("ResourceNotFoundException", "", "misconfigured"),
            ("InvalidParameterException", "", "misconfigured"),
            ("BrandNewException", "", "misconfigured"),
        ];
        for (code, words, expected) in cases {
            let actual = match ExchangeError::new(CallError::Refused(ServiceError::new(400, code, words))) {
                ExchangeError::TokenRefused => "token refused",
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
