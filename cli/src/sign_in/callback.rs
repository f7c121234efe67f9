use std::{net::Ipv4Addr, time::Duration};

use bytes::Bytes;
use http::{Response, StatusCode, Uri, header::CONTENT_TYPE};
use http_body_util::Full;
use oauth2::url::form_urlencoded;
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

use crate::{error::CliError, local_server};

/// How long a person may take to sign in.
const SIGN_IN_TIMEOUT: Duration = Duration::from_mins(10);

const DONE: &str = "You are signed in. You may close this page.";
const NOT_DONE: &str = "The sign-in did not succeed. The terminal says why. You may close this page.";
const ELSEWHERE: &str = "There is nothing here.";

/// The end of a sign-in: what the pages sent the browser back with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The code, to be redeemed.
    Code(String),
    /// The pages' refusal, in their words.
    Refused(String),
}

/// Where the browser comes back to: one of the app client's addresses on this machine.
#[derive(Debug)]
pub(crate) struct Callback {
    listener: TcpListener,
    /// As the app client has it.
    pub(crate) redirect_uri: String,
    path: String,
}

impl Callback {
    /// Listens at the first of the addresses whose port is free.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when none is.
    pub(crate) async fn listen(redirect_uris: &[String]) -> Result<Self, CliError> {
        for redirect_uri in redirect_uris {
            let uri: Option<Uri> = redirect_uri.parse().ok();
            let place = uri.as_ref().and_then(|uri| Some((uri.port_u16()?, uri.path().to_owned())));
            let Some((port, path)) = place else { continue };
            if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                return Ok(Self { listener, redirect_uri: redirect_uri.clone(), path });
            }
        }
        let ports = redirect_uris.join(", ");
        Err(CliError::Failed(format!("None of the addresses of a sign-in is free here: {ports}. Use --no-browser.")))
    }

    /// Waits for the browser to come back with this `state`. Other requests, such as for the favicon, are passed over.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it takes too long.
    pub(crate) async fn ending(self, state: &str) -> Result<Ending, CliError> {
        let (sender, mut endings) = mpsc::channel(1);
        let serve = async {
            loop {
                let stream = local_server::accept(&self.listener).await;
                local_server::answer_one(stream, async |request| {
                    let (status, text, ending) = self.answer(request.uri(), state);
                    if let Some(ending) = ending {
                        // A second ending is not waited for.
                        let _ = sender.try_send(ending);
                    }
                    page(status, text)
                })
                .await;
                if !sender.is_closed() && sender.capacity() == 0 {
                    return;
                }
            }
        };
        let ending = async {
            serve.await;
            endings.recv().await
        };
        let late = || CliError::failed("Nobody has signed in within ten minutes. Run `latchkey login` again.");
        timeout(SIGN_IN_TIMEOUT, ending).await.ok().flatten().ok_or_else(late)
    }

    fn answer(&self, uri: &Uri, state: &str) -> (StatusCode, &'static str, Option<Ending>) {
        if uri.path() != self.path {
            return (StatusCode::NOT_FOUND, ELSEWHERE, None);
        }
        match ending(uri.query().unwrap_or_default(), state) {
            Some(Ending::Code(code)) => (StatusCode::OK, DONE, Some(Ending::Code(code))),
            Some(refused) => (StatusCode::OK, NOT_DONE, Some(refused)),
            // Not of this sign-in: somebody else may have sent the browser here (RFC 6749 §10.12).
            None => (StatusCode::BAD_REQUEST, ELSEWHERE, None),
        }
    }
}

/// Reads how a sign-in with this `state` ended, from the query or from the whole address that the browser came back to
/// (RFC 6749 §4.1.2).
pub(crate) fn ending(address: &str, state: &str) -> Option<Ending> {
    let query = address.split_once('?').map_or(address, |(_, query)| query);
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let value = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    if value("state").as_deref() != Some(state) {
        return None;
    }
    match (value("error"), value("code")) {
        (Some(error), _) => Some(Ending::Refused(presentable(&value("error_description").unwrap_or(error)))),
        (None, Some(code)) => Some(Ending::Code(code)),
        (None, None) => None,
    }
}

/// A text of somebody else's for the terminal: one line, without what could change the terminal.
fn presentable(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect();
    text.trim().to_owned()
}

fn page(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let html = format!("<!doctype html><meta charset=\"utf-8\"><title>Latchkey</title><p>{text}</p>\n");
    let mut response = Response::new(Full::new(Bytes::from(html)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_is_that_of_its_own_sign_in() {
        let code = |text: &str| Some(Ending::Code(text.to_owned()));
        let refused = |text: &str| Some(Ending::Refused(text.to_owned()));
        let cases = [
            ("state=s&code=a%2Bb", code("a+b")),
            ("code=c&state=s", code("c")),
            ("http://localhost:53682/callback?code=c&state=s#x", code("c")),
            ("state=s&error=access_denied", refused("access_denied")),
            ("state=s&error=x&error_description=not%0Ahere%1B%5B1m+", refused("not here [1m")),
            ("state=s&error=x&code=c", refused("x")),
            ("state=other&code=c", None),
            ("code=c", None),
            ("state=s", None),
            ("", None),
        ];
        for (address, expected) in cases {
            assert_eq!(ending(address, "s"), expected, "{address}");
        }
    }
}
