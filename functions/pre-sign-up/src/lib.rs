//! Cognito's pre-sign-up trigger: admits or refuses a sign-up by its e-mail address and its invite.
//!
//! Architecture invariant: Cognito gets the event back, unchanged except for its `response`. Members that are not known
//! here are kept too, because each member stays the JSON text that was sent.

mod domains;
mod event;
mod refusal;
mod settings;

use std::time::SystemTime;

use lambda_runtime::LambdaEvent;
use serde_json::value::RawValue;
use validation::sign_up::Admission;

pub use self::{refusal::SignUpRefused, settings::Settings};
use crate::event::{SignUpEvent, TriggerSource};

/// The settings. They live as long as the process.
#[derive(Debug)]
pub struct App {
    settings: Settings,
}

impl App {
    /// An app with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

/// Decides on one sign-up, and logs and counts the decision: the rule and the domain, never the address.
///
/// # Errors
///
/// [`SignUpRefused`], which Cognito shows to the person.
pub fn handle(app: &App, event: &LambdaEvent<Box<RawValue>>) -> Result<Box<RawValue>, SignUpRefused> {
    let request_id = event.context.request_id.as_str();
    let decided = decide(&app.settings, &event.payload, now());
    let (code, domain, reason) = match &decided {
        Ok((_, None)) => ("unchecked", None, None),
        Ok((_, Some(admission))) => (code_of(admission), Some(admission.domain.as_str()), None),
        Err(refusal) => (refusal.code(), refusal.domain(), Some(refusal.to_string())),
    };
    telemetry::info!(request_id, code, domain, reason = reason.as_deref(), "decided");
    telemetry::count_sign_up(code);
    decided.map(|(answer, _)| answer)
}

/// Decides on `event` as of `now`. Returns the event for Cognito, and the admission if the policy was applied.
fn decide(
    settings: &Settings,
    event: &RawValue,
    now: SystemTime,
) -> Result<(Box<RawValue>, Option<Admission>), SignUpRefused> {
    let event = SignUpEvent::parse(event).ok_or(SignUpRefused::UnreadableEvent)?;
    let admission = match event.trigger_source() {
        // The policy does not apply to administrators, and Cognito does not read the response.
        TriggerSource::AdminCreateUser => None,
        TriggerSource::SignUp | TriggerSource::ExternalProvider => Some(settings.policy.decide(event.sign_up(), now)?),
    };
    let answer = event.answer(admission.as_ref(), settings.invite_verifies).ok_or(SignUpRefused::UnreadableEvent)?;
    Ok((answer, admission))
}

/// The code of an admission in the log and in the metrics.
fn code_of(admission: &Admission) -> &'static str {
    match admission {
        Admission { is_address_proven: true, .. } => "invited",
        Admission { auto_confirm: true, .. } => "confirmed",
        Admission { .. } => "admitted",
    }
}

#[expect(clippy::disallowed_methods, reason = "the edge: all code below gets the time as a parameter")]
fn now() -> SystemTime {
    SystemTime::now()
}
