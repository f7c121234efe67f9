use std::time::SystemTime;

use super::{Domain, DomainList, EmailAddress, Field, InviteKey, Refusal, SignUp, disposable, invite::InviteError};

/// Who may sign up. A rule that is not set restricts nobody.
#[derive(Clone, Debug, Default)]
pub struct SignUpPolicy {
    /// When set, only these domains.
    pub allowed: Option<DomainList>,
    /// Never these domains, allowed or not.
    pub blocked: Option<DomainList>,
    /// Never a disposable mail domain, unless an entry of `allowed` covers it.
    pub block_disposable: bool,
    /// Only one way to write each mailbox.
    pub one_per_mailbox: bool,
    /// When set, only with an invite code that was made with this key.
    pub invite_key: Option<InviteKey>,
    /// Domains whose sign-ups are confirmed at once.
    pub auto_confirm: Option<DomainList>,
}

/// A domain is to be confirmed at once that the other lists never admit: one of the settings is a mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("has {entry}, which the allowed and the blocked domains never admit")]
pub struct UselessAutoConfirm {
    entry: String,
}

/// A sign-up that the policy admits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// The domain of the address, for the log.
    pub domain: Domain,
    /// Whether the account is confirmed at once. This alone proves nothing about the address.
    pub auto_confirm: bool,
    /// Whether the address is proven: the invite code was sent to it, and the sign-up has that code.
    pub is_address_proven: bool,
}

impl SignUpPolicy {
    /// Checks the settings against each other.
    ///
    /// # Errors
    ///
    /// [`UselessAutoConfirm`] with a domain that could never be confirmed.
    pub fn check(&self) -> Result<(), UselessAutoConfirm> {
        let useless = |list: &DomainList| list.without_effect(self.allowed.as_ref(), self.blocked.as_ref());
        match self.auto_confirm.as_ref().and_then(useless) {
            Some(entry) => Err(UselessAutoConfirm { entry }),
            None => Ok(()),
        }
    }

    /// Decides on a sign-up as of `now`.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] of the first rule that applies: the address must be present and well-formed. Then follow the
    /// block list, the allow list, the disposable domains, the spelling, the aliases and the invite.
    pub fn decide(&self, sign_up: &SignUp, now: SystemTime) -> Result<Admission, Refusal> {
        let email = match &sign_up.email {
            Field::Empty => return Err(Refusal::EmailMissing),
            Field::NotText => return Err(Refusal::EmailMalformed),
            Field::Text(text) => EmailAddress::parse(text)?,
        };
        let domain = email.domain().clone();
        if covers(self.blocked.as_ref(), &domain) {
            return Err(Refusal::DomainBlocked(domain));
        }
        if let Some(allowed) = &self.allowed {
            if !allowed.covers(&domain) {
                return Err(Refusal::DomainNotAllowed(domain));
            }
        } else if self.block_disposable && disposable::is_disposable(&domain) {
            // Only without an allow list: the operator's own list overrides one that others maintain.
            return Err(Refusal::Disposable(domain));
        }
        // An invite too is for one mailbox, whose address it proves.
        if (self.one_per_mailbox || self.invite_key.is_some()) && !email.is_domain_canonical() {
            return Err(Refusal::DomainNotCanonical(domain));
        }
        if self.one_per_mailbox && email.is_alias() {
            return Err(Refusal::Alias(domain));
        }
        if let Some(key) = &self.invite_key {
            let checked = match &sign_up.invite_code {
                Field::Empty => return Err(Refusal::InviteMissing(domain)),
                Field::NotText => Err(InviteError::Invalid),
                Field::Text(code) => key.check(code, &email, now),
            };
            return match checked {
                Ok(()) => Ok(Admission { domain, auto_confirm: true, is_address_proven: true }),
                Err(InviteError::Invalid) => Err(Refusal::InviteInvalid(domain)),
                Err(InviteError::Expired) => Err(Refusal::InviteExpired(domain)),
            };
        }
        let auto_confirm = covers(self.auto_confirm.as_ref(), &domain);
        Ok(Admission { domain, auto_confirm, is_address_proven: false })
    }
}

fn covers(list: Option<&DomainList>, domain: &Domain) -> bool {
    list.is_some_and(|list| list.covers(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> DomainList {
        DomainList::parse(text).unwrap()
    }

    #[test]
    fn domains_that_are_confirmed_must_be_admitted() {
        let cases = [
            (None, None, "example.com", None),
            (Some("*.example.com"), None, "example.com,staff.example.com,*.staff.example.com", None),
            (Some("staff.example.com"), None, "*.example.com", None),
            (Some("example.com"), None, "staff.example.com", Some("staff.example.com")),
            (Some("example.com"), None, "example.com,*.example.org", Some("*.example.org")),
            (None, Some("bad.example.com"), "*.example.com", None),
            (None, Some("*.example.com"), "example.org,staff.example.com", Some("staff.example.com")),
            (None, Some("example.com"), "Example.COM", Some("example.com")),
        ];
        for (allowed, blocked, auto_confirm, expected) in cases {
            let policy = SignUpPolicy {
                allowed: allowed.map(list),
                blocked: blocked.map(list),
                auto_confirm: Some(list(auto_confirm)),
                ..SignUpPolicy::default()
            };
            let useless = policy.check().err().map(|useless| useless.entry);
            assert_eq!(useless.as_deref(), expected, "{allowed:?} {blocked:?} {auto_confirm}");
        }
    }
}
