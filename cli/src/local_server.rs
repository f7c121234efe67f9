use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// How long a client may take to send its request. A browser may open a connection, and never send anything.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// The maximum size of a request line and its headers, in bytes. A browser may have many cookies for `localhost`.
const REQUEST_BYTES_MAX: usize = 256 * 1024;

/// How long to wait when no connection can be taken.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Takes the next connection.
pub(crate) async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // No file descriptors are left, for example: that may pass.
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// Reads one request from a client on this machine, and sends what `answer` makes of it.
pub(crate) async fn answer_one(stream: TcpStream, answer: impl AsyncFn(Request<Incoming>) -> Response<Full<Bytes>>) {
    let service = service_fn(async |request| Ok::<_, Infallible>(answer(request).await));
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(REQUEST_BYTES_MAX)
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    // A client that goes away misses its answer, and nobody else does.
    let _ = connection.await;
}
