use std::{
    sync::{
        Arc, Mutex, OnceLock,
        mpsc::{Receiver, Sender},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use loopback::{Answer, Received, serve};

/// The invocation's id, the same for all of them.
pub const REQUEST_ID: &str = "11111111-aaaa-bbbb-cccc-222222222222";

/// What came back for an event.
pub(crate) struct Returned {
    pub(crate) what: What,
    /// The time from sending the event to receiving this.
    pub(crate) elapsed: Duration,
}

pub(crate) enum What {
    /// The function's response.
    Response(Vec<u8>),
    /// A function error, as JSON.
    Error(Vec<u8>),
}

/// A Runtime API that serves one process.
pub(crate) struct RuntimeApi {
    /// As `AWS_LAMBDA_RUNTIME_API` has it.
    pub(crate) address: String,
    /// When the function first asked for an event: its startup was over then.
    pub(crate) first_asked: Arc<OnceLock<Instant>>,
}

impl RuntimeApi {
    /// Serves the API: the function takes its events from `events`, what it returns goes to `returned`.
    pub(crate) fn start(timeout: Duration, events: Receiver<Vec<u8>>, returned: Sender<Returned>) -> Self {
        let first_asked: Arc<OnceLock<Instant>> = Arc::default();
        let asked = Arc::clone(&first_asked);
        let (events, returned) = (Mutex::new(events), Mutex::new(returned));
        let given = Mutex::new(Instant::now());
        let url = serve(move |request| {
            let give_back = |what| {
                let elapsed = given.lock().expect("no panic before").elapsed();
                // Nobody waits for it any more: the test has gone on.
                let _ = returned.lock().expect("no panic before").send(Returned { what, elapsed });
                Answer::json(202, "{}")
            };
            let Received { method, target, body, .. } = request;
            match (method.as_str(), target.rsplit('/').next()) {
                ("GET", Some("next")) => {
                    asked.get_or_init(Instant::now);
                    // As in Lambda, the answer waits until there is an event.
                    let Ok(event) = events.lock().expect("no panic before").recv() else { return Answer::Hang };
                    let answer = next(event, timeout);
                    *given.lock().expect("no panic before") = Instant::now();
                    answer
                }
                ("POST", Some("response")) => give_back(What::Response(body)),
                ("POST", Some("error")) => give_back(What::Error(body)),
                _ => Answer::json(404, "{}"),
            }
        });
        Self { address: url.trim_start_matches("http://").to_owned(), first_asked }
    }
}

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
