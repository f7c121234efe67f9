//! Lambda entry point: reads the settings, builds the clients, serves requests.

use std::env;

use http_api::HttpApi;
use lambda_http::Error;
use list_objects::ROUTES;
use objects::{App, Settings};
use settings::Variables;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
async fn main() -> Result<(), Error> {
    let variables: Variables = env::vars().collect();
    let telemetry = telemetry::start(&variables)?;
    let app = App::new(Settings::new(&variables)?)?;
    HttpApi::new(app, ROUTES).serve(telemetry).await
}
