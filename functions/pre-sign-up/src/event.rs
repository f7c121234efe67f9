use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use validation::sign_up::{Admission, Field, SignUp};

/// The members of a JSON object in their order, each as the JSON text that was sent.
type Members = IndexMap<String, Box<RawValue>>;

/// A pre-sign-up event.
///
/// Source: "Pre sign-up Lambda trigger" in the Amazon Cognito developer guide.
pub(crate) struct SignUpEvent {
    members: Members,
    trigger_source: TriggerSource,
    sign_up: SignUp,
}

/// What creates the new user.
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
    /// Parses an event: an object with a known `triggerSource` and a `request`. In the request, a member that is `null`
    /// counts as absent. Returns `None` for anything else.
    pub(crate) fn parse(event: &RawValue) -> Option<Self> {
        let members: Members = read(event)?;
        let trigger_source = read(members.get("triggerSource")?)?;
        let request: Members = read(members.get("request")?)?;
        let attributes: Option<Members> = request.get("userAttributes").map_or(Some(None), |raw| read(raw))?;
        let email = attributes.map_or(Field::Empty, |attributes| field(&attributes, "email"));
        // An application may send both, with an empty code in one of them.
        let invite_code = ["clientMetadata", "validationData"]
            .into_iter()
            .filter_map(|name| read::<Option<Members>>(request.get(name)?)?)
            .map(|data| field(&data, "invite_code"))
            .find(|code| !code.is_empty())
            .unwrap_or_default();
        Some(Self { members, trigger_source, sign_up: SignUp { email, invite_code } })
    }

    pub(crate) fn trigger_source(&self) -> TriggerSource {
        self.trigger_source
    }

    /// The input of the policy.
    pub(crate) fn sign_up(&self) -> &SignUp {
        &self.sign_up
    }

    /// The event with its `response` set.
    ///
    /// The address is verified only when it is proven, for a sign-up alone does not show who owns it, and when
    /// `invite_verifies`: where addresses are aliases, a verified one is taken away from the user who had it before.
    pub(crate) fn answer(mut self, admission: Option<&Admission>, invite_verifies: bool) -> Option<Box<RawValue>> {
        let auto_confirm = admission.is_some_and(|admission| admission.auto_confirm);
        let verify_email = admission.is_some_and(|admission| admission.is_address_proven && invite_verifies);
        let mut response: Members = self.members.get("response").and_then(|raw| read(raw)).unwrap_or_default();
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

/// The member `name`. Cognito always sends it as a string.
fn field(members: &Members, name: &str) -> Field {
    let Some(raw) = members.get(name) else { return Field::Empty };
    match read::<Option<String>>(raw) {
        Some(text) => Field::text(text.unwrap_or_default()),
        None => Field::NotText,
    }
}
