use http::Uri;

/// The http or https URL of a service, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

/// The text is not the URL of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a URL such as http://127.0.0.1:4566")]
pub struct InvalidEndpoint;

impl Endpoint {
    /// Parses a URL with a host, without a query and without a fragment.
    ///
    /// # Errors
    ///
    /// [`InvalidEndpoint`] for another scheme, a missing host, or characters that a URL may not contain.
    pub fn parse(text: &str) -> Result<Self, InvalidEndpoint> {
        let url = text.strip_suffix('/').unwrap_or(text);
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).ok_or(InvalidEndpoint)?;
        let plain = rest.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'"' | b'@' | b'\\'));
        if rest.is_empty() || rest.starts_with(['/', ':']) || !plain || url.parse::<Uri>().is_err() {
            return Err(InvalidEndpoint);
        }
        Ok(Self(url.to_owned()))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_an_http_url() {
        for text in ["http://127.0.0.1:4566", "https://vpce-1.s3.eu-west-1.vpce.amazonaws.com/", "http://[::1]:1/base"]
        {
            assert!(Endpoint::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "http://",
            "http:///x",
            "http://:80",
            "127.0.0.1:4566",
            "ftp://a",
            "http://a?b",
            "http://a b",
            "http://u@a",
            "http://[",
        ] {
            assert_eq!(Endpoint::parse(text), Err(InvalidEndpoint), "{text:?}");
        }
    }
}
