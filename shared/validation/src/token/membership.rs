use serde::Deserialize;
use serde_json::Value;

use super::{TokenError, json};

/// What a verified token says of its person's groups, and of the roles that the groups have. Private, so there is no
/// `Debug`.
///
/// Source: "Using tokens to assign roles to users" in the Amazon Cognito developer guide.
pub struct Membership {
    /// The name that the user pool has for the person.
    pub user_name: Option<String>,
    /// The groups, in the order of the token.
    pub groups: Vec<String>,
    /// The roles of the groups, as ARNs. Groups without a role add none.
    pub roles: Vec<String>,
    /// The role of the group that takes precedence. None if there is no role, or if several groups are equal.
    pub preferred_role: Option<String>,
}

/// A role that a person may choose: one of those that their token names. Holding it is the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenRole(String);

/// Somebody chose a role that their token does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the role is not among the token's")]
pub struct ForeignRole;

#[derive(Deserialize)]
struct Claims {
    #[serde(default, rename = "cognito:username")]
    user_name: Value,
    #[serde(default, rename = "cognito:groups")]
    groups: Value,
    #[serde(default, rename = "cognito:roles")]
    roles: Value,
    #[serde(default, rename = "cognito:preferred_role")]
    preferred_role: Value,
}

impl Membership {
    /// Reads the claims. One of another type than Cognito's counts as absent.
    ///
    /// # Errors
    ///
    /// [`TokenError::Payload`] when a claim is repeated: whoever reads it next could take the other one.
    pub(super) fn of_payload(payload: &[u8]) -> Result<Self, TokenError> {
        let claims: Claims = json::read_object(payload).ok_or(TokenError::Payload)?;
        Ok(Self {
            user_name: text(claims.user_name),
            groups: texts(claims.groups),
            roles: texts(claims.roles),
            preferred_role: text(claims.preferred_role),
        })
    }

    /// The role `arn`, chosen by the person.
    ///
    /// # Errors
    ///
    /// [`ForeignRole`] when it is none of theirs.
    pub fn choose(&self, arn: &str) -> Result<ChosenRole, ForeignRole> {
        self.roles.iter().find(|role| *role == arn).map(|role| ChosenRole(role.clone())).ok_or(ForeignRole)
    }
}

impl ChosenRole {
    /// The role's ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn text(claim: Value) -> Option<String> {
    match claim {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn texts(claim: Value) -> Vec<String> {
    match claim {
        Value::Array(values) => values.into_iter().filter_map(text).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: &Value) -> (Option<String>, Vec<String>, Vec<String>, Option<String>) {
        let Ok(found) = Membership::of_payload(claims.to_string().as_bytes()) else { unreachable!("an object") };
        (found.user_name, found.groups, found.roles, found.preferred_role)
    }

    #[test]
    fn claims_of_another_type_count_as_absent() {
        let some = |text: &str| Some(text.to_owned());
        let whole = json!({
            "cognito:username": "ada", "cognito:groups": ["a", "b"], "cognito:roles": ["arn:1"],
            "cognito:preferred_role": "arn:1", "sub": "s",
        });
        let groups = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(read(&whole), (some("ada"), groups, vec!["arn:1".to_owned()], some("arn:1")));
        let odd = json!({
            "cognito:username": 1, "cognito:groups": "a", "cognito:roles": [1, null, "arn:1", ["arn:2"]],
            "cognito:preferred_role": ["arn:1"],
        });
        assert_eq!(read(&odd), (None, vec![], vec!["arn:1".to_owned()], None));
        assert_eq!(read(&json!({})), (None, vec![], vec![], None));
    }

    #[test]
    fn a_repeated_claim_is_refused() {
        let repeated = br#"{"cognito:roles": ["arn:1"], "cognito:roles": ["arn:2"]}"#;
        assert_eq!(Membership::of_payload(repeated).err(), Some(TokenError::Payload));
    }

    #[test]
    fn nobody_chooses_a_role_of_others() {
        let Ok(found) = Membership::of_payload(br#"{"cognito:roles": ["arn:1", "arn:2"]}"#) else { unreachable!() };
        for (arn, expected) in [("arn:1", true), ("arn:2", true), ("arn:3", false), ("arn", false), ("", false)] {
            assert_eq!(found.choose(arn).is_ok(), expected, "{arn:?}");
        }
    }
}
