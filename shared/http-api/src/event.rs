use base64::{Engine, prelude::BASE64_STANDARD};
use lambda_http::{
    Body, Request, RequestExt,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri},
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Deserializer, de};
use zeroize::Zeroizing;

use crate::api_url::ApiUrl;

/// Reads an event of an HTTP API (payload format 2.0) as the functions do.
///
/// # Errors
///
/// An error for anything else. It does not quote the event.
pub fn read_event(event: &str) -> serde_json::Result<Request> {
    serde_json::from_str(event).map(|HttpEvent(request)| request)
}

/// An event of an HTTP API (payload format 2.0) as a request. Characters that clients may send, but the `http` crate
/// refuses, are percent-encoded. `lambda_http` is not used for this: it reads the whole event, with a URL parser and
/// its tables for all of Unicode, and panics on a bare `<` in a query.
///
/// Source: "Create AWS Lambda proxy integrations for HTTP APIs" in the API Gateway developer guide; RFC 3986 §2.1
/// (percent-encoding).
pub(crate) struct HttpEvent(pub(crate) Request);

impl<'de> Deserialize<'de> for HttpEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let request = Event::deserialize(deserializer).ok().and_then(Event::into_request);
        // serde's own message would quote the value, which may be a token.
        request.map(Self).ok_or_else(|| de::Error::custom("not an event of an HTTP API"))
    }
}

/// The members of an event that are used.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    raw_path: String,
    #[serde(default)]
    raw_query_string: String,
    #[serde(default)]
    headers: Headers,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
    request_context: RequestContext,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    domain_name: Option<String>,
    http: RequestLine,
}

#[derive(Deserialize)]
struct RequestLine {
    method: String,
}

/// What must be encoded in a path or a query.
const NOT_IN_TARGET: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}');

/// What must be encoded in a path: the gateway decodes paths, and a decoded `?` would start the query.
const NOT_IN_PATH: &AsciiSet = &NOT_IN_TARGET.add(b'?');

impl Event {
    /// The request, or `None` when the event cannot be read.
    fn into_request(self) -> Option<Request> {
        let path = utf8_percent_encode(&self.raw_path, NOT_IN_PATH).to_string();
        let target = match self.raw_query_string.as_str() {
            "" => path.clone(),
            query => format!("{path}?{}", utf8_percent_encode(query, NOT_IN_TARGET)),
        };
        let body = match self.body {
            None => Body::Empty,
            Some(text) if self.is_base64_encoded => {
                Body::Binary(BASE64_STANDARD.decode(Zeroizing::new(text).as_bytes()).ok()?)
            }
            Some(text) => Body::Text(text),
        };
        let mut request = Request::new(body);
        *request.method_mut() = Method::from_bytes(self.request_context.http.method.as_bytes()).ok()?;
        *request.uri_mut() = Uri::try_from(target).ok()?;
        *request.headers_mut() = self.headers.0;
        let api_url = self.request_context.domain_name.and_then(|name| ApiUrl::new(&name, request.headers()));
        if let Some(api_url) = api_url {
            request.extensions_mut().insert(api_url);
        }
        Some(request.with_raw_http_path(path))
    }
}

/// The headers, without those that are not valid in HTTP.
#[derive(Default)]
struct Headers(HeaderMap);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> de::Visitor<'de> for Pairs {
            type Value = HeaderMap;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of strings")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut members: A) -> Result<HeaderMap, A::Error> {
                let mut headers = HeaderMap::with_capacity(members.size_hint().unwrap_or(16));
                while let Some((name, value)) = members.next_entry::<String, String>()? {
                    let header = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
                    headers.extend(header);
                }
                Ok(headers)
            }
        }
        deserializer.deserialize_map(Pairs).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use gateway::event;
    use serde_json::{Value, json};

    use super::*;

    fn read(event: &Value) -> Request {
        read_event(&event.to_string()).unwrap()
    }

    #[test]
    fn an_event_is_read_as_it_is() {
        let request = read(&event("GET", "/objects", "prefix=%3Ca%20b&x=1", &[("accept", "*/*")], None));
        assert_eq!((request.raw_http_path(), request.uri().query()), ("/objects", Some("prefix=%3Ca%20b&x=1")));
        assert_eq!(request.headers()["accept"], "*/*");
    }

    #[test]
    fn what_a_uri_does_not_allow_is_encoded() {
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
    fn a_question_mark_in_the_path_does_not_start_the_query() {
        let request = read(&event("GET", "/objects/a?prefix=b", "x=1?", &[], None));
        assert_eq!((request.raw_http_path(), request.uri().query()), ("/objects/a%3Fprefix=b", Some("x=1?")));
    }

    #[test]
    fn an_invalid_header_does_not_fail_the_request() {
        let headers = [("x-city", "Logroño"), ("host", "a b"), ("x-lines", "a\nb"), ("x y", "1")];
        let request = read(&event("GET", "/objects", "", &headers, None));
        assert_eq!(request.headers()["x-city"].as_bytes(), "Logroño".as_bytes());
        assert_eq!(request.headers()["host"], "a b");
        assert_eq!(request.headers().len(), 2, "an invalid header is left out");
    }

    #[test]
    fn an_event_that_cannot_be_read_is_refused_without_quoting_it() {
        let good = || event("POST", "/token", "", &[], Some("c2VjcmV0"));
        let changed = |change: Value| {
            let mut event = good();
            event.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            read_event(&event.to_string())
        };
        let base64 = changed(json!({ "isBase64Encoded": true })).unwrap();
        assert_eq!(base64.body().as_ref(), b"secret");
        let cases = [
            json!({ "headers": "secret" }),
            json!({ "headers": { "authorization": ["secret"] } }),
            json!({ "isBase64Encoded": true, "body": "secret!" }),
            json!({ "rawPath": null }),
            json!({ "rawPath": "/sec ret\u{7f}", "rawQueryString": 1 }),
            json!({ "requestContext": { "http": { "method": "sec ret" } } }),
        ];
        for change in cases {
            let error = changed(change.clone()).unwrap_err().to_string();
            assert!(error.starts_with("not an event of an HTTP API"), "{change}: {error}");
        }
    }
}
