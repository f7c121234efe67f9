use std::{
    collections::VecDeque,
    io::BufReader,
    net::{IpAddr, Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::{Answer, Received};

/// Starts a server that answers each request by `answer`, on as many connections at once as there are, and returns
/// its address, `http://127.0.0.1:PORT`. It ends with the process.
#[must_use]
pub fn serve(answer: impl Fn(Received) -> Answer + Send + Sync + 'static) -> String {
    serve_at(Ipv4Addr::LOCALHOST.into(), answer)
}

/// The same at another address of this machine.
fn serve_at(address: IpAddr, answer: impl Fn(Received) -> Answer + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind((address, 0)).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A client that went away is no concern of ours.
            thread::spawn(move || converse(stream, answer.as_ref()).ok());
        }
    });
    url
}

fn converse(mut stream: TcpStream, answer: &(impl Fn(Received) -> Answer + ?Sized)) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = Received::read(&mut reader) {
        if !answer(request).give(&mut stream)? {
            break;
        }
    }
    Ok(())
}

/// A server that remembers what came.
pub struct Loopback {
    /// `http://ADDRESS:PORT`
    pub url: String,
    received: Arc<Mutex<VecDeque<Received>>>,
}

impl Loopback {
    /// How many requests it remembers, the last ones.
    const REMEMBERED_MAX: usize = 1000;

    /// Starts a server at `address` that answers each request by `answer`.
    #[must_use]
    pub fn start(address: IpAddr, answer: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        let received: Arc<Mutex<VecDeque<Received>>> = Arc::default();
        let log = Arc::clone(&received);
        let url = serve_at(address, move |request| {
            let answer = answer(&request);
            let mut log = log.lock().expect("no panic before");
            if log.len() == Self::REMEMBERED_MAX {
                log.pop_front();
            }
            log.push_back(request);
            answer
        });
        Self { url, received }
    }

    /// What came so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no panic before").iter().cloned().collect()
    }
}
