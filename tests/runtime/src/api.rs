use std::{
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use loopback::{Answer, Received, serve};

/// The invocation's id, the same for all of them.
const REQUEST_ID: &str = "11111111-aaaa-bbbb-cccc-222222222222";

/// What came back for an event.
pub(crate) enum Returned {
    /// The function's response.
    Response(Vec<u8>),
    /// A function error, as JSON.
    Error(Vec<u8>),
}

/// Serves the Runtime API: the function takes its events from `events`, what it returns goes to `returned`.
/// Returns the address as `AWS_LAMBDA_RUNTIME_API` has it.
pub(crate) fn start(timeout: Duration, events: Receiver<Vec<u8>>, returned: Sender<Returned>) -> String {
    let (events, returned) = (Mutex::new(events), Arc::new(Mutex::new(returned)));
    let url = serve(move |request| {
        let give_back = |returned_now: Returned| {
            // Nobody waits for it any more: the test has gone on.
            let _ = returned.lock().expect("no panic before").send(returned_now);
            Answer::json(202, "{}")
        };
        let Received { method, target, body, .. } = request;
        match (method.as_str(), target.rsplit('/').next()) {
            // The API's own way: the answer is late until there is an event.
            ("GET", Some("next")) => match events.lock().expect("no panic before").recv() {
                Ok(event) => next(event, timeout),
                Err(_) => Answer::Hang,
            },
            ("POST", Some("response")) => give_back(Returned::Response(body)),
            ("POST", Some("error")) => give_back(Returned::Error(body)),
            _ => Answer::json(404, "{}"),
        }
    });
    url.trim_start_matches("http://").to_owned()
}

#[expect(clippy::disallowed_methods, reason = "a deadline is a time on the clock")]
fn next(event: Vec<u8>, timeout: Duration) -> Answer {
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970") + timeout;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", REQUEST_ID.to_owned()),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-1:111122223333:function:tested".to_owned()),
        ("lambda-runtime-trace-id", "Root=1-6b056020-3b2f1c0d4e5f60718293a4b5;Sampled=0".to_owned()),
    ];
    Answer::Reply(200, headers.map(|(name, value)| (name.to_owned(), value)).to_vec(), event)
}
