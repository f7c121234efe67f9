use std::{
    error::Error,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        connection::{CaptureSmithyConnection, ConnectionMetadata},
        http::{HttpConnector, HttpConnectorFuture},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
};
use aws_smithy_types::{body::SdkBody, retry::ErrorKind};
use tokio::time::timeout;

use crate::connections::{Connections, SendError};

/// How long a request usually may wait for its response, including the time for a connection.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// The connections in the form that the SDKs call. Each failure gets the kind by which they decide whether to retry.
#[derive(Debug)]
pub(crate) struct SdkConnector {
    pub(crate) connections: Arc<Connections>,
    /// How long a request may wait for its response.
    pub(crate) read_timeout: Duration,
}

impl HttpConnector for SdkConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (connections, read_timeout) = (Arc::clone(&self.connections), self.read_timeout);
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let capture = request.extensions().get::<CaptureSmithyConnection>().cloned();
            let sent = connections.send(request, |is_spoilt| {
                let Some(capture) = &capture else { return };
                let is_spoilt = Arc::clone(is_spoilt);
                // After a failure of a service, the SDK marks the connection as spoilt: a new one may reach a healthier
                // host.
                capture.set_connection_retriever(move || {
                    let is_spoilt = Arc::clone(&is_spoilt);
                    let spoil = move || is_spoilt.store(true, Ordering::Relaxed);
                    Some(ConnectionMetadata::builder().proxied(false).poison_fn(spoil).build())
                });
            });
            let response = timeout(read_timeout, sent).await.map_err(|late| ConnectorError::timeout(late.into()))?;
            HttpResponse::try_from(response.map_err(connector_error)?.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// The error in the form that the SDKs' retry classifiers read.
fn connector_error(error: SendError) -> ConnectorError {
    let SendError::Http(cause) = &error else {
        return match error {
            SendError::ConnectTimeout => ConnectorError::timeout(error.into()),
            SendError::Connect(_) => ConnectorError::io(error.into()),
            SendError::Url | SendError::Http(_) => ConnectorError::user(error.into()),
        };
    };
    let is_io =
        cause.is_closed() || cause.is_canceled() || cause.source().is_some_and(<dyn Error>::is::<std::io::Error>);
    let kind = if cause.is_user() {
        ConnectorError::user
    } else if is_io {
        ConnectorError::io
    } else if cause.is_incomplete_message() {
        |error: BoxError| ConnectorError::other(error, Some(ErrorKind::TransientError))
    } else {
        |error: BoxError| ConnectorError::other(error, None)
    };
    kind(error.into())
}
