//! What the tests of each function's program check alike.

use std::path::Path;

use serde_json::Value;

use crate::{Function, Invoked, answered, assert_without, metrics};

/// A request to a program and what must come of it.
pub struct Exchange<'a> {
    /// What it is called when it fails.
    pub name: &'a str,
    /// The event.
    pub event: Value,
    /// The status of the response.
    pub status: u64,
}

impl Function {
    /// Invokes an HTTP function, which always responds.
    ///
    /// # Panics
    ///
    /// When it does anything else.
    pub fn respond(&mut self, name: &str, event: &Value) -> Value {
        match self.invoke(event) {
            Invoked::Response(response) => response,
            other => unreachable!("{name}: {other:?}"),
        }
    }

    /// Checks the status and `Cache-Control` of the response to a request, and, where it is an error, that it holds none
    /// of `secrets`. Returns the response.
    ///
    /// # Panics
    ///
    /// When one of them is otherwise.
    pub fn assert_response(&mut self, request: &Exchange<'_>, secrets: &[String]) -> Value {
        let Exchange { name, event, status } = request;
        let response = self.respond(name, event);
        assert_eq!(response.get("statusCode"), Some(&(*status).into()), "{name}: {response}");
        assert_eq!(response.pointer("/headers/cache-control"), Some(&"no-store".into()), "{name}");
        // What is served holds keys or links, for the caller alone.
        if *status >= 400 {
            assert_without(secrets, name, &response.to_string());
        }
        response
    }
}

/// Checks the log of an HTTP function: a line for each of `count` requests, and none of `secrets`.
///
/// # Panics
///
/// When it is otherwise.
pub fn assert_clean_log(log: &str, count: usize, secrets: &[String]) {
    assert_eq!(log.matches("\"message\":\"answered\"").count(), count, "one line each: {log}");
    assert_without(secrets, "the log", log);
}

/// Checks the lines about requests ([`answered`]) and the metrics ([`metrics`]) of a log.
///
/// # Panics
///
/// When they are others.
pub fn assert_told(log: &str, lines: &[&str], counted: &[(&str, u64)]) {
    assert_eq!(answered(log), lines, "{log}");
    assert_counted(log, counted);
}

/// Checks the metrics of a log ([`metrics`]).
///
/// # Panics
///
/// When they are others.
pub fn assert_counted(log: &str, counted: &[(&str, u64)]) {
    let counted = counted.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    assert_eq!(metrics(log), counted, "{log}");
}

/// Checks that a program with these variables, but for `name`, which has `value`, ends at once with one line that says
/// why.
///
/// # Panics
///
/// When it does anything else.
pub fn assert_refuses_to_start(
    program: &str,
    mut variables: Vec<(String, String)>,
    (name, value): (&str, &str),
    problem: &str,
) {
    variables.retain(|(known, _)| known != name);
    variables.push((name.to_owned(), value.to_owned()));
    let ended = Function::start(Path::new(program), &variables).wait();
    let is_success = ended.status.expect("it ended by itself").success();
    assert_eq!((is_success, ended.log), (false, format!("Error: {name} {problem}\n")));
}
