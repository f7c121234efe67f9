use serde::Serialize;
use settings::{SettingError, Variables, switch};
use validation::token::{ChosenRole, Membership};

/// How the identity pool chooses a role, as the template sets it up.
#[derive(Clone, Debug)]
pub struct RoleSettings {
    /// The ARN of the role for everybody whose groups give them none.
    pub default_role: Option<String>,
    /// Whether groups give roles (a role mapping of the type `Token`).
    pub groups_give_roles: bool,
}

/// The role whose keys somebody gets, and why it is this one.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct GivenRole<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<&'a str>,
    reason: Reason,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Reason {
    /// No group gives a role, or several are equal.
    Default,
    /// The only role of the person's groups.
    Group,
    /// The role of the group that takes precedence over the others.
    Precedence,
    /// The caller chose it.
    Chosen,
}

impl RoleSettings {
    /// Reads `AUTHENTICATED_ROLE_ARN` and `GROUP_ROLES`.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] naming the variable that is malformed.
    pub fn new(variables: &Variables) -> Result<Self, SettingError> {
        Ok(Self {
            default_role: variables.text("AUTHENTICATED_ROLE_ARN"),
            groups_give_roles: variables.optional("GROUP_ROLES", switch)?.unwrap_or(false),
        })
    }

    /// The role of a person with this `membership`, who chose `chosen`.
    ///
    /// Source: "Using tokens to assign roles to users" in the Amazon Cognito developer guide.
    pub(crate) fn of<'a>(&'a self, membership: &'a Membership, chosen: Option<&'a ChosenRole>) -> GivenRole<'a> {
        let preferred = membership.preferred_role.as_deref().filter(|_| self.groups_give_roles);
        match (chosen, preferred) {
            (Some(role), _) => GivenRole { arn: Some(role.as_str()), reason: Reason::Chosen },
            (None, Some(role)) if membership.roles.len() > 1 => {
                GivenRole { arn: Some(role), reason: Reason::Precedence }
            }
            (None, Some(role)) => GivenRole { arn: Some(role), reason: Reason::Group },
            (None, None) => GivenRole { arn: self.default_role.as_deref(), reason: Reason::Default },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_is_chosen_or_a_groups_or_the_usual_one() {
        let membership = |roles: &[&str], preferred: Option<&str>| Membership {
            user_name: None,
            groups: Vec::new(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            preferred_role: preferred.map(str::to_owned),
        };
        let none = membership(&[], None);
        let one = membership(&["a"], Some("a"));
        let several = membership(&["a", "b"], Some("b"));
        let equal = membership(&["a", "b"], None);
        let chosen = several.choose("a").unwrap();
        let cases = [
            (true, &none, None, "usual", Reason::Default),
            (true, &one, None, "a", Reason::Group),
            (true, &several, None, "b", Reason::Precedence),
            (true, &equal, None, "usual", Reason::Default),
            (true, &several, Some(&chosen), "a", Reason::Chosen),
            (false, &several, None, "usual", Reason::Default),
        ];
        for (groups_give_roles, membership, chosen, arn, reason) in cases {
            let settings = RoleSettings { default_role: Some("usual".to_owned()), groups_give_roles };
            assert_eq!(settings.of(membership, chosen), GivenRole { arn: Some(arn), reason });
        }
    }
}
