//! Lambda entry point: reads the settings, builds the clients, serves.

use std::{convert::Infallible, env};

use bucket::{App, Settings};
use counts::Counts;
use http_api::run;
use lambda_http::{Error, Request, service_fn};
use list_objects::{handle, warm};
use settings::Variables;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
async fn main() -> Result<(), Error> {
    let variables: Variables = env::vars().collect();
    logging::start(&variables);
    let app = App::new(Settings::new(&variables)?)?;
    let counts = Counts::start(&variables)?;
    warm(&app).await;
    run(counts, service_fn(async |request: Request| Ok::<_, Infallible>(handle(&app, &request).await))).await
}
