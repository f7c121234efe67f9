//! `GET /objects`: the caller's objects, listed with the caller's own credentials.

mod csv_page;
mod cursor;
mod list;
mod list_query;
mod listing;
mod page;
mod page_xml;

use std::time::SystemTime;

use bucket::{App, Links};
use http_api::{ApiError, bearer_token, before_deadline, refused, served_with};
use lambda_http::{Body, Request, RequestExt, Response, http::Method};

use self::{list::list, list_query::ListQuery};

/// Does in init what the first request would wait for.
pub async fn warm(app: &App) {
    app.warm(now()).await;
}

/// Serves one request. Every path ends in a response.
pub async fn handle(app: &App, request: &Request) -> Response<Body> {
    let now = now();
    match before_deadline(request, now, serve(app, request, now)).await {
        Ok(page) => served_with(request, page),
        Err(error) => refused(request, &error),
    }
}

async fn serve(app: &App, request: &Request, now: SystemTime) -> Result<Response<Body>, ApiError> {
    match (request.raw_http_path(), request.method()) {
        ("/objects", &Method::GET) => {}
        ("/objects", _) => return Err(ApiError::MethodNotAllowed { allow: "GET" }),
        _ => return Err(ApiError::NotFound),
    }
    // Who asks comes before what is asked: a stranger learns nothing about the parameters.
    let token = app.verifier.verify(bearer_token(request.headers())?, now).await?;
    let query = ListQuery::parse(request.uri().query().unwrap_or_default())?;
    let (bucket, query) = (&app.bucket, &query);
    let work = |caller| async move {
        let mut listing = list(bucket, query, &caller).await?;
        if let Some(seconds) = query.link_seconds {
            listing.add_links(&Links::new(bucket, &caller, seconds, now)?).await?;
        }
        Ok(listing)
    };
    page::of(&bucket.as_caller(&token, now, work).await?, request)
}

#[expect(clippy::disallowed_methods, reason = "the handler's edge: everything below is told the time")]
fn now() -> SystemTime {
    SystemTime::now()
}
