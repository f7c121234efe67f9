use std::{convert::Infallible, time::SystemTime};

use lambda_http::{Body, Error, LambdaEvent, Request, RequestExt, Response, lambda_runtime, service_fn};
use telemetry::{Calls, Telemetry};
use zeroize::Zeroize;

use crate::{
    Call, Refused, Route, api_url::ApiUrl, deadline::before_deadline, event::HttpEvent, http_answer::HttpAnswer,
    response::error_response, route::find_route,
};

/// What a function keeps for as long as its process lives.
pub trait App: Sync {
    /// Does the work at startup that the first request would otherwise wait for.
    fn warm(&self, now: SystemTime) -> impl Future<Output = ()> + Send;
}

/// A function behind API Gateway: an app and its routes.
pub struct HttpApi<A: 'static> {
    app: A,
    routes: &'static [Route<A>],
}

impl<A: App> HttpApi<A> {
    /// The API of `app` with these routes.
    #[must_use]
    pub fn new(app: A, routes: &'static [Route<A>]) -> Self {
        Self { app, routes }
    }

    /// Warms the app, then serves requests for as long as Lambda sends them. The metrics are written after each
    /// request.
    ///
    /// # Errors
    ///
    /// An [`Error`] when the Runtime API cannot be reached.
    pub async fn serve(self, telemetry: Telemetry) -> Result<(), Error> {
        self.warm().await;
        let serve = async |event: LambdaEvent<HttpEvent>| {
            let (HttpEvent(request), context) = event.into_parts();
            // On the heap: otherwise each layer of the runtime would move this large future.
            let handled = Box::pin(Calls::noted(self.handle(request.with_lambda_context(context))));
            let response = handled.await;
            telemetry.write_metrics();
            Ok::<_, Infallible>(HttpAnswer(response))
        };
        lambda_runtime::run(service_fn(serve)).await
    }

    /// Does the work at startup that the first request would otherwise wait for.
    pub async fn warm(&self) {
        self.app.warm(now()).await;
    }

    /// Serves one request. Every request ends in one response and one log line.
    pub async fn handle(&self, mut request: Request) -> Response<Body> {
        let now = now();
        let (route, answered) = match find_route(self.routes, &request) {
            Ok((route, path_parameter)) => {
                let answer = (route.handler)(&self.app, Call { request: &request, path_parameter, now });
                (Some(route), before_deadline(&request, now, route.form, answer).await)
            }
            Err(refused) => (None, Err(refused)),
        };
        let response = respond(&request, route, answered);
        wipe(request.body_mut());
        response
    }
}

/// Makes the response, and writes the one log line of the request: as an error when an operator should look, as a
/// warning when a service failed temporarily, and as information otherwise. A refused request is counted by its code.
fn respond<A>(
    request: &Request,
    route: Option<&Route<A>>,
    answered: Result<Response<Body>, Refused>,
) -> Response<Body> {
    let request_id = request.lambda_context_ref().map_or("", |context| context.request_id.as_str());
    // Without a route it is `other`: the path is the caller's text, and the log does not repeat it.
    let route = route.map_or_else(|| "other".to_owned(), ToString::to_string);
    let (code, reason) = match &answered {
        Ok(_) => ("ok", None),
        Err(refused) => (refused.code(), Some(refused.to_string())),
    };
    let response = answered.unwrap_or_else(|refused| error_response(&refused, request_id, ApiUrl::of(request)));
    let status = response.status().as_u16();
    let upstream = Calls::so_far().map(|calls| calls.to_string());
    let (route, reason, upstream) = (route.as_str(), reason.as_deref(), upstream.as_deref());
    match status {
        500 | 502 => telemetry::error!(request_id, route, status, code, reason, upstream, "answered"),
        429 | 503 | 504 => telemetry::warn!(request_id, route, status, code, reason, upstream, "answered"),
        _ => telemetry::info!(request_id, route, status, code, reason, upstream, "answered"),
    }
    if status >= 400 {
        telemetry::count_refusal(code);
    }
    response
}

/// Wipes a body from memory: it may hold a token, or keys.
pub(crate) fn wipe(body: &mut Body) {
    match body {
        Body::Text(text) => text.zeroize(),
        Body::Binary(bytes) => bytes.zeroize(),
        _ => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "the edge: all code below gets the time as a parameter")]
fn now() -> SystemTime {
    SystemTime::now()
}
