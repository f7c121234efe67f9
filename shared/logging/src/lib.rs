//! The log: what is written, and in which form.
//!
//! Architecture invariant: only Latchkey's own crates write, and the Lambda runtime its errors. The SDKs, the HTTP client
//! and the runtime know tokens, keys and whole payloads, and write them at their verbose levels; no setting of a level
//! lets them.

use std::convert::Infallible;

use settings::Variables;
use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt, registry, util::SubscriberInitExt};

/// The crates that may write: those of this workspace. Each knows what never to log.
const WRITERS: [&str; 7] =
    ["token_exchange", "list_objects", "object_links", "pre_sign_up", "http_api", "identity_pool", "pool_keys"];

/// Starts the log on standard output, in the form and from the level on that Lambda was told to use.
///
/// `AWS_LAMBDA_LOG_FORMAT` and `AWS_LAMBDA_LOG_LEVEL` say so. Without them the log is text from `INFO` on, as Lambda's
/// own default is; a value that Lambda does not define counts as absent, since the log must not stop the function.
///
/// Source: "Configuring advanced logging controls for Lambda functions" in the AWS Lambda developer guide.
pub fn start(variables: &Variables) {
    let text = |name| variables.optional(name, |text| Ok::<_, Infallible>(text.to_owned())).ok().flatten();
    let level = text("AWS_LAMBDA_LOG_LEVEL").map_or(tracing::Level::INFO, |name| level_named(&name));
    // The runtime's errors are panics and events that could not be read, in words of its own or of ours.
    let filter =
        Targets::new().with_target("lambda_runtime", tracing::Level::ERROR).with_targets(WRITERS.map(|it| (it, level)));
    let is_json = text("AWS_LAMBDA_LOG_FORMAT").is_some_and(|name| name.eq_ignore_ascii_case("JSON"));
    let subscriber = registry().with(filter);
    // A second start in one process is a test's; the first one's settings stand.
    let _ = if is_json {
        subscriber
            .with(fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(false))
            .try_init()
    } else {
        // Lambda stamps each line itself.
        subscriber.with(fmt::layer().with_ansi(false).without_time()).try_init()
    };
}

/// The level of this name. Lambda's `FATAL` is our `ERROR`; what is unknown is `INFO`.
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
