use std::collections::BTreeMap;

use serde_json::Value;

/// The metrics that CloudWatch makes of a log in embedded metric format, of the function `tested`: by name and other
/// dimensions, such as `Refusals Reason=throttled`, the sum of a count, or how many times something took.
///
/// Source: "Specification: Embedded metric format" in the Amazon CloudWatch user guide.
#[must_use]
pub fn metrics(log: &str) -> BTreeMap<String, u64> {
    let mut metrics = BTreeMap::new();
    for line in metric_lines(log) {
        let directive = line.pointer("/_aws/CloudWatchMetrics/0").expect("a directive");
        assert_eq!(directive.get("Namespace"), Some(&"Latchkey".into()), "{line}");
        assert_eq!(line.get("Function"), Some(&"tested".into()), "{line}");
        let dimensions = directive.pointer("/Dimensions/0").and_then(Value::as_array).expect("a set of dimensions");
        let dimensions = dimensions.iter().map(|name| name.as_str().expect("a name"));
        assert!(dimensions.clone().any(|name| name == "Function"), "{line}");
        let mut others = String::new();
        for name in dimensions.filter(|name| *name != "Function") {
            let value = line.get(name).and_then(Value::as_str).expect("a dimension's value");
            others.extend([" ", name, "=", value]);
        }
        for metric in directive.get("Metrics").and_then(Value::as_array).expect("metrics") {
            let name = metric.get("Name").and_then(Value::as_str).expect("a name");
            let value = match line.get(name) {
                Some(Value::Array(values)) => values.len() as u64,
                Some(count) => count.as_u64().expect("a count"),
                None => unreachable!("{name} has no value: {line}"),
            };
            *metrics.entry(format!("{name}{others}")).or_default() += value;
        }
    }
    metrics
}

/// The lines of a log that CloudWatch makes metrics of.
pub fn metric_lines(log: &str) -> impl Iterator<Item = Value> {
    log.lines().filter(|line| line.starts_with("{\"_aws\"")).map(|line| line.parse().expect("JSON"))
}
