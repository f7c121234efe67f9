//! `GET /objects`: the caller's objects, listed with the caller's own credentials.

mod csv_page;
mod cursor;
mod key_encoding;
mod list;
mod list_query;
mod listing;
mod page;
mod page_xml;

use http_api::{ApiError, Call, Route, answer, bearer_token};
use lambda_http::{Body, Response, http::Method};
use objects::{App, Links, Requester};

use self::list_query::ListQuery;

/// The routes of the function.
pub const ROUTES: &[Route<App>] = &[Route::new(Method::GET, "/objects", |app, call| answer(list_page(app, call)))];

/// Serves `GET /objects`. The token is checked before the parameters, so a stranger learns nothing about them.
async fn list_page(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let token = app.verifier.verify(bearer_token(call.request.headers())?, call.now).await?;
    let (bucket, query) = (&app.bucket, &ListQuery::parse(call.query())?);
    let requester = Requester { token, identity_hint: query.identity_hint.clone() };
    let work = |caller| async move {
        let mut listing = list::list(bucket, query, &caller).await?;
        if let Some(seconds) = query.link_seconds {
            listing.add_links(&Links::new(bucket, &caller, seconds, call.now)?).await?;
        }
        Ok(listing)
    };
    page::of(&bucket.as_caller(&requester, call.now, work).await?, call.request)
}
