//! `/objects/{key+}`: links to one object of the bucket, signed with the caller's own credentials, copying to it, and its
//! deletion. `POST /deletions` deletes many. `/uploads` takes objects in parts.
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
mod incomplete_answer;
mod late_call;
mod link_body;
mod multipart;
mod new_object;
mod object_key;
mod upload;
mod version;

use http_api::{Route, answer};
use lambda_http::http::Method;
use objects::App;

const OBJECT: &str = "/objects/{key+}";
const UPLOAD: &str = "/uploads/{upload}";

/// The routes of the function.
pub const ROUTES: &[Route<App>] = &[
    Route::new(Method::GET, OBJECT, |app, call| answer(download::get(app, call))),
    Route::new(Method::HEAD, OBJECT, |app, call| answer(download::head(app, call))),
    Route::new(Method::POST, OBJECT, |app, call| answer(upload::link(app, call))),
    Route::new(Method::PUT, OBJECT, |app, call| answer(copy::copy(app, call))),
    Route::new(Method::DELETE, OBJECT, |app, call| answer(deletion::delete(app, call))),
    Route::new(Method::POST, "/deletions", |app, call| answer(deletions::delete(app, call))),
    Route::new(Method::POST, "/uploads", |app, call| answer(multipart::start(app, call))),
    Route::new(Method::GET, UPLOAD, |app, call| answer(multipart::progress(app, call))),
    Route::new(Method::POST, UPLOAD, |app, call| answer(multipart::complete(app, call))),
    Route::new(Method::DELETE, UPLOAD, |app, call| answer(multipart::abort(app, call))),
];
