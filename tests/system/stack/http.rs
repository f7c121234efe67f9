use serde_json::Value;
use ureq::{
    Agent, Body,
    http::{Request, Response},
};

/// An answer of any status.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    headers: ureq::http::HeaderMap,
}

impl Reply {
    /// The first value of the header `name`.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A text member of the body.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }

    fn read(mut response: Response<Body>) -> Self {
        let text = response.body_mut().read_to_string().unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }
}

/// `GET url` with these headers.
pub(crate) fn get(url: &str, headers: &[(&str, &str)]) -> Reply {
    let request = headers.iter().fold(agent().get(url), |request, (name, value)| request.header(*name, *value));
    Reply::read(request.call().unwrap())
}

/// `POST url` with these headers and this body.
pub(crate) fn post(url: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let request = headers.iter().fold(agent().post(url), |request, (name, value)| request.header(*name, *value));
    Reply::read(request.send(body).unwrap())
}

/// Any other request.
pub(crate) fn send(request: Request<String>) -> Reply {
    Reply::read(agent().run(request).unwrap())
}

/// Takes every status for an answer, and goes through no proxy.
fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).proxy(None).build().into()
}
