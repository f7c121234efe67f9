use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use validation::sign_up::{Admission, SignUp};

/// The members of a JSON object in their order, each as the text it came as.
type Members = IndexMap<String, Box<RawValue>>;

/// A pre-sign-up event.
///
/// Source: "Pre sign-up Lambda trigger" in the Amazon Cognito developer guide.
pub(crate) struct SignUpEvent {
    members: Members,
    trigger_source: TriggerSource,
    email: Option<String>,
    invite_code: Option<String>,
}

/// What asks for the new user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum TriggerSource {
    /// The person, with user name and password.
    #[serde(rename = "PreSignUp_SignUp")]
    SignUp,
    /// An administrator.
    #[serde(rename = "PreSignUp_AdminCreateUser")]
    AdminCreateUser,
    /// The person, with an external provider.
    #[serde(rename = "PreSignUp_ExternalProvider")]
    ExternalProvider,
}

impl SignUpEvent {
    /// Parses an event: an object with a known `triggerSource` and a `request`. Within the request, what is absent
    /// and what is `null` are the same.
    pub(crate) fn parse(event: &RawValue) -> Option<Self> {
        let members: Members = read(event)?;
        let trigger_source = read(members.get("triggerSource")?)?;
        let request: Members = read(members.get("request")?)?;
        let attributes: Option<Members> = request.get("userAttributes").map_or(Some(None), |raw| read(raw))?;
        let email = attributes.as_ref().and_then(|attributes| attributes.get("email")).and_then(|raw| text(raw));
        let invite_code = ["clientMetadata", "validationData"].into_iter().find_map(|name| {
            let data: Option<Members> = read(request.get(name)?)?;
            text(data?.get("invite_code")?)
        });
        Some(Self { members, trigger_source, email, invite_code })
    }

    pub(crate) fn trigger_source(&self) -> TriggerSource {
        self.trigger_source
    }

    /// What the policy decides by.
    pub(crate) fn sign_up(&self) -> SignUp<'_> {
        SignUp { email: self.email.as_deref(), invite_code: self.invite_code.as_deref() }
    }

    /// The event with its `response` set. An address is verified by a proof alone: a sign-up by itself proves no
    /// ownership, and a verified address would take over the sign-in alias of whoever had it before.
    pub(crate) fn answer(mut self, admission: Option<&Admission>) -> Option<Box<RawValue>> {
        let auto_confirm = admission.is_some_and(|admission| admission.auto_confirm);
        let verify_email = admission.is_some_and(|admission| admission.is_address_proven);
        let came: Option<Members> = self.members.get("response").and_then(|raw| read(raw));
        let mut response = came.unwrap_or_default();
        let set = [("autoConfirmUser", auto_confirm), ("autoVerifyEmail", verify_email), ("autoVerifyPhone", false)];
        for (name, value) in set {
            response.insert(name.to_owned(), to_raw_value(&value).ok()?);
        }
        self.members.insert("response".to_owned(), to_raw_value(&response).ok()?);
        to_raw_value(&self.members).ok()
    }
}

fn read<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// The text of a member. Cognito sends strings alone; what is none, save `null`, is neither an address nor a code, and
/// an empty list or a number must not pass for absence.
fn text(raw: &RawValue) -> Option<String> {
    match read(raw) {
        Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text),
        _ => Some("not a string".to_owned()),
    }
}
