use std::time::Duration;

/// Counts an exchange: a person was given credentials. `Exchanges`.
pub fn exchange() {
    metrics::counter!("Exchanges").increment(1);
}

/// Counts a request that was not served, by the code of the reason. `Refusals`, by `Reason`.
pub fn refusal(reason: &'static str) {
    metrics::counter!("Refusals", "Reason" => reason).increment(1);
}

/// Counts a decision on a sign-up by its code. `SignUps`, by `Decision`.
pub fn sign_up(decision: &'static str) {
    metrics::counter!("SignUps", "Decision" => decision).increment(1);
}

/// Notes how long a call of another service took, with all its tries. `GetIdMilliseconds` and so on: a metric for each
/// `operation`, since another dimension would be another line for each call. The number of values is that of the calls.
pub fn call(operation: &'static str, took: Duration) {
    // A tenth of a millisecond is more than enough, and short.
    let milliseconds = (took.as_secs_f64() * 10_000.0).round() / 10.0;
    metrics::histogram!(format!("{operation}Milliseconds")).record(milliseconds);
}

/// Counts a call that the other service throttled. `GetIdThrottles` and so on.
pub fn throttled_call(operation: &'static str) {
    metrics::counter!(format!("{operation}Throttles")).increment(1);
}

/// Counts a process that started. `ColdStarts`.
pub(crate) fn cold_start() {
    metrics::counter!("ColdStarts").increment(1);
}
