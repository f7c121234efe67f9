use std::convert::Infallible;

use counts::Counts;
use lambda_http::{
    Adapter, Body, Error, LambdaEvent, Request, Response, Service,
    http::{Uri, header::HOST},
    lambda_runtime,
    request::LambdaRequest,
    tower::ServiceExt,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Deserializer};
use upstream::Calls;

/// Serves requests with `handler` for as long as Lambda sends them, and writes after each what `counts` counted.
///
/// # Errors
///
/// An [`Error`] when the Runtime API cannot be spoken to.
pub async fn run<'a, S>(counts: Counts, handler: S) -> Result<(), Error>
where
    S: Service<Request, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'a,
{
    let adapter = Adapter::from(handler.map_future(move |answer| async move {
        let answer = Calls::noted(answer).await;
        counts.write();
        answer
    }));
    lambda_runtime::run(adapter.map_request(|event: LambdaEvent<HttpEvent>| {
        let (HttpEvent(request), context) = event.into_parts();
        LambdaEvent::new(request, context)
    }))
    .await
}

/// An event of an HTTP API (payload format 2.0), mended where a client may send what the `http` crate does not take: on
/// a bare `<` in a query `lambda_http` alone panics, and the caller gets the gateway's 500.
///
/// Source: RFC 3986 §2.1 (percent-encoding).
struct HttpEvent(LambdaRequest);

impl<'de> Deserialize<'de> for HttpEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        LambdaRequest::deserialize(deserializer).map(with_plain_target).map(Self)
    }
}

/// What a path or a query may not hold as it is.
const NOT_IN_TARGET: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}');

/// What a path may not hold as it is: the gateway decodes paths, and behind a `?` the query would begin.
const NOT_IN_PATH: &AsciiSet = &NOT_IN_TARGET.add(b'?');

/// The request with path, query and host that make a URI.
fn with_plain_target(request: LambdaRequest) -> LambdaRequest {
    let LambdaRequest::ApiGatewayV2(mut event) = request else { return request };
    let encoded = |set| move |text: String| utf8_percent_encode(&text, set).to_string();
    event.raw_path = event.raw_path.map(encoded(NOT_IN_PATH));
    event.raw_query_string = event.raw_query_string.map(encoded(NOT_IN_TARGET));
    // The gateway's own name for the host stands in.
    if event.headers.get(HOST).is_some_and(|host| Uri::try_from(host.as_bytes()).is_err()) {
        event.headers.remove(HOST);
    }
    LambdaRequest::ApiGatewayV2(event)
}

#[cfg(test)]
mod tests {
    use gateway::event;
    use lambda_http::RequestExt;
    use serde_json::Value;

    use super::*;

    fn read(event: &Value) -> Request {
        serde_json::from_str::<HttpEvent>(&event.to_string()).unwrap().0.into()
    }

    #[test]
    fn an_event_is_read_as_it_is() {
        let request = read(&event("GET", "/objects", "prefix=%3Ca%20b&x=1", &[("accept", "*/*")], None));
        assert_eq!((request.raw_http_path(), request.uri().query()), ("/objects", Some("prefix=%3Ca%20b&x=1")));
        assert_eq!(request.headers()["accept"], "*/*");
    }

    #[test]
    fn what_a_uri_does_not_take_is_encoded() {
        let cases = [
            ("<", "%3C"),
            (">", "%3E"),
            ("\"", "%22"),
            (" ", "%20"),
            ("#", "%23"),
            ("`", "%60"),
            ("\n", "%0A"),
            ("{}", "%7B%7D"),
            ("ö", "%C3%B6"),
            ("|^[]\\", "|^[]\\"),
            ("%", "%"),
            ("%3C<", "%3C%3C"),
        ];
        for (sent, expected) in cases {
            let request = read(&event("GET", &format!("/{sent}"), &format!("prefix={sent}"), &[], None));
            assert_eq!(request.uri().query(), Some(format!("prefix={expected}").as_str()), "{sent:?}");
            assert_eq!(request.raw_http_path(), format!("/{expected}"), "{sent:?}");
        }
    }

    #[test]
    fn a_question_mark_in_the_path_begins_no_query() {
        let request = read(&event("GET", "/objects/a?prefix=b", "x=1?", &[], None));
        assert_eq!((request.raw_http_path(), request.uri().query()), ("/objects/a%3Fprefix=b", Some("x=1?")));
    }

    #[test]
    fn an_odd_header_fails_nothing() {
        let request = read(&event("GET", "/objects", "", &[("x-city", "Logroño"), ("host", "a b")], None));
        assert_eq!(request.headers()["x-city"].as_bytes(), "Logroño".as_bytes());
        assert_eq!(request.headers().get("host"), None);
    }
}
