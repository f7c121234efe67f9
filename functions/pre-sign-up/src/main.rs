//! Lambda entry point: reads the settings, serves events.

use std::{env, path::Path};

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use pre_sign_up::{App, Settings, handle};
use serde_json::value::RawValue;
use settings::Variables;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
async fn main() -> Result<(), Error> {
    let variables: Variables = env::vars().collect();
    let telemetry = telemetry::start(&variables)?;
    let program = env::current_exe()?;
    let app = App::new(Settings::new(&variables, program.parent().unwrap_or(Path::new(".")))?);
    run(service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        let answer = handle(&app, &event);
        telemetry.write_metrics();
        answer
    }))
    .await
}
