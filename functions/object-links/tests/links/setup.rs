use std::collections::BTreeMap;

use gateway::{event, request};
use http_api::HttpApi;
use lambda_http::{Body, Response};
use loopback::Cloud;
use object_links::ROUTES;
use objects::{App, Settings};
use percent_encoding::percent_decode_str;
use serde_json::json;

/// The function with AWS replaced at the wire.
pub(crate) struct Setup {
    pub(crate) cloud: Cloud,
    pub(crate) api: HttpApi<App>,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// With these variables beside the usual ones.
    pub(crate) fn with(variables: &[(&str, &str)]) -> Self {
        let cloud = Cloud::new();
        let settings = Settings::new(&cloud.variables_with(variables).into_iter().collect());
        Self { cloud, api: HttpApi::new(App::new(settings.unwrap()).unwrap(), ROUTES) }
    }

    pub(crate) async fn warm(&self) {
        self.api.warm().await;
    }

    /// Sends a request for the path and query `target` below `/objects/` with the usual token.
    pub(crate) async fn send(&self, method: &str, target: &str, body: Option<&str>) -> Response<Body> {
        self.send_as(&self.cloud.token(&json!({})), method, target, body).await
    }

    /// The same with another token.
    pub(crate) async fn send_as(&self, token: &str, method: &str, target: &str, body: Option<&str>) -> Response<Body> {
        self.send_to(token, method, &format!("/objects/{target}"), body).await
    }

    /// The same to any path and query.
    pub(crate) async fn send_to(&self, token: &str, method: &str, target: &str, body: Option<&str>) -> Response<Body> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = [("authorization", token)];
        self.api.handle(request(&event(method, path, query, &headers, body))).await
    }
}

/// A link taken apart.
#[derive(Debug)]
pub(crate) struct Target {
    /// What precedes the query.
    pub(crate) address: String,
    /// The parameters, decoded.
    pub(crate) query: BTreeMap<String, String>,
}

impl Target {
    pub(crate) fn of(url: &str) -> Self {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let (address, query) = url.split_once('?').unwrap();
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
        Self {
            address: address.to_owned(),
            query: pairs.map(|(name, value)| (decoded(name), decoded(value))).collect(),
        }
    }

    pub(crate) fn of_redirect(response: &Response<Body>) -> Self {
        assert_eq!((response.status().as_u16(), &**response.body()), (302, b"".as_slice()), "{response:?}");
        Self::of(response.headers()["location"].to_str().unwrap())
    }
}
