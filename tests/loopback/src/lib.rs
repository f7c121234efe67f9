//! A server on 127.0.0.1 that answers as it is told: AWS replaced at the wire, for tests.
//!
//! It speaks just enough HTTP/1.1 for the SDKs, and misbehaves on demand in ways that a proper server would not.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "test support: a failure here is a failed test")]

mod aws;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

pub use aws::Aws;

/// A request that came.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// `GET`, `POST` …
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The first value of the header `name`, given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What is done about a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A response with this status, these headers and this body.
    Reply(u16, Vec<(String, String)>, Vec<u8>),
    /// The response, but only after a while.
    Late(Duration, Box<Answer>),
    /// The first bytes of the response, then a closed connection.
    Half(Box<Answer>),
    /// A closed connection and not a word.
    HangUp,
    /// No word, for as long as the client waits.
    Hang,
}

impl Answer {
    /// A JSON response.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers make the body in place")]
    pub fn json(status: u16, body: impl ToString) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self::Reply(status, headers, body.to_string().into_bytes())
    }
}

/// The server. It ends with the process.
pub struct Loopback {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Loopback {
    /// Starts a server that answers each request by `answer`.
    #[must_use]
    pub fn start(answer: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (log, answer) = (Arc::clone(&received), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    log.lock().expect("no panic before").push(request.clone());
                    // A client that went away is no concern of ours.
                    let _ = write(stream, answer(&request));
                });
            }
        });
        Self { url, received }
    }

    /// What came so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no panic before").clone()
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let mut request =
        Received { method: words.next()?.to_owned(), target: words.next()?.to_owned(), ..Received::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = request.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}

fn write(mut stream: TcpStream, answer: Answer) -> std::io::Result<()> {
    match answer {
        Answer::Reply(..) => stream.write_all(&bytes(answer)),
        Answer::Late(wait, answer) => {
            thread::sleep(wait);
            write(stream, *answer)
        }
        Answer::Half(answer) => {
            let bytes = bytes(*answer);
            stream.write_all(bytes.get(..bytes.len() - bytes.len() / 4).unwrap_or_default())
        }
        Answer::HangUp => Ok(()),
        Answer::Hang => stream.read_to_end(&mut Vec::new()).map(drop),
    }
}

fn bytes(answer: Answer) -> Vec<u8> {
    let Answer::Reply(status, headers, body) = answer else { return Vec::new() };
    let mut head = format!("HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.extend([&name, ": ", &value, "\r\n"]);
    }
    head.push_str("\r\n");
    [head.into_bytes(), body].concat()
}
