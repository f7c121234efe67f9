use std::{fmt, sync::Arc, time::Duration};

use aws_smithy_runtime_api::client::{
    endpoint::{EndpointResolverParams, ResolveEndpoint, SharedEndpointResolver},
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector},
    orchestrator::HttpRequest,
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Uri, header::ACCEPT};
use http_body_util::{BodyExt, Limited};
use telemetry::note_try;

use crate::{
    Failure, Trust,
    connections::{CONNECT_TIMEOUT, Connections},
    connector::{READ_TIMEOUT, SdkConnector},
    tls,
};

/// How long a plain GET may take, from its connection to the last byte of the answer.
const GET_TIMEOUT: Duration = Duration::from_secs(2);
/// How long making a connection may take from a person's machine.
const PATIENT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The one HTTPS client of the process: one set of connections, one TLS stack. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpsClient {
    connections: Arc<Connections>,
    connector: SharedHttpConnector,
}

/// The connector. It counts each request as a try of the call that makes it.
#[derive(Debug)]
struct Counted<C>(C);

impl<C: HttpConnector> HttpConnector for Counted<C> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        note_try();
        self.0.call(request)
    }
}

/// The TLS stack cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("TLS cannot be set up: {0}")]
pub struct TlsError(#[from] rustls::Error);

/// Why a GET returned no document.
#[derive(Debug, thiserror::Error)]
pub enum GetError {
    /// No answer, or not in time.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// An answer with another status than 200. Redirects are not followed.
    #[error("answered with status {0}")]
    Status(u16),
    /// An answer that is longer than allowed, or incomplete.
    #[error("the answer was too large or incomplete")]
    Body,
}

impl HttpsClient {
    /// Builds the client. It trusts the certificates in `trust`.
    ///
    /// # Errors
    ///
    /// A [`TlsError`] when the TLS stack cannot be set up.
    pub fn new(trust: Trust) -> Result<Self, TlsError> {
        Self::with_connect_timeout(trust, CONNECT_TIMEOUT)
    }

    /// The same for a network that is slower than AWS's own.
    ///
    /// # Errors
    ///
    /// As [`HttpsClient::new`].
    pub fn patient(trust: Trust) -> Result<Self, TlsError> {
        Self::with_connect_timeout(trust, PATIENT_CONNECT_TIMEOUT)
    }

    fn with_connect_timeout(trust: Trust, connect_timeout: Duration) -> Result<Self, TlsError> {
        let connections = Arc::new(Connections::new(tls::client_config(trust)?, connect_timeout));
        let connector = connector(&connections, READ_TIMEOUT);
        Ok(Self { connections, connector })
    }

    /// The connector of an SDK. An operation may wait longer for its answer than usual.
    pub(crate) fn connector(&self, read_timeout: Option<Duration>) -> SharedHttpConnector {
        match read_timeout {
            Some(longer) if longer != READ_TIMEOUT => connector(&self.connections, longer),
            _ => self.connector.clone(),
        }
    }

    /// Makes a connection before the first request, to the endpoint that an SDK's `resolver` finds for these
    /// parameters. A failure is ignored: the first request tries again and reports it.
    pub async fn warm(&self, resolver: &SharedEndpointResolver, parameters: impl fmt::Debug + Send + Sync + 'static) {
        let endpoint = resolver.resolve_endpoint(&EndpointResolverParams::new(parameters)).await;
        if let Some(url) = endpoint.ok().and_then(|endpoint| endpoint.url().parse().ok()) {
            let _ = self.connections.warm(&url).await;
        }
    }

    /// Gets a document of at most `bytes_max` bytes.
    ///
    /// # Errors
    ///
    /// A [`GetError`] when there is no answer in time, when its status is not 200, and when it is too long.
    pub async fn get(&self, url: &Uri, bytes_max: usize) -> Result<Bytes, GetError> {
        let request = http::Request::get(url).header(ACCEPT, "application/json").body(Bytes::new());
        let request = request.map_err(|_| unusable())?;
        let response = self.send(request, GET_TIMEOUT, bytes_max).await?;
        match response.status() {
            http::StatusCode::OK => Ok(response.into_body()),
            status => Err(GetError::Status(status.as_u16())),
        }
    }

    /// Sends a request, and returns an answer of any status that has at most `bytes_max` bytes. All of it may take
    /// `longest`.
    ///
    /// # Errors
    ///
    /// A [`GetError`] when there is no answer in time, and when it is too long.
    pub async fn send(
        &self,
        request: http::Request<Bytes>,
        longest: Duration,
        bytes_max: usize,
    ) -> Result<http::Response<Bytes>, GetError> {
        let answer = async {
            let request = HttpRequest::try_from(request.map(SdkBody::from)).map_err(|_| unusable())?;
            let response = self.connector(Some(longest)).call(request).await.map_err(|error| failure_of(&error))?;
            let response = response.try_into_http1x().map_err(|_| GetError::Body)?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, bytes_max).collect().await.map_err(|_| GetError::Body)?;
            Ok(http::Response::from_parts(head, body.to_bytes()))
        };
        tokio::time::timeout(longest, answer).await.unwrap_or(Err(Failure::Timeout.into()))
    }
}

fn connector(connections: &Arc<Connections>, read_timeout: Duration) -> SharedHttpConnector {
    SharedHttpConnector::new(Counted(SdkConnector { connections: Arc::clone(connections), read_timeout }))
}

fn unusable() -> Failure {
    Failure::Unavailable { code: "unusable URL".to_owned() }
}

fn failure_of(error: &ConnectorError) -> Failure {
    if error.is_timeout() { Failure::Timeout } else { Failure::Unavailable { code: "no connection".to_owned() } }
}
