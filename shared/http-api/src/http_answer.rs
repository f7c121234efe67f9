use lambda_http::{Body, Response, http::HeaderMap};
use serde::{Serialize, Serializer};

use crate::{api::wipe, response::NoSecrets};

/// A response in the form that an HTTP API expects (payload format 2.0).
pub(crate) struct HttpAnswer(pub(crate) Response<Body>);

impl Drop for HttpAnswer {
    fn drop(&mut self) {
        if self.0.extensions().get::<NoSecrets>().is_none() {
            wipe(self.0.body_mut());
        }
    }
}

impl Serialize for HttpAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer<'a> {
            status_code: u16,
            headers: HeadersOf<'a>,
            body: BodyOf<'a>,
            is_base64_encoded: bool,
        }
        struct BodyOf<'a>(&'a Body);
        impl Serialize for BodyOf<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // The format requires a string, not `null`.
                if matches!(self.0, Body::Empty) { serializer.serialize_str("") } else { self.0.serialize(serializer) }
            }
        }
        struct HeadersOf<'a>(&'a HeaderMap);
        impl Serialize for HeadersOf<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // All our header values are text. One that is not is left out.
                serializer
                    .collect_map(self.0.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))))
            }
        }
        let body = self.0.body();
        Answer {
            status_code: self.0.status().as_u16(),
            headers: HeadersOf(self.0.headers()),
            body: BodyOf(body),
            is_base64_encoded: matches!(body, Body::Binary(_)),
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::http::HeaderValue;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_has_the_members_of_the_format() {
        let cases = [
            (Body::Empty, json!(""), false),
            (Body::Text("\"ä".to_owned()), json!("\"ä"), false),
            (Body::Binary(b"secret".to_vec()), json!("c2VjcmV0"), true),
        ];
        for (body, text, is_base64_encoded) in cases {
            let mut response = Response::new(body);
            response.headers_mut().insert("allow", HeaderValue::from_static("GET"));
            let answer = serde_json::to_value(HttpAnswer(response)).unwrap();
            let expected = json!({
                "statusCode": 200, "headers": { "allow": "GET" }, "body": text, "isBase64Encoded": is_base64_encoded,
            });
            assert_eq!(answer, expected);
        }
    }
}
