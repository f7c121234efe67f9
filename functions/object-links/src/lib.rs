//! `/objects/{key+}`: links to one object of the bucket, signed with the caller's own credentials, copying to it, and its
//! deletion. `POST /deletions` deletes many.
//!
//! A link is made without a call of S3: IAM decides when the link is used.

mod asked;
mod checksum;
mod condition;
mod copy;
mod deletion;
mod deletions;
mod download;
mod file_name;
mod link_body;
mod object_key;
mod upload;
mod version;

use http_api::{Route, answer};
use lambda_http::http::Method;
use objects::App;

const OBJECT: &str = "/objects/{key+}";

/// The routes of the function.
pub const ROUTES: &[Route<App>] = &[
    Route::new(Method::GET, OBJECT, |app, call| answer(download::get(app, call))),
    Route::new(Method::HEAD, OBJECT, |app, call| answer(download::head(app, call))),
    Route::new(Method::POST, OBJECT, |app, call| answer(upload::link(app, call))),
    Route::new(Method::PUT, OBJECT, |app, call| answer(copy::copy(app, call))),
    Route::new(Method::DELETE, OBJECT, |app, call| answer(deletion::delete(app, call))),
    Route::new(Method::POST, "/deletions", |app, call| answer(deletions::delete(app, call))),
];
