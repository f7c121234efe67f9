use bucket::{App, Settings};
use gateway::{Seen, event, request};
use lambda_http::{Body, Response};
use list_objects::{handle, warm};
use loopback::{Answer, Cloud};

/// The function with AWS replaced at the wire.
pub(crate) struct Setup {
    pub(crate) cloud: Cloud,
    pub(crate) app: App,
}

impl Setup {
    pub(crate) fn new(reuse_seconds: &str) -> Self {
        let cloud = Cloud::new();
        let reuse = ("CREDENTIALS_REUSE_SECONDS".to_owned(), reuse_seconds.to_owned());
        let settings = Settings::new(&cloud.variables().into_iter().chain([reuse]).collect());
        Self { cloud, app: App::new(settings.unwrap()).unwrap() }
    }

    pub(crate) async fn warm(&self) {
        warm(&self.app).await;
    }

    pub(crate) async fn get(&self, token: &str, query: &str) -> Seen {
        Seen::new(&self.respond(query, &[("authorization", token)]).await)
    }

    pub(crate) async fn respond(&self, query: &str, headers: &[(&str, &str)]) -> Response<Body> {
        handle(&self.app, &request(&event("GET", "/objects", query, headers, None))).await
    }

    /// The query of the last call to S3.
    pub(crate) fn last_query(&self) -> String {
        let received = self.cloud.aws.received();
        received.last().unwrap().target.split_once('?').unwrap().1.to_owned()
    }
}

/// A listing as S3 answers it, with this inside.
pub(crate) fn page(xml: &str) -> Answer {
    Answer::xml(200, &format!("<ListBucketResult><EncodingType>url</EncodingType>{xml}</ListBucketResult>"))
}
