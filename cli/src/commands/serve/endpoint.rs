use std::{cell::RefCell, convert::Infallible, rc::Rc, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, AUTHORIZATION, AsHeaderName, CACHE_CONTROL, CONTENT_TYPE, HOST},
    uri::Authority,
};
use http_body_util::Full;
use serde_json::json;
use tokio::{net::TcpListener, sync::Semaphore, task::spawn_local};

use super::token::Token;
use crate::{
    error::CliError,
    local_server,
    sign_in::{Keys, SharedSession},
};

/// Where the keys are.
pub(super) const PATH: &str = "/credentials";
/// How many requests are answered at once. The others wait.
const REQUESTS_MAX: usize = 64;

/// What the AWS SDKs' container credentials provider asks for keys.
///
/// Architecture invariant: only who can read the token gets an answer to more than that it is missing. Pages in a browser
/// cannot, not even under a name that leads to 127.0.0.1: their `Host` is another.
pub(super) struct Endpoint {
    port: u16,
    token: Token,
    session: SharedSession,
    role: Option<String>,
    /// What was said last of a problem that goes on.
    said: RefCell<Option<CliError>>,
}

/// Why a request gets no keys.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    Host,
    Token,
    Path,
    Method,
    Keys(CliError),
}

impl Endpoint {
    pub(super) fn new(port: u16, token: Token, session: SharedSession, role: Option<String>) -> Self {
        Self { port, token, session, role, said: RefCell::default() }
    }

    /// Answers every request, many at once, in tasks of this thread.
    pub(super) async fn serve(self: Rc<Self>, listener: TcpListener) -> Infallible {
        let places = Arc::new(Semaphore::new(REQUESTS_MAX));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { continue };
            let stream = local_server::accept(&listener).await;
            let endpoint = Rc::clone(&self);
            spawn_local(async move {
                let answer = async |request: Request<_>| answer(&endpoint.keys_for(&request).await);
                local_server::answer_one(stream, answer).await;
                drop(place);
            });
        }
    }

    async fn keys_for<B>(&self, request: &Request<B>) -> Result<Keys, Refusal> {
        self.check(request)?;
        let keys = self.session.keys(self.role.clone()).await;
        let mut said = self.said.borrow_mut();
        match keys {
            Ok((keys, _)) => {
                *said = None;
                Ok(keys)
            }
            Err(error) => {
                if said.as_ref() != Some(&error) {
                    eprintln!("latchkey: {error}");
                    *said = Some(error.clone());
                }
                Err(Refusal::Keys(error))
            }
        }
    }

    fn check<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        let is_here = |authority: &Authority| {
            authority.port_u16().unwrap_or(80) == self.port && matches!(authority.host(), "127.0.0.1" | "localhost")
        };
        let host = only(request.headers(), HOST).and_then(|host| host.as_bytes().try_into().ok());
        if !host.as_ref().is_some_and(is_here) || !request.uri().authority().is_none_or(is_here) {
            return Err(Refusal::Host);
        }
        if !only(request.headers(), AUTHORIZATION).is_some_and(|authorization| self.token.is(authorization)) {
            return Err(Refusal::Token);
        }
        match (request.uri().path(), request.method()) {
            (PATH, &Method::GET) => Ok(()),
            (PATH, _) => Err(Refusal::Method),
            _ => Err(Refusal::Path),
        }
    }
}

/// The value of a header that is there once.
fn only(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

impl Refusal {
    /// The answer's status, its code, and what it says.
    fn parts(&self) -> (StatusCode, &'static str, String) {
        let (status, code, message) = match self {
            Self::Host => (StatusCode::FORBIDDEN, "host_refused", "Only 127.0.0.1 and localhost are answered."),
            Self::Token => {
                let message = "Send what is in the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names.";
                (StatusCode::UNAUTHORIZED, "token_refused", message)
            }
            Self::Path => (StatusCode::NOT_FOUND, "not_found", "There is nothing here but /credentials."),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Only GET is answered."),
            Self::Keys(error) => {
                let (status, code) = match error {
                    CliError::NotSignedIn(_) => (StatusCode::UNAUTHORIZED, "not_signed_in"),
                    CliError::Refused(_) => (StatusCode::FORBIDDEN, "access_denied"),
                    CliError::TryLater(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
                    CliError::Failed(_) | CliError::Usage(_) => (StatusCode::INTERNAL_SERVER_ERROR, "failed"),
                };
                return (status, code, error.to_string());
            }
        };
        (status, code, message.to_owned())
    }
}

/// What the SDKs read: the keys, as the API has them, or a `code` and a `message`.
///
/// Source: "Container credential provider" in the AWS SDKs and Tools reference guide.
fn answer(keys: &Result<Keys, Refusal>) -> Response<Full<Bytes>> {
    let (status, body) = match keys {
        Ok(keys) => (StatusCode::OK, serde_json::to_vec(keys).unwrap_or_default()),
        Err(refusal) => {
            let (status, code, message) = refusal.parts();
            (status, json!({ "code": code, "message": message }).to_string().into_bytes())
        }
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if matches!(keys, Err(Refusal::Method)) {
        headers.insert(ALLOW, HeaderValue::from_static("GET"));
    }
    response
}
