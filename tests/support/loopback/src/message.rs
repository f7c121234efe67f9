use std::{
    io::{self, BufRead, Read, Write},
    thread,
    time::Duration,
};

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

    /// Reads the next request of a connection; `None` when the client has closed it.
    pub(crate) fn read(reader: &mut impl BufRead) -> Option<Self> {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace();
        let mut request =
            Self { method: words.next()?.to_owned(), target: words.next()?.to_owned(), ..Self::default() };
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
}

/// What is done about a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A response with this status, these headers and this body.
    Reply(u16, Vec<(String, String)>, Vec<u8>),
    /// The response, but only after a while.
    Late(Duration, Box<Answer>),
    /// The response, one byte at a time with this long between them.
    Drip(Duration, Box<Answer>),
    /// Three quarters of the response, then a closed connection.
    Half(Box<Answer>),
    /// A closed connection without a response.
    HangUp,
    /// No response, for as long as the client waits.
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

    /// An XML response.
    #[must_use]
    pub fn xml(status: u16, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
        Self::Reply(status, headers, body.as_bytes().to_vec())
    }

    /// Gives the answer. Afterwards the connection can take another request only when this is `Ok(true)`.
    pub(crate) fn give(self, stream: &mut (impl Read + Write)) -> io::Result<bool> {
        match self {
            Self::Reply(..) => {
                stream.write_all(&self.bytes())?;
                stream.flush().map(|()| true)
            }
            Self::Late(wait, answer) => {
                thread::sleep(wait);
                answer.give(stream)
            }
            Self::Drip(wait, answer) => {
                for byte in answer.bytes() {
                    stream.write_all(&[byte])?;
                    stream.flush()?;
                    thread::sleep(wait);
                }
                Ok(true)
            }
            Self::Half(answer) => {
                let bytes = answer.bytes();
                stream.write_all(bytes.get(..bytes.len() - bytes.len() / 4).unwrap_or_default())?;
                stream.flush().map(|()| false)
            }
            Self::HangUp => Ok(false),
            Self::Hang => stream.read_to_end(&mut Vec::new()).map(|_| false),
        }
    }

    fn bytes(self) -> Vec<u8> {
        let Self::Reply(status, headers, body) = self else { return Vec::new() };
        let mut head = format!("HTTP/1.1 {status} Status\r\n");
        // The answer to a HEAD has the length of a body that it does not have.
        if !headers.iter().any(|(name, _)| name == "content-length") {
            head.extend(["content-length: ", &body.len().to_string(), "\r\n"]);
        }
        for (name, value) in headers {
            head.extend([&name, ": ", &value, "\r\n"]);
        }
        head.push_str("\r\n");
        [head.into_bytes(), body].concat()
    }
}
