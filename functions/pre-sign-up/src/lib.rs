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
    decide(&app.policy, &event.payload)
        .inspect(|_| tracing::info!(request_id, code = "admitted", "decided"))
        .inspect_err(|refusal| tracing::info!(request_id, code = refusal.code(), reason = %refusal, "decided"))
}

/// Decides on `event` by `policy`.
fn decide(policy: &SignUpPolicy, event: &RawValue) -> Result<Box<RawValue>, SignUpRefused> {
    let event = SignUpEvent::parse(event).ok_or(SignUpRefused::UnreadableEvent)?;
    let auto_confirm = match event.trigger_source() {
        // An administrator's word goes before the policy, and Cognito does not read the response.
        TriggerSource::AdminCreateUser => false,
        TriggerSource::SignUp | TriggerSource::ExternalProvider => {
            let Admission { auto_confirm, .. } = policy.decide(event.email())?;
            auto_confirm
        }
    };
    event.answer(auto_confirm).ok_or(SignUpRefused::UnreadableEvent)
}
