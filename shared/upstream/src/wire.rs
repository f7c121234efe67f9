use std::time::Duration;

use aws_smithy_http_client::{
    Connector, HttpClientError,
    tls::{Provider, TlsContext, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{
        HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
        http_client_fn,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
};
use aws_smithy_types::{body::SdkBody, timeout::TimeoutConfig};
use bytes::Bytes;
use http::{Uri, header::ACCEPT};
use http_body_util::{BodyExt, Limited};

use crate::{Failure, calls::note_try, tls};

/// How long a connection may take, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long an answer may be in coming, once the request is sent.
const READ_TIMEOUT: Duration = Duration::from_secs(2);
/// How long one try of an operation may take, from its connection to the last byte of its answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(2500);
/// How long an operation may take with all its tries.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);
/// How long a plain GET may take, from its connection to the last byte of its answer.
const GET_TIMEOUT: Duration = Duration::from_secs(2);

/// The one HTTPS client of the process: one connection pool, one TLS stack. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Wire {
    connector: SharedHttpConnector,
}

/// The connector, which notes each request as a try of the call that makes it.
#[derive(Debug)]
struct Counted<C>(C);

impl<C: HttpConnector> HttpConnector for Counted<C> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        note_try();
        self.0.call(request)
    }
}

/// Why a GET brought no document.
#[derive(Debug, thiserror::Error)]
pub enum GetError {
    /// No answer, or not in time.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// An answer that is not 200: redirects are not followed.
    #[error("answered with status {0}")]
    Status(u16),
    /// More bytes than wanted, or an answer that broke off.
    #[error("the answer was too large or broke off")]
    Body,
}

impl Wire {
    /// Builds the client. It trusts the bundled roots of Mozilla's programme, so that a cold start reads no files.
    ///
    /// # Errors
    ///
    /// [`HttpClientError`] when the TLS stack cannot be set up.
    pub fn new() -> Result<Self, HttpClientError> {
        let context = TlsContext::builder().with_trust_store(tls::bundled_roots()).build()?;
        let connector = Connector::builder()
            .tls_provider(Provider::rustls(CryptoMode::Ring))
            .tls_context(context)
            .connector_settings(
                HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build(),
            )
            .build();
        Ok(Self { connector: SharedHttpConnector::new(Counted(connector)) })
    }

    /// The client, as the SDKs take it.
    #[must_use]
    pub fn http_client(&self) -> SharedHttpClient {
        let connector = self.connector.clone();
        http_client_fn(move |_, _| connector.clone())
    }

    /// Gets a document of at most `bytes_max` bytes.
    ///
    /// # Errors
    ///
    /// A [`GetError`] for no answer in time, another status than 200, and a longer answer.
    pub async fn get(&self, url: &Uri, bytes_max: usize) -> Result<Bytes, GetError> {
        tokio::time::timeout(GET_TIMEOUT, self.get_untimed(url, bytes_max))
            .await
            .unwrap_or(Err(Failure::Timeout.into()))
    }

    async fn get_untimed(&self, url: &Uri, bytes_max: usize) -> Result<Bytes, GetError> {
        let request = http::Request::get(url).header(ACCEPT, "application/json").body(SdkBody::empty());
        let request = request.ok().and_then(|request| HttpRequest::try_from(request).ok());
        let request = request.ok_or(Failure::Unavailable { code: "unusable URL".to_owned() })?;
        let response = self.connector.call(request).await.map_err(|error| failure_of(&error))?;
        if response.status().as_u16() != 200 {
            return Err(GetError::Status(response.status().as_u16()));
        }
        let body = Limited::new(response.into_body(), bytes_max).collect().await.map_err(|_| GetError::Body)?;
        Ok(body.to_bytes())
    }
}

fn failure_of(error: &ConnectorError) -> Failure {
    if error.is_timeout() { Failure::Timeout } else { Failure::Unavailable { code: "no connection".to_owned() } }
}

/// The limits in time of an SDK's operations. They bound one operation; what bounds a whole request is the deadline of
/// its invocation.
#[must_use]
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}
