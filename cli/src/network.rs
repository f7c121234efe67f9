use std::{env, time::Duration};

use aws_types::SdkConfig;
use bytes::Bytes;
use http::{Request, Response, Uri};
use https::{HttpsClient, Trust};
use settings::{Endpoint, Variables};

use crate::error::CliError;

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum size of an answer, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The network, as a command uses it.
pub(crate) struct Network {
    https: HttpsClient,
    variables: Variables,
    pub(crate) is_verbose: bool,
}

impl Network {
    /// Sets it up, with `AWS_CA_BUNDLE` and the `AWS_ENDPOINT_URL…` of the environment, as the AWS tools do.
    ///
    /// # Errors
    ///
    /// [`CliError::Usage`] when a variable is not acceptable.
    pub(crate) fn new(is_verbose: bool) -> Result<Self, CliError> {
        let variables: Variables = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let trust = Trust::new(&variables).map_err(|error| CliError::Usage(error.to_string()))?;
        let https = HttpsClient::patient(trust).map_err(CliError::failed)?;
        Ok(Self { https, variables, is_verbose })
    }

    /// The address of a user pool's documents and, for tests and local stacks, where `AWS_ENDPOINT_URL` leads instead.
    ///
    /// Source: "Service-specific endpoints" in the AWS SDKs and Tools reference guide.
    pub(crate) fn user_pool_address(&self, issuer: &str) -> Result<String, CliError> {
        let endpoint = self.endpoint("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER")?;
        Ok(match (endpoint, issuer.rsplit_once('/')) {
            (Some(endpoint), Some((_, pool))) => format!("{}/{pool}", endpoint.as_str().trim_end_matches('/')),
            _ => issuer.to_owned(),
        })
    }

    /// Where a service is instead of at AWS, as its own variable says or `AWS_ENDPOINT_URL`.
    ///
    /// # Errors
    ///
    /// [`CliError::Usage`] when that is not an address.
    pub(crate) fn endpoint(&self, service_variable: &'static str) -> Result<Option<Endpoint>, CliError> {
        let endpoint = self.variables.endpoint(service_variable);
        let endpoint = endpoint.map_err(|error| CliError::Usage(error.to_string()))?;
        if let Some(endpoint) = &endpoint {
            check_address(&endpoint.as_str().parse().map_err(CliError::failed)?)?;
        }
        Ok(endpoint)
    }

    /// The configuration of an SDK's client.
    pub(crate) fn sdk_config(&self, region: &str, endpoint: Option<&Endpoint>) -> SdkConfig {
        self.https.sdk_config(region, endpoint)
    }

    /// Where `AWS_ENDPOINT_URL` leads, if it is set.
    ///
    /// # Errors
    ///
    /// [`CliError::Usage`] when it is not an address.
    pub(crate) fn usual_endpoint(&self) -> Result<Option<String>, CliError> {
        let endpoint = self.variables.optional("AWS_ENDPOINT_URL", Endpoint::parse);
        let endpoint = endpoint.map_err(|error| CliError::Usage(error.to_string()))?;
        Ok(endpoint.map(|endpoint| endpoint.as_str().to_owned()))
    }

    /// Sends a request, and returns an answer of any status. Redirects are not followed.
    ///
    /// # Errors
    ///
    /// [`CliError::Usage`] for an address that would send secrets in plain text; [`CliError::TryLater`] without an answer.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, CliError> {
        let uri = request.uri().clone();
        check_address(&uri)?;
        let line = format!("{} {}", request.method(), without_query(&uri));
        let answer = self.https.send(request, TIMEOUT, BODY_BYTES_MAX).await;
        if self.is_verbose {
            let told = answer.as_ref().map_or_else(ToString::to_string, |answer| answer.status().as_u16().to_string());
            eprintln!("{line} {told}");
        }
        answer.map_err(|error| CliError::TryLater(format!("{} cannot be reached: {error}.", origin(&uri))))
    }
}

/// Refuses what is neither `https` nor on this machine.
fn check_address(uri: &Uri) -> Result<(), CliError> {
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(CliError::Usage("An address has no user name and no password here.".to_owned()));
    }
    let is_here = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if is_here => Ok(()),
        _ => Err(CliError::Usage(format!("{} is not an https address.", origin(uri)))),
    }
}

/// Scheme, host and port.
fn origin(uri: &Uri) -> String {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    format!("{}://{authority}", uri.scheme_str().unwrap_or_default())
}

/// The address without its query, which may have what is private.
fn without_query(uri: &Uri) -> String {
    format!("{}{}", origin(uri), uri.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine_are_spoken_to() {
        let cases = [
            ("https://api.example.com/x", true),
            ("http://127.0.0.1:8000/x", true),
            ("http://localhost/x", true),
            ("http://[::1]:8000/x", true),
            ("http://api.example.com/x", false),
            ("http://127.0.0.1.example.com/x", false),
            ("https://ada:secret@api.example.com/x", false),
            ("/x", false),
        ];
        for (address, is_accepted) in cases {
            assert_eq!(check_address(&address.parse().unwrap()).is_ok(), is_accepted, "{address}");
        }
    }

    #[test]
    fn a_query_is_not_shown() {
        let uri: Uri = "https://a.example:8443/whoami?identity_id=x".parse().unwrap();
        assert_eq!(without_query(&uri), "https://a.example:8443/whoami");
    }
}
