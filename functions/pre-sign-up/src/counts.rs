use std::{convert::Infallible, io::stdout};

use metrics_cloudwatch_embedded::{Builder, Collector};
use settings::Variables;

/// Counts of decisions, as lines in the log that CloudWatch makes metrics of: `SignUps` in the namespace `Latchkey`, by
/// `Function` and `Decision`.
///
/// Source: "Specification: Embedded metric format" in the Amazon CloudWatch user guide.
pub struct Counts(&'static Collector);

/// The counts of this process are kept already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the counts were started twice")]
pub struct StartedTwice;

impl Counts {
    /// Starts to count, once in a process.
    ///
    /// # Errors
    ///
    /// [`StartedTwice`].
    pub fn start(variables: &Variables) -> Result<Self, StartedTwice> {
        let name = variables.optional("AWS_LAMBDA_FUNCTION_NAME", |text| Ok::<_, Infallible>(text.to_owned()));
        let name = name.ok().flatten().unwrap_or_default();
        let builder = Builder::new().cloudwatch_namespace("Latchkey").with_dimension("Function", name);
        builder.init().map(Self).map_err(|_| StartedTwice)
    }

    /// Writes what was counted since the last time.
    pub fn write(&self) {
        // Standard output is closed only when the process ends, and a count is no reason to fail a sign-up.
        let _ = self.0.flush(stdout());
    }
}

/// Counts a decision, once [`Counts`] are started.
pub(crate) fn count(decision: &'static str) {
    metrics::counter!("SignUps", "Decision" => decision).increment(1);
}
