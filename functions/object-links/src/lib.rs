//! `/objects/{key+}`: links to one object of the bucket, signed with the caller's own credentials, and its deletion.
//!
//! A link is made without asking S3: IAM decides when it is used.

mod deletion;
mod download;
mod file_name;
mod link_body;
mod object_key;
mod operation;
mod upload;

use std::time::SystemTime;

use bucket::App;
use http_api::{ApiError, Parameters, bearer_token, before_deadline, refused, served_with};
use lambda_http::{Body, Request, Response};

use self::{object_key::ObjectKey, operation::Operation};

/// Does in init what the first request would wait for.
pub async fn warm(app: &App) {
    app.warm(now()).await;
}

/// Serves one request. Every path ends in a response.
pub async fn handle(app: &App, request: &Request) -> Response<Body> {
    let now = now();
    match before_deadline(request, now, serve(app, request, now)).await {
        Ok(response) => served_with(request, response),
        Err(error) => refused(request, &error),
    }
}

async fn serve(app: &App, request: &Request, now: SystemTime) -> Result<Response<Body>, ApiError> {
    let path = object_key::path_of(request)?;
    operation::check_method(request.method())?;
    // Who asks comes before what is asked: a stranger learns nothing about the parameters.
    let token = app.verifier.verify(bearer_token(request.headers())?, now).await?;
    let mut query = Parameters::from_urlencoded(request.uri().query().unwrap_or_default())?;
    let key = &ObjectKey::parse(path, query.take("key")?.as_ref().map(|text| text.as_str()))?;
    let operation = &Operation::parse(request, query)?;
    let bucket = &app.bucket;
    bucket.as_caller(&token, now, |caller| async move { operation.run(bucket, key, &caller, now).await }).await
}

#[expect(clippy::disallowed_methods, reason = "the handler's edge: everything below is told the time")]
fn now() -> SystemTime {
    SystemTime::now()
}
