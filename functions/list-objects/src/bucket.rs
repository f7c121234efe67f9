use aws_sdk_s3::{
    Client, Config,
    config::{
        BehaviorVersion, Region, StalledStreamProtectionConfig,
        endpoint::{DefaultResolver, Params, ResolveEndpoint, SharedEndpointResolver},
    },
    types::EncodingType,
};
use http_api::{ApiError, ParameterError};
use upstream::{Answer, Failure, Misconfiguration, NoThrottleRetries, Wire, retries, timeouts};

use crate::{
    caller::Caller,
    list_query::CURSOR,
    list_query::ListQuery,
    listing::{Listing, OddAnswer},
    page_xml::OnePass,
    settings::BucketSettings,
};

/// The bucket, asked with each caller's own credentials. The client has none.
#[derive(Debug)]
pub(crate) struct Bucket {
    client: Client,
    wire: Wire,
    endpoints: SharedEndpointResolver,
    /// Where the bucket is, as the SDK works it out.
    place: Option<Params>,
    name: String,
}

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ListError {
    /// S3 takes the credentials for expired or invalid.
    Credentials,
    /// IAM does not let this caller list this.
    AccessDenied,
    /// The query does not fit the caller or the listing.
    Parameter(ParameterError),
    /// S3 did not do its part.
    Failed(Failure),
}

impl From<ParameterError> for ListError {
    fn from(error: ParameterError) -> Self {
        Self::Parameter(error)
    }
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        let failed = |failure| Self::Failed { service: "S3", failure, retry_after: None };
        match error {
            // Fresh ones are refused as well: they may not have spread through AWS yet.
            ListError::Credentials => failed(Failure::Unavailable { code: "credentials refused".to_owned() }),
            ListError::AccessDenied => Self::AccessDenied,
            ListError::Parameter(error) => Self::Parameter(error),
            ListError::Failed(failure) => failed(failure),
        }
    }
}

impl Bucket {
    /// The bucket that `settings` names, asked over `wire`.
    pub(crate) fn new(wire: &Wire, settings: BucketSettings) -> Self {
        let mut place = Params::builder().region(settings.region.as_str()).bucket(&settings.name);
        let endpoints = DefaultResolver::new().into_shared_resolver();
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(settings.region.as_str().to_owned()))
            .http_client(wire.http_client())
            .timeout_config(timeouts())
            .retry_config(retries())
            .retry_classifier(NoThrottleRetries)
            // The limits in time bound a stalled answer already.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        if let Some(endpoint) = settings.endpoint {
            // Only AWS has a name in the DNS for each bucket.
            config = config.endpoint_url(endpoint.as_str()).force_path_style(true);
            place = place.endpoint(endpoint.as_str()).force_path_style(true);
        }
        config.set_endpoint_resolver(Some(endpoints.clone()));
        let client = Client::from_conf(config.build());
        Self { client, wire: wire.clone(), endpoints, place: place.build().ok(), name: settings.name }
    }

    /// Has the SDK work out where the bucket is, and connects to it ahead of the first call.
    pub(crate) async fn warm(&self) {
        // What cannot be called will say so when it is called.
        if let Some(place) = self.place.clone() {
            self.wire.warm(&self.endpoints, place).await;
        }
    }

    /// Lists one page as `caller`.
    ///
    /// # Errors
    ///
    /// A [`ListError`]: S3's refusal, told apart by who can mend it, or its failure.
    pub(crate) async fn list(&self, query: &ListQuery, caller: &Caller) -> Result<Listing, ListError> {
        let prefix = query.prefix_for(&caller.home)?;
        let continuation_token = query.continuation_token(&prefix)?;
        let has_cursor = continuation_token.is_some();
        let output = self
            .client
            .list_objects_v2()
            .bucket(&self.name)
            .prefix(&prefix)
            .set_delimiter(query.delimiter.clone())
            .max_keys(query.max_keys.into())
            .set_start_after(query.start_after.clone().filter(|_| !has_cursor))
            .set_continuation_token(continuation_token)
            .encoding_type(EncodingType::Url)
            // With credentials of its own, the call has an identity cache of its own too: no caller's stay behind.
            .customize()
            .interceptor(OnePass)
            .config_override(Config::builder().credentials_provider(caller.credentials.clone()))
            .send()
            .await
            .map_err(|error| refusal(Answer::from(&error), has_cursor))?;
        Listing::from_output(output, self.name.clone(), prefix, query.delimiter.clone())
            .map_err(|odd| ListError::Failed(failure(odd)))
    }
}

/// What an answer that is no page comes to.
fn failure(odd: OddAnswer) -> Failure {
    match odd {
        OddAnswer::Incomplete => Failure::Unavailable { code: "an odd answer".to_owned() },
        OddAnswer::Another => Misconfiguration {
            code: "another listing".to_owned(),
            hint: "S3 told another bucket, prefix, delimiter or count than was asked for; check its endpoint",
        }
        .into(),
    }
}

/// What an answer of `ListObjectsV2` means.
///
/// Source: "Error responses" in the Amazon S3 API reference.
fn refusal(answer: Answer, has_cursor: bool) -> ListError {
    let code = match answer {
        Answer::Failed(failure) => return ListError::Failed(failure),
        Answer::Refused(refusal) => refusal.code,
    };
    let hint = match code.as_str() {
        "ExpiredToken" | "InvalidToken" | "InvalidAccessKeyId" | "TokenRefreshRequired" => {
            return ListError::Credentials;
        }
        "AccessDenied" | "AllAccessDisabled" => return ListError::AccessDenied,
        "RequestTimeout" => return ListError::Failed(Failure::Timeout),
        "InvalidArgument" if has_cursor => return ListError::Parameter(CURSOR),
        "NoSuchBucket" => "there is no such bucket: check BUCKET_NAME",
        "PermanentRedirect"
        | "TemporaryRedirect"
        | "AuthorizationHeaderMalformed"
        | "IllegalLocationConstraintException" => "the bucket lies in another region than the function",
        "RequestTimeTooSkewed" => "the clocks of the function and of S3 differ",
        _ => "an error that is not known here; look it up in the Amazon S3 API reference",
    };
    ListError::Failed(Misconfiguration { code, hint }.into())
}

#[cfg(test)]
mod tests {
    use upstream::Refusal;

    use super::*;

    #[test]
    fn each_refusal_is_told_apart_by_who_can_mend_it() {
        let cases = [
            ("ExpiredToken", "503 unavailable"),
            ("InvalidToken", "503 unavailable"),
            ("InvalidAccessKeyId", "503 unavailable"),
            ("AccessDenied", "403 access_denied"),
            ("RequestTimeout", "504 timeout"),
            ("InvalidArgument", "400 invalid_request"),
            ("NoSuchBucket", "502 misconfigured"),
            ("PermanentRedirect", "502 misconfigured"),
            ("SignatureDoesNotMatch", "502 misconfigured"),
        ];
        for (code, expected) in cases {
            let error = ApiError::from(refusal(Answer::Refused(Refusal::new(code, "")), true));
            assert_eq!(format!("{} {}", error.status().as_u16(), error.code()), expected, "{code}");
        }
        let without_cursor = refusal(Answer::Refused(Refusal::new("InvalidArgument", "")), false);
        assert!(matches!(without_cursor, ListError::Failed(Failure::Misconfigured(_))));
    }
}
