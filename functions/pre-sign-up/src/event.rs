use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};

/// The members of a JSON object in their order, each as the text it came as.
type Members = IndexMap<String, Box<RawValue>>;

/// A pre-sign-up event.
///
/// Source: "Pre sign-up Lambda trigger" in the Amazon Cognito developer guide.
pub(crate) struct SignUpEvent {
    members: Members,
    trigger_source: TriggerSource,
    email: Option<String>,
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
        let email = attributes.as_ref().and_then(|attributes| attributes.get("email")).and_then(|raw| attribute(raw));
        Some(Self { members, trigger_source, email })
    }

    pub(crate) fn trigger_source(&self) -> TriggerSource {
        self.trigger_source
    }

    /// The `email` attribute, if there is one.
    pub(crate) fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The event with its `response` set. Nothing is ever verified by it: a sign-up proves no ownership of an address,
    /// and a verified one would take over the sign-in alias of whoever had it before.
    pub(crate) fn answer(mut self, auto_confirm: bool) -> Option<Box<RawValue>> {
        let came: Option<Members> = self.members.get("response").and_then(|raw| read(raw));
        let mut response = came.unwrap_or_default();
        for (name, value) in [("autoConfirmUser", auto_confirm), ("autoVerifyEmail", false), ("autoVerifyPhone", false)]
        {
            response.insert(name.to_owned(), to_raw_value(&value).ok()?);
        }
        self.members.insert("response".to_owned(), to_raw_value(&response).ok()?);
        to_raw_value(&self.members).ok()
    }
}

fn read<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// An attribute's text. Cognito's attributes are strings; what is none, save `null`, cannot be an address, and an
/// empty list or a number must not pass for absence.
fn attribute(raw: &RawValue) -> Option<String> {
    match read(raw) {
        Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text),
        _ => Some("not a string".to_owned()),
    }
}
