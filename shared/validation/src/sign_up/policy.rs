use super::{Domain, DomainList, EmailAddress, disposable};

/// Which e-mail domains may sign up. What is not set does not restrict.
#[derive(Clone, Debug, Default)]
pub struct SignUpPolicy {
    /// When set, only these domains.
    pub allowed: Option<DomainList>,
    /// Never these domains, allowed or not.
    pub blocked: Option<DomainList>,
    /// Never a throw-away mail domain.
    pub block_disposable: bool,
    /// Domains whose sign-ups are confirmed at once.
    pub auto_confirm: Option<DomainList>,
}

/// A sign-up that the policy admits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// The domain of the address, for the log.
    pub domain: Domain,
    /// Whether the account is confirmed at once. This proves nothing about the address.
    pub auto_confirm: bool,
}

/// Why a sign-up is refused. No variant holds the address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No e-mail address, or an empty one.
    #[error("no e-mail address")]
    EmailMissing,
    /// Not an e-mail address.
    #[error("malformed e-mail address")]
    EmailMalformed,
    /// The domain is on the block list.
    #[error("{0} is blocked")]
    DomainBlocked(Domain),
    /// There is an allow list, and the domain is not on it.
    #[error("{0} is not allowed")]
    DomainNotAllowed(Domain),
    /// The domain gives out throw-away addresses.
    #[error("{0} is disposable")]
    Disposable(Domain),
}

impl SignUpPolicy {
    /// Decides on a sign-up with this `email` attribute.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] of the first rule that applies: an address must be there and well-formed, then the block list,
    /// the allow list and the disposable domains have their say.
    pub fn decide(&self, email: Option<&str>) -> Result<Admission, Refusal> {
        let email = email.filter(|text| !text.is_empty()).ok_or(Refusal::EmailMissing)?;
        let domain = EmailAddress::parse(email).map_err(|_| Refusal::EmailMalformed)?.into_domain();
        if covers(self.blocked.as_ref(), &domain) {
            return Err(Refusal::DomainBlocked(domain));
        }
        if self.allowed.is_some() && !covers(self.allowed.as_ref(), &domain) {
            return Err(Refusal::DomainNotAllowed(domain));
        }
        if self.block_disposable && disposable::is_disposable(&domain) {
            return Err(Refusal::Disposable(domain));
        }
        let auto_confirm = covers(self.auto_confirm.as_ref(), &domain);
        Ok(Admission { domain, auto_confirm })
    }
}

fn covers(list: Option<&DomainList>, domain: &Domain) -> bool {
    list.is_some_and(|list| list.covers(domain))
}

impl Refusal {
    /// The code that stands in the error message and in the log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmailMissing => "email_missing",
            Self::EmailMalformed => "email_malformed",
            Self::DomainBlocked(_) => "email_domain_blocked",
            Self::DomainNotAllowed(_) => "email_domain_not_allowed",
            Self::Disposable(_) => "email_disposable",
        }
    }

    /// What to tell the person who signs up.
    #[must_use]
    pub fn description(&self) -> &'static str {
        match self {
            Self::EmailMissing => "An e-mail address is required to sign up.",
            Self::EmailMalformed => "The e-mail address is not valid. Check it for typing errors.",
            Self::DomainBlocked(_) => "Sign-ups with this e-mail domain are not accepted.",
            Self::DomainNotAllowed(_) => "Sign-ups are limited to certain e-mail domains, and this is not one of them.",
            Self::Disposable(_) => "Disposable e-mail addresses are not accepted. Use a lasting one.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> DomainList {
        DomainList::parse(text).unwrap()
    }

    fn code(policy: &SignUpPolicy, email: Option<&str>) -> &'static str {
        match policy.decide(email) {
            Ok(Admission { auto_confirm: true, .. }) => "confirmed",
            Ok(Admission { auto_confirm: false, .. }) => "admitted",
            Err(refusal) => refusal.code(),
        }
    }

    #[test]
    fn each_rule_has_its_say_in_order() {
        let open = SignUpPolicy::default();
        let strict = SignUpPolicy {
            allowed: Some(list("*.example.com,example.org,mailinator.com")),
            blocked: Some(list("bad.example.com,*.evil.net")),
            block_disposable: true,
            auto_confirm: Some(list("staff.example.com")),
        };
        let cases = [
            (&open, None, "email_missing"),
            (&open, Some(""), "email_missing"),
            (&open, Some(" "), "email_malformed"),
            (&open, Some("ada"), "email_malformed"),
            (&open, Some("ada@mailinator.com"), "admitted"),
            (&strict, None, "email_missing"),
            (&strict, Some("ada@example.com"), "admitted"),
            (&strict, Some("ada@Staff.Example.COM."), "confirmed"),
            (&strict, Some("ada@bad.example.com"), "email_domain_blocked"),
            (&strict, Some("ada@x.bad.example.com"), "admitted"),
            (&strict, Some("ada@x.evil.net"), "email_domain_blocked"),
            (&strict, Some("ada@example.net"), "email_domain_not_allowed"),
            (&strict, Some("ada@mailinator.com"), "email_disposable"),
            (&strict, Some("ada@x.mailinator.com"), "email_domain_not_allowed"),
        ];
        for (policy, email, expected) in cases {
            assert_eq!(code(policy, email), expected, "{email:?}");
        }
    }
}
