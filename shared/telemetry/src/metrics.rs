use std::{
    io::{Write, stdout},
    time::Duration,
};

use metrics_cloudwatch_embedded::{Builder, Collector};
use settings::Variables;

use crate::StartedTwice;

/// The metrics of this process, in the namespace `Latchkey`, all with the dimension `Function`.
///
/// Source: "Specification: Embedded metric format" in the Amazon CloudWatch user guide.
#[derive(Clone, Copy)]
pub(crate) struct Metrics(&'static Collector);

/// The initial buffer for the lines of an invocation: they are written together.
const LINES_BYTES: usize = 1024;

impl Metrics {
    pub(crate) fn start(variables: &Variables) -> Result<Self, StartedTwice> {
        let name = variables.text("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
        let builder = Builder::new().cloudwatch_namespace("Latchkey").with_dimension("Function", name);
        let collector = builder.init().map_err(|_| StartedTwice)?;
        metrics::counter!("ColdStarts").increment(1);
        Ok(Self(collector))
    }

    pub(crate) fn write(self) {
        let mut lines = Vec::with_capacity(LINES_BYTES);
        // A failure is ignored: a request must not fail because of a metric.
        let _ = self.0.flush(&mut lines).and_then(|()| stdout().write_all(&lines));
    }
}

/// Counts an exchange: a person got credentials. `Exchanges`.
pub fn count_exchange() {
    metrics::counter!("Exchanges").increment(1);
}

/// Counts a refused request, by the code of the reason. `Refusals`, by `Reason`.
pub fn count_refusal(reason: &'static str) {
    metrics::counter!("Refusals", "Reason" => reason).increment(1);
}

/// Counts a decision on a sign-up by its code. `SignUps`, by `Decision`.
pub fn count_sign_up(decision: &'static str) {
    metrics::counter!("SignUps", "Decision" => decision).increment(1);
}

/// Counts a call that the other service throttled. `GetIdThrottles` and so on.
pub fn count_throttled_call(operation: &'static str) {
    metrics::counter!(format!("{operation}Throttles")).increment(1);
}

/// Records how long a call of another service took, with all its tries. `GetIdMilliseconds` and so on: one metric for
/// each `operation`, because with another dimension each call would need a line of its own. The number of values is the
/// number of calls.
pub(crate) fn record_call(operation: &'static str, took: Duration) {
    // A tenth of a millisecond is precise enough.
    let milliseconds = (took.as_secs_f64() * 10_000.0).round() / 10.0;
    metrics::histogram!(format!("{operation}Milliseconds")).record(milliseconds);
}
