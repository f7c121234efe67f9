//! Requests as API Gateway's HTTP API hands them to a function (payload format 2.0), for tests.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "test support: a failure here is a failed test")]

use http_api::read_event;
use lambda_http::{Body, Context, Request, RequestExt, Response};
use serde_json::{Map, Value, json};

pub use runtime::REQUEST_ID;

/// The event of `METHOD PATH?QUERY` with these headers and this body.
///
/// Source: "Create AWS Lambda proxy integrations for HTTP APIs" in the API Gateway developer guide.
#[must_use]
pub fn event(method: &str, path: &str, query: &str, headers: &[(&str, &str)], body: Option<&str>) -> Value {
    let headers: Map<String, Value> = headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let key = path.strip_prefix("/objects/").filter(|key| !key.is_empty());
    let route_key = format!("{method} {}", if key.is_some() { "/objects/{key+}" } else { path });
    json!({
        "version": "2.0", "routeKey": route_key, "rawPath": path, "rawQueryString": query,
        "pathParameters": key.map(|key| json!({ "key": key })), "headers": headers, "isBase64Encoded": false, "body": body,
        "requestContext": {
            "accountId": "123456789012", "apiId": "api-id", "domainName": "id.execute-api.eu-west-1.amazonaws.com",
            "domainPrefix": "id", "requestId": "gateway-request-id", "routeKey": route_key,
            "stage": "$default", "time": "24/Nov/2026:10:00:00 +0000", "timeEpoch": 1_795_514_400_000_u64,
            "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "agent" },
        },
    })
}

/// The body of a token exchange for `token`, as a form, with further parameters behind an `&`.
#[must_use]
pub fn token_form(token: &str, more: &str) -> String {
    format!(
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange\
         &subject_token_type=urn:ietf:params:oauth:token-type:id_token&subject_token={token}{more}"
    )
}

/// The event of `POST /token` with this body.
#[must_use]
pub fn post_token(content_type: &str, body: &str) -> Value {
    event("POST", "/token", "", &[("content-type", content_type)], Some(body))
}

/// The event of `POST /token` with [`token_form`].
#[must_use]
pub fn post_token_form(token: &str, more: &str) -> Value {
    post_token("application/x-www-form-urlencoded", &token_form(token, more))
}

/// The event of `GET PATH?QUERY` with this `Authorization`.
#[must_use]
pub fn get(path: &str, authorization: &str, query: &str) -> Value {
    event("GET", path, query, &[("authorization", authorization)], None)
}

/// The request that a function's handler is called with for `event`, read as the functions read it.
#[must_use]
pub fn request(event: &Value) -> Request {
    let mut context = Context::default();
    REQUEST_ID.clone_into(&mut context.request_id);
    read_event(&event.to_string()).expect("an event of API Gateway").with_lambda_context(context)
}

/// A response, as the tests look at it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The status code.
    pub status: u16,
    /// `name: value`, one a line, sorted.
    pub headers: Vec<String>,
    /// The body, which is JSON, or nothing.
    pub body: Value,
}

impl Seen {
    /// Takes the response apart.
    #[must_use]
    pub fn new(response: &Response<Body>) -> Self {
        let headers = response.headers().iter();
        let mut headers: Vec<String> =
            headers.map(|(name, value)| format!("{name}: {}", value.to_str().expect("text"))).collect();
        headers.sort();
        let body: &[u8] = response.body();
        let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(body).expect("JSON") };
        Self { status: response.status().as_u16(), headers, body }
    }

    /// The value of the header `name`, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|header| header.strip_prefix(name)?.strip_prefix(": "))
    }
}
