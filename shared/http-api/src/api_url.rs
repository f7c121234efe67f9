use lambda_http::{Request, http::HeaderMap};

/// The address under which the API was called: `https://` and the name that API Gateway answers to.
///
/// Only the local AWS says that it was called without TLS, and only it has a path here, where all APIs share one name.
///
/// Source: "Create AWS Lambda proxy integrations for HTTP APIs" in the API Gateway developer guide.
#[derive(Clone)]
pub(crate) struct ApiUrl(String);

impl ApiUrl {
    /// The address, from the event's `domainName` and headers. `None` for a name that could not stand in a header.
    pub(crate) fn new(domain_name: &str, headers: &HeaderMap) -> Option<Self> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '/' | '_' | '$');
        if domain_name.is_empty() || !domain_name.chars().all(is_plain) {
            return None;
        }
        let is_plain_http = headers.get("x-forwarded-proto").is_some_and(|value| value == "http");
        Some(Self(format!("{}://{domain_name}", if is_plain_http { "http" } else { "https" })))
    }

    /// The address that `request` was sent to, if its event says it.
    pub(crate) fn of(request: &Request) -> Option<&str> {
        request.extensions().get::<Self>().map(|url| url.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::http::HeaderValue;

    use super::*;

    #[test]
    fn the_address_is_the_gateways_name() {
        let id = "id.execute-api.eu-west-1.amazonaws.com";
        let local = "127.0.0.1:1/_aws/execute-api/id/$default";
        let cases = [
            (id, "", Some("https://id.execute-api.eu-west-1.amazonaws.com")),
            (id, "https", Some("https://id.execute-api.eu-west-1.amazonaws.com")),
            (local, "http", Some("http://127.0.0.1:1/_aws/execute-api/id/$default")),
            ("", "", None),
            ("a\"b", "", None),
            ("a b", "", None),
            ("ä.example", "", None),
        ];
        for (name, proto, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-proto", HeaderValue::from_static(proto));
            assert_eq!(ApiUrl::new(name, &headers).map(|url| url.0).as_deref(), expected, "{name:?}");
        }
    }
}
