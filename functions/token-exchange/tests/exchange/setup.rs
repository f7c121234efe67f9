use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gateway::{Seen, event, request};
use http_api::HttpApi;
use lambda_http::RequestExt;
use loopback::Cloud;
use token_exchange::{App, ROUTES, Settings};

pub(crate) const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
pub(crate) const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

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

    pub(crate) async fn post(&self, content_type: &str, body: &str) -> Seen {
        let event = event("POST", "/token", "", &[("content-type", content_type)], Some(body));
        Seen::new(&self.api.handle(request(&event)).await)
    }

    pub(crate) async fn post_form(&self, parameters: &[(&str, &str)]) -> Seen {
        let body: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.post("application/x-www-form-urlencoded", &body.join("&")).await
    }

    pub(crate) async fn exchange(&self, token: &str, more: &[(&str, &str)]) -> Seen {
        let usual = [("grant_type", EXCHANGE), ("subject_token", token), ("subject_token_type", ID_TOKEN)];
        let kept = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        self.post_form(&kept.chain(more.iter().copied()).collect::<Vec<_>>()).await
    }

    pub(crate) async fn get(&self, path: &str, authorization: Option<&str>, query: &str) -> Seen {
        let headers: Vec<(&str, &str)> = authorization.map(|value| ("authorization", value)).into_iter().collect();
        Seen::new(&self.api.handle(request(&event("GET", path, query, &headers, None))).await)
    }

    pub(crate) async fn get_credentials(&self, authorization: Option<&str>, query: &str) -> Seen {
        self.get("/credentials", authorization, query).await
    }

    /// `GET /credentials` with an invocation that ends after `limit`.
    #[expect(clippy::disallowed_methods, reason = "a deadline is a time on the clock")]
    pub(crate) async fn get_credentials_within(&self, limit: Duration, token: &str) -> Seen {
        let mut request = request(&event("GET", "/credentials", "", &[("authorization", token)], None));
        let mut context = request.lambda_context();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        context.deadline = u64::try_from((now + limit).as_millis()).unwrap();
        request = request.with_lambda_context(context);
        Seen::new(&self.api.handle(request).await)
    }
}

/// base64 with padding, as API Gateway encodes bodies.
pub(crate) fn base64(text: &str) -> String {
    let mut encoded = test_tokens::encode(text).replace('-', "+").replace('_', "/");
    encoded.extend(std::iter::repeat_n('=', (4 - encoded.len() % 4) % 4));
    encoded
}
