//! Cognito's pre-sign-up trigger: admits or refuses a sign-up by the domain of its e-mail address.
//!
//! Architecture invariant: an event goes out as it came in, with nothing lost that is not understood here, because
//! Cognito reads it again. So it stays text, and only `response` is written anew.

mod event;
mod refusal;
mod settings;

use lambda_runtime::LambdaEvent;
use serde_json::value::RawValue;
use validation::sign_up::{Admission, SignUpPolicy};

pub use self::{refusal::SignUpRefused, settings::Settings};
use crate::event::{SignUpEvent, TriggerSource};

/// What lives as long as the process.
#[derive(Debug)]
pub struct App {
    policy: SignUpPolicy,
}

impl App {
    /// An app with the policy of `settings`.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { policy: settings.policy }
    }
}

/// Decides on one sign-up, and logs the decision: the rule and the domain, never the address.
///
/// # Errors
///
/// [`SignUpRefused`], which Cognito shows to the person.
pub fn handle(app: &App, event: &LambdaEvent<Box<RawValue>>) -> Result<Box<RawValue>, SignUpRefused> {
    let request_id = event.context.request_id.as_str();
    let decided = decide(&app.policy, &event.payload);
    match &decided {
        Ok((_, admission)) => {
            let domain = admission.as_ref().map(|admission| admission.domain.as_str());
            tracing::info!(request_id, code = "admitted", domain, "decided");
        }
        Err(refusal) => tracing::info!(request_id, code = refusal.code(), reason = %refusal, "decided"),
    }
    decided.map(|(answer, _)| answer)
}

/// Decides on `event` by `policy`: the event to give back, and what the policy said, where it was asked.
fn decide(policy: &SignUpPolicy, event: &RawValue) -> Result<(Box<RawValue>, Option<Admission>), SignUpRefused> {
    let event = SignUpEvent::parse(event).ok_or(SignUpRefused::UnreadableEvent)?;
    let admission = match event.trigger_source() {
        // An administrator's word goes before the policy, and Cognito does not read the response.
        TriggerSource::AdminCreateUser => None,
        TriggerSource::SignUp | TriggerSource::ExternalProvider => Some(policy.decide(event.email())?),
    };
    let auto_confirm = admission.as_ref().is_some_and(|admission| admission.auto_confirm);
    let answer = event.answer(auto_confirm).ok_or(SignUpRefused::UnreadableEvent)?;
    Ok((answer, admission))
}
