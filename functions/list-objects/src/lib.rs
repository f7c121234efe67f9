//! `GET /objects` and `GET /versions`: the caller's objects and their versions, listed with the caller's own credentials.

mod asked;
mod csv_page;
mod cursor;
mod key_encoding;
mod list;
mod list_query;
mod listed;
mod listing;
mod objects_xml;
mod one_pass;
mod page;
mod page_query;
mod unexpected_answer;
mod version_listing;
mod version_marker;
mod versions_xml;
mod xml;

use http_api::{ApiError, Call, Route, answer, bearer_token};
use lambda_http::{Body, Response, http::Method};
use objects::{App, Links, Requester};

use self::{list_query::ListQuery, page_query::PageQuery};

/// The routes of the function.
pub const ROUTES: &[Route<App>] = &[
    Route::new(Method::GET, "/objects", |app, call| answer(list_page(app, call))),
    Route::new(Method::GET, "/versions", |app, call| answer(version_page(app, call))),
];

/// Serves `GET /objects`. The token is checked before the parameters, so a stranger learns nothing about them.
async fn list_page(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let token = app.verifier.verify(bearer_token(call.request.headers())?, call.now).await?;
    let (bucket, query) = (&app.bucket, &ListQuery::parse(call.query())?);
    let requester = Requester { token, identity_hint: query.page.identity_hint.clone() };
    let work = |caller| async move {
        let mut listing = list::objects(bucket, query, &caller).await?;
        if let Some(seconds) = query.link_seconds {
            listing.add_links(&Links::new(bucket, &caller, seconds, call.now).await?)?;
        }
        Ok(listing)
    };
    page::of_objects(&bucket.as_caller(&requester, call.now, work).await?, call.request)
}

/// Serves `GET /versions`.
async fn version_page(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let token = app.verifier.verify(bearer_token(call.request.headers())?, call.now).await?;
    let (bucket, query) = (&app.bucket, &PageQuery::parse(call.query())?);
    let requester = Requester { token, identity_hint: query.identity_hint.clone() };
    let work = |caller| async move { list::versions(bucket, query, &caller).await };
    page::of_versions(&bucket.as_caller(&requester, call.now, work).await?)
}
