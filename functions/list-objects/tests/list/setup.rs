use gateway::{Seen, event, request};
use http_api::HttpApi;
use lambda_http::{Body, Response};
use list_objects::ROUTES;
use loopback::Cloud;
use objects::{App, Settings};

/// The function with AWS replaced at the wire.
pub(crate) struct Setup {
    pub(crate) cloud: Cloud,
    pub(crate) api: HttpApi<App>,
}

impl Setup {
    pub(crate) fn new(reuse_seconds: &str) -> Self {
        Self::with(&[("CREDENTIALS_REUSE_SECONDS", reuse_seconds)])
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

    pub(crate) async fn get(&self, token: &str, query: &str) -> Seen {
        Seen::new(&self.respond(query, &[("authorization", token)]).await)
    }

    /// `GET /versions`.
    pub(crate) async fn versions(&self, token: &str, query: &str) -> Seen {
        Seen::new(&self.respond_at("/versions", query, &[("authorization", token)]).await)
    }

    pub(crate) async fn respond(&self, query: &str, headers: &[(&str, &str)]) -> Response<Body> {
        self.respond_at("/objects", query, headers).await
    }

    pub(crate) async fn respond_at(&self, path: &str, query: &str, headers: &[(&str, &str)]) -> Response<Body> {
        self.api.handle(request(&event("GET", path, query, headers, None))).await
    }

    /// The query of the last call to S3.
    pub(crate) fn last_query(&self) -> String {
        let received = self.cloud.aws.received();
        received.last().unwrap().target.split_once('?').unwrap().1.to_owned()
    }
}
