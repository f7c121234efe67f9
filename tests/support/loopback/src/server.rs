use std::{
    collections::VecDeque,
    io::{self, BufReader, Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::{Answer, Authority, Received};

/// Starts a server that answers each request by `answer`, on as many connections at once as there are, and returns
/// its address, `http://127.0.0.1:PORT`. It ends with the process.
#[must_use]
pub fn serve(answer: impl Fn(Received) -> Answer + Send + Sync + 'static) -> String {
    serve_at(Ipv4Addr::LOCALHOST.into(), answer)
}

/// The same at another address of this machine.
fn serve_at(address: IpAddr, answer: impl Fn(Received) -> Answer + Send + Sync + 'static) -> String {
    format!("http://{}", serve_over(address, Ok, answer))
}

/// The same over the stream that `secured` makes of each connection. Returns the address.
pub(crate) fn serve_over<S: Read + Write>(
    address: IpAddr,
    secured: impl Fn(TcpStream) -> io::Result<S> + Send + Sync + 'static,
    answer: impl Fn(Received) -> Answer + Send + Sync + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind((address, 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    let shared = Arc::new((secured, answer));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let (secured, answer) = shared.as_ref();
                // A client may close its connection at any time.
                stream.set_nodelay(true).and_then(|()| secured(stream)).and_then(|stream| converse(stream, answer)).ok()
            });
        }
    });
    address
}

fn converse(stream: impl Read + Write, answer: &impl Fn(Received) -> Answer) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = Received::read(&mut reader) {
        if !answer(request).give(reader.get_mut())? {
            break;
        }
    }
    Ok(())
}

/// A server that remembers what came.
pub struct Loopback {
    /// `http://ADDRESS:PORT`
    pub url: String,
    received: Log,
}

impl Loopback {
    /// How many requests it remembers, the last ones.
    const REMEMBERED_MAX: usize = 1000;

    /// Starts a server at `address` that answers each request by `answer`.
    #[must_use]
    pub fn start(address: IpAddr, answer: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        let received = Arc::default();
        Self { url: serve_at(address, remembering(&received, answer)), received }
    }

    /// The same over TLS, with a certificate of `authority`.
    #[must_use]
    pub fn start_tls(authority: &Authority, answer: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        let received = Arc::default();
        let address = serve_over(Ipv4Addr::LOCALHOST.into(), authority.secures(), remembering(&received, answer));
        Self { url: format!("https://{address}"), received }
    }

    /// The requests received so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no panic before").iter().cloned().collect()
    }
}

/// The most recent requests, the oldest first.
type Log = Arc<Mutex<VecDeque<Received>>>;

fn remembering<F: Fn(&Received) -> Answer>(log: &Log, answer: F) -> impl Fn(Received) -> Answer + use<F> {
    let log = Arc::clone(log);
    move |request| {
        let answer = answer(&request);
        let mut log = log.lock().expect("no panic before");
        if log.len() == Loopback::REMEMBERED_MAX {
            log.pop_front();
        }
        log.push_back(request);
        answer
    }
}
