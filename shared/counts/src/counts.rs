use std::{
    convert::Infallible,
    io::{Write, stdout},
};

use metrics_cloudwatch_embedded::{Builder, Collector};
use settings::Variables;

use crate::names;

/// The counts of this process: metrics in the namespace `Latchkey`, all of them by `Function`.
///
/// Source: "Specification: Embedded metric format" in the Amazon CloudWatch user guide.
#[derive(Clone, Copy)]
pub struct Counts(&'static Collector);

/// The counts of this process are kept already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the counts were started twice")]
pub struct StartedTwice;

/// Room for the lines of an invocation, so that they are written at once.
const LINES_BYTES: usize = 1024;

impl Counts {
    /// Starts to count, once in a process, which is the first thing counted.
    ///
    /// # Errors
    ///
    /// [`StartedTwice`].
    pub fn start(variables: &Variables) -> Result<Self, StartedTwice> {
        let name = variables.optional("AWS_LAMBDA_FUNCTION_NAME", |text| Ok::<_, Infallible>(text.to_owned()));
        let name = name.ok().flatten().unwrap_or_default();
        let builder = Builder::new().cloudwatch_namespace("Latchkey").with_dimension("Function", name);
        let collector = builder.init().map_err(|_| StartedTwice)?;
        names::cold_start();
        Ok(Self(collector))
    }

    /// Writes what was counted since the last time, once for each invocation: what is counted later may never be
    /// written, since the process stands still between invocations and ends without a word.
    pub fn write(self) {
        let mut lines = Vec::with_capacity(LINES_BYTES);
        // Standard output is closed only when the process ends, and a count is no reason to fail a request.
        let _ = self.0.flush(&mut lines).and_then(|()| stdout().write_all(&lines));
    }
}
