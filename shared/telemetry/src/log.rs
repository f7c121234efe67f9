use settings::Variables;
use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt, registry, util::SubscriberInitExt};

/// The target of every event that we write.
pub const LOG_TARGET: &str = "latchkey";

/// Writes an event at `ERROR`, for what an operator should look at. Fields and message as in `tracing::error!`.
#[macro_export]
macro_rules! error {
    ($($fields_and_message:tt)+) => {
        $crate::__tracing::error!(target: $crate::LOG_TARGET, $($fields_and_message)+)
    };
}

/// Writes an event at `WARN`, for a temporary failure. Fields and message as in `tracing::warn!`.
#[macro_export]
macro_rules! warn {
    ($($fields_and_message:tt)+) => {
        $crate::__tracing::warn!(target: $crate::LOG_TARGET, $($fields_and_message)+)
    };
}

/// Writes an event at `INFO`. Fields and message as in `tracing::info!`.
#[macro_export]
macro_rules! info {
    ($($fields_and_message:tt)+) => {
        $crate::__tracing::info!(target: $crate::LOG_TARGET, $($fields_and_message)+)
    };
}

/// Starts the log on standard output, in the format and at the level that Lambda is configured to use.
///
/// `AWS_LAMBDA_LOG_FORMAT` and `AWS_LAMBDA_LOG_LEVEL` hold them. Without them the log is text at `INFO`, which is
/// Lambda's own default. A value that Lambda does not define counts as absent: the log must not stop the function.
///
/// Source: "Configuring advanced logging controls for Lambda functions" in the AWS Lambda developer guide.
pub(crate) fn start(variables: &Variables) {
    let level = variables.text("AWS_LAMBDA_LOG_LEVEL").map_or(tracing::Level::INFO, |name| level_named(&name));
    // The runtime's errors are panics and events that cannot be read, with its own text or ours.
    let filter = Targets::new().with_target("lambda_runtime", tracing::Level::ERROR).with_target(LOG_TARGET, level);
    let is_json = variables.text("AWS_LAMBDA_LOG_FORMAT").is_some_and(|name| name.eq_ignore_ascii_case("JSON"));
    let subscriber = registry().with(filter);
    // Only tests start it twice in one process. Then the first settings remain.
    let _ = if is_json {
        subscriber
            .with(fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(false))
            .try_init()
    } else {
        // Lambda adds the time to each line.
        subscriber.with(fmt::layer().with_ansi(false).without_time()).try_init()
    };
}

/// The level of this name. Lambda's `FATAL` is our `ERROR`; an unknown name is `INFO`.
fn level_named(name: &str) -> tracing::Level {
    if name.eq_ignore_ascii_case("FATAL") {
        tracing::Level::ERROR
    } else {
        name.parse().unwrap_or(tracing::Level::INFO)
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn lambdas_level_names_are_understood() {
        let cases = [
            ("TRACE", Level::TRACE),
            ("debug", Level::DEBUG),
            ("INFO", Level::INFO),
            ("WARN", Level::WARN),
            ("ERROR", Level::ERROR),
            ("FATAL", Level::ERROR),
            ("nonsense", Level::INFO),
        ];
        for (name, level) in cases {
            assert_eq!(level_named(name), level, "{name}");
        }
    }
}
