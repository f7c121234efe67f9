use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use aws_smithy_types::body::SdkBody;
use http::{
    HeaderValue, Request, Response, Uri,
    header::HOST,
    uri::{Authority, PathAndQuery, Scheme},
};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::time::timeout;
use tower_service::Service;

/// How long making a connection may take, including TLS.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long an unused connection is kept.
const IDLE_MAX: Duration = Duration::from_mins(1);
/// How many connections are kept. A function serves one request at a time, and calls two or three hosts.
const CONNECTIONS_MAX: usize = 8;

/// Connections to other services, HTTP/1.1 over TLS, kept for the next request to the same origin.
pub(crate) struct Connections {
    connector: HttpsConnector<HttpConnector>,
    connect_timeout: Duration,
    kept: Mutex<Vec<Connection>>,
}

/// Why a request got no response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// The URI has no scheme, no host, or a host that is not valid in a header.
    #[error("not a usable URL")]
    Url,
    /// The host could not be found, reached or trusted.
    #[error("no connection: {0}")]
    Connect(Box<dyn std::error::Error + Send + Sync>),
    /// The host could not be found or reached in time.
    #[error("no connection in time")]
    ConnectTimeout,
    /// The connection failed, or the response is not HTTP.
    #[error(transparent)]
    Http(#[from] hyper::Error),
}

/// Scheme, host and port.
#[derive(Clone, PartialEq, Eq)]
struct Origin {
    scheme: Scheme,
    authority: Authority,
}

struct Connection {
    origin: Origin,
    sender: SendRequest<SdkBody>,
    /// Set when the connection must not serve another request.
    is_spoilt: Arc<AtomicBool>,
    last_used: Instant,
}

impl Connections {
    pub(crate) fn new(tls: rustls::ClientConfig, connect_timeout: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        // A request is written at once, and does not wait for the acknowledgement of the one before.
        tcp.set_nodelay(true);
        Self { connector: HttpsConnector::from((tcp, tls)), connect_timeout, kept: Mutex::default() }
    }

    /// Makes a connection to the origin of `url` and keeps it, unless one is kept already.
    ///
    /// # Errors
    ///
    /// A [`SendError`] when the URL is not usable, or when no connection is made in time.
    pub(crate) async fn warm(&self, url: &Uri) -> Result<(), SendError> {
        let origin = Origin::of(url)?;
        if self.take(&origin).map(|connection| self.keep(connection)).is_none() {
            let connection = self.connect(origin).await?;
            self.keep(connection);
        }
        Ok(())
    }

    /// Sends `request` and waits for the head of the response. A kept connection that turns out to be closed before
    /// the request has left is replaced by a new one. `chosen` gets the flag that marks the
    /// connection as spoilt.
    ///
    /// # Errors
    ///
    /// A [`SendError`].
    pub(crate) async fn send(
        &self,
        mut request: Request<SdkBody>,
        chosen: impl Fn(&Arc<AtomicBool>),
    ) -> Result<Response<Incoming>, SendError> {
        let origin = Origin::of(request.uri())?;
        if !request.headers().contains_key(HOST) {
            request.headers_mut().insert(HOST, origin.host()?);
        }
        let target = request.uri().path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        *request.uri_mut() = target.into();
        while let Some(mut connection) = self.take(&origin) {
            chosen(&connection.is_spoilt);
            match connection.sender.try_send_request(request).await {
                Ok(response) => {
                    self.keep(connection);
                    return Ok(response);
                }
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(error.into_error().into()),
                },
            }
        }
        let mut connection = self.connect(origin).await?;
        chosen(&connection.is_spoilt);
        let response = connection.sender.send_request(request).await?;
        self.keep(connection);
        Ok(response)
    }

    async fn connect(&self, origin: Origin) -> Result<Connection, SendError> {
        let url = Uri::builder()
            .scheme(origin.scheme.clone())
            .authority(origin.authority.clone())
            .path_and_query(PathAndQuery::from_static("/"))
            .build()
            .map_err(|_| SendError::Url)?;
        let mut connector = self.connector.clone();
        let stream = timeout(self.connect_timeout, connector.call(url))
            .await
            .map_err(|_| SendError::ConnectTimeout)?
            .map_err(SendError::Connect)?;
        let (sender, driver) = http1::handshake(stream).await?;
        // It ends when the sender is dropped or the server closes. A request that waits for a response gets the error.
        tokio::spawn(async move { drop(driver.await) });
        Ok(Connection { origin, sender, is_spoilt: Arc::default(), last_used: monotonic_now() })
    }

    /// A kept connection to `origin` that is ready for a request.
    fn take(&self, origin: &Origin) -> Option<Connection> {
        let mut kept = self.kept();
        kept.retain(Connection::is_alive);
        let index = kept.iter().rposition(|connection| connection.origin == *origin && connection.sender.is_ready())?;
        Some(kept.remove(index))
    }

    /// Keeps `connection`. Its response may not be read yet: the connection is ready again once it is read to the end.
    fn keep(&self, mut connection: Connection) {
        connection.last_used = monotonic_now();
        let mut kept = self.kept();
        if kept.len() == CONNECTIONS_MAX {
            kept.remove(0);
        }
        kept.push(connection);
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    fn is_alive(&self) -> bool {
        !self.sender.is_closed()
            && !self.is_spoilt.load(Ordering::Relaxed)
            && monotonic_now().duration_since(self.last_used) < IDLE_MAX
    }
}

#[expect(clippy::disallowed_methods, reason = "the idle time of a connection does not depend on the time of a request")]
fn monotonic_now() -> Instant {
    Instant::now()
}

impl Origin {
    fn of(url: &Uri) -> Result<Self, SendError> {
        let scheme = url.scheme().cloned().ok_or(SendError::Url)?;
        let authority = url.authority().cloned().ok_or(SendError::Url)?;
        Ok(Self { scheme, authority })
    }

    /// The value of `Host`, without the port that the scheme implies (RFC 9110 §7.2).
    fn host(&self) -> Result<HeaderValue, SendError> {
        let implied = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        let text = match self.authority.port_u16() {
            Some(port) if port != implied => self.authority.as_str(),
            _ => self.authority.host(),
        };
        HeaderValue::from_str(text).map_err(|_| SendError::Url)
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}
