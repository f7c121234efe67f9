use serde_json::Value;

/// The lines about requests in the log of an HTTP function, in order: route, status, code and calls, such as
/// `GET /objects 200 ok: ListObjectsV2`. Each took some time, which is left out.
#[must_use]
pub fn answered(log: &str) -> Vec<String> {
    let lines = log.lines().filter_map(|line| line.parse::<Value>().ok());
    lines.filter(|line| line.get("message") == Some(&"answered".into())).map(|line| summary(&line)).collect()
}

fn summary(line: &Value) -> String {
    let text = |name: &str| line.get(name).and_then(Value::as_str).expect("a text");
    let status = line.get("status").and_then(Value::as_u64).expect("a status");
    let summary = format!("{} {status} {}", text("route"), text("code"));
    match line.get("upstream").and_then(Value::as_str) {
        Some(calls) => format!("{summary}: {}", calls.split(", ").map(without_time).collect::<Vec<_>>().join(", ")),
        None => summary,
    }
}

/// `GetId in 2 tries` of `GetId 12.3 ms in 2 tries`.
fn without_time(call: &str) -> String {
    let (operation, rest) = call.split_once(' ').expect("an operation and its time");
    let (milliseconds, tries) = rest.split_once(" ms").expect("milliseconds");
    milliseconds.parse::<f64>().expect("a number");
    format!("{operation}{tries}")
}
