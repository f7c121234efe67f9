use std::time::SystemTime;

use super::{Domain, DomainList, EmailAddress, InviteKey, Refusal, disposable, invite::InviteError};

/// Who may sign up. What is not set does not restrict.
#[derive(Clone, Debug, Default)]
pub struct SignUpPolicy {
    /// When set, only these domains.
    pub allowed: Option<DomainList>,
    /// Never these domains, allowed or not.
    pub blocked: Option<DomainList>,
    /// Never a throw-away mail domain.
    pub block_disposable: bool,
    /// Never an address that is one of several ways to write the same mailbox.
    pub one_per_mailbox: bool,
    /// When set, only with an invite code that was made with this key.
    pub invite_key: Option<InviteKey>,
    /// Domains whose sign-ups are confirmed at once.
    pub auto_confirm: Option<DomainList>,
}

/// What of a sign-up counts. Both are the newcomer's own words.
#[derive(Clone, Copy, Default)]
pub struct SignUp<'a> {
    /// The `email` attribute.
    pub email: Option<&'a str>,
    /// The invite code.
    pub invite_code: Option<&'a str>,
}

/// Domains are to be confirmed at once that the other lists never admit: one of the settings is a mistake.
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
    /// Whether the address was proven: the invite code was sent to it, and came back.
    pub is_address_proven: bool,
}

impl SignUpPolicy {
    /// Checks the settings against each other.
    ///
    /// # Errors
    ///
    /// [`UselessAutoConfirm`] with the first domain that could never be confirmed.
    pub fn check(&self) -> Result<(), UselessAutoConfirm> {
        let useless = |list: &DomainList| list.first_without_effect(self.allowed.as_ref(), self.blocked.as_ref());
        match self.auto_confirm.as_ref().and_then(useless) {
            Some(entry) => Err(UselessAutoConfirm { entry }),
            None => Ok(()),
        }
    }

    /// Decides on a sign-up as of `now`.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] of the first rule that applies: an address must be there and well-formed, then the block list,
    /// the allow list, the disposable domains, the aliases and the invite have their say.
    pub fn decide(&self, sign_up: SignUp<'_>, now: SystemTime) -> Result<Admission, Refusal> {
        let email = sign_up.email.filter(|text| !text.is_empty()).ok_or(Refusal::EmailMissing)?;
        let email = EmailAddress::parse(email).map_err(|_| Refusal::EmailMalformed)?;
        let domain = email.domain().clone();
        if covers(self.blocked.as_ref(), &domain) {
            return Err(Refusal::DomainBlocked(domain));
        }
        if self.allowed.is_some() && !covers(self.allowed.as_ref(), &domain) {
            return Err(Refusal::DomainNotAllowed(domain));
        }
        if self.block_disposable && disposable::is_disposable(&domain) {
            return Err(Refusal::Disposable(domain));
        }
        if self.one_per_mailbox && email.is_alias() {
            return Err(Refusal::Alias(domain));
        }
        if let Some(key) = &self.invite_key {
            let Some(code) = sign_up.invite_code.filter(|code| !code.is_empty()) else {
                return Err(Refusal::InviteMissing(domain));
            };
            return match key.check(code, &email, now) {
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
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn list(text: &str) -> DomainList {
        DomainList::parse(text).unwrap()
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_514_401)
    }

    fn outcome(policy: &SignUpPolicy, email: Option<&str>, invite_code: Option<&str>) -> &'static str {
        match policy.decide(SignUp { email, invite_code }, now()) {
            Ok(Admission { is_address_proven: true, auto_confirm: true, .. }) => "proven",
            Ok(Admission { is_address_proven: true, auto_confirm: false, .. }) => unreachable!("proven, not confirmed"),
            Ok(Admission { auto_confirm: true, .. }) => "confirmed",
            Ok(Admission { auto_confirm: false, .. }) => "admitted",
            Err(refusal) => refusal.code(),
        }
    }

    fn strict() -> SignUpPolicy {
        SignUpPolicy {
            allowed: Some(list("*.example.com,example.org,mailinator.com,gmail.com")),
            blocked: Some(list("bad.example.com,*.evil.net")),
            block_disposable: true,
            one_per_mailbox: true,
            invite_key: None,
            auto_confirm: Some(list("staff.example.com")),
        }
    }

    #[test]
    fn each_rule_has_its_say_in_order() {
        let (open, strict) = (SignUpPolicy::default(), strict());
        let cases = [
            (&open, None, "email_missing"),
            (&open, Some(""), "email_missing"),
            (&open, Some(" "), "email_malformed"),
            (&open, Some("ada"), "email_malformed"),
            (&open, Some("ada@mailinator.com"), "admitted"),
            (&open, Some("ada+x@gmail.com"), "admitted"),
            (&strict, None, "email_missing"),
            (&strict, Some("ada@example.com"), "admitted"),
            (&strict, Some("ada@Staff.Example.COM."), "confirmed"),
            (&strict, Some("ada+x@staff.example.com"), "email_alias"),
            (&strict, Some("ada@bad.example.com"), "email_domain_blocked"),
            (&strict, Some("ada+x@bad.example.com"), "email_domain_blocked"),
            (&strict, Some("ada@x.bad.example.com"), "admitted"),
            (&strict, Some("ada@x.evil.net"), "email_domain_blocked"),
            (&strict, Some("ada@example.net"), "email_domain_not_allowed"),
            (&strict, Some("ada+x@example.net"), "email_domain_not_allowed"),
            (&strict, Some("ada@mailinator.com"), "email_disposable"),
            (&strict, Some("ada+x@mailinator.com"), "email_disposable"),
            (&strict, Some("ada@x.mailinator.com"), "email_domain_not_allowed"),
            (&strict, Some("a.da@gmail.com"), "email_alias"),
            (&strict, Some("ada@gmail.com"), "admitted"),
        ];
        for (policy, email, expected) in cases {
            assert_eq!(outcome(policy, email, None), expected, "{email:?}");
            assert_eq!(outcome(policy, email, Some("1.x")), expected, "{email:?} with a code that nobody asked for");
        }
    }

    #[test]
    fn an_invite_proves_the_address_and_lifts_no_other_rule() {
        let key = InviteKey::parse("0123456789abcdef0123456789abcdef").unwrap();
        let invite = |email: &str, seconds: u64| {
            key.invite(&EmailAddress::parse(email).unwrap(), now() + Duration::from_secs(seconds))
        };
        let policy = SignUpPolicy { invite_key: Some(key.clone()), ..strict() };
        let good = invite("ada@example.com", 1);
        let expired = invite("ada@example.com", 0);
        let cases = [
            ("ada@example.com", Some(good.as_str()), "proven"),
            ("Ada@Example.com", Some(&good), "proven"),
            ("ada@example.com", Some(&expired), "invite_expired"),
            ("bob@example.com", Some(&good), "invite_invalid"),
            ("bob@example.com", Some(&expired), "invite_invalid"),
            ("ada@example.com", Some("x"), "invite_invalid"),
            ("ada@example.com", Some(""), "invite_missing"),
            ("ada@example.com", None, "invite_missing"),
            ("ada@staff.example.com", None, "invite_missing"),
            ("ada@bad.example.com", Some(&invite("ada@bad.example.com", 1)), "email_domain_blocked"),
            ("ada+x@example.com", Some(&invite("ada+x@example.com", 1)), "email_alias"),
        ];
        for (email, code, expected) in cases {
            assert_eq!(outcome(&policy, Some(email), code), expected, "{email} {code:?}");
        }
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

    /// Addresses and lists of few labels, so that they meet.
    fn any_domain() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(vec!["a", "b", "mail", "example"]), 1..4)
            .prop_map(|labels| format!("{}.com", labels.join(".")))
    }

    fn any_list() -> impl Strategy<Value = Option<DomainList>> {
        let entry =
            (any::<bool>(), any_domain()).prop_map(|(all, domain)| if all { format!("*.{domain}") } else { domain });
        prop::option::of(prop::collection::vec(entry, 1..4).prop_map(|entries| list(&entries.join(","))))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_admitted_address_has_a_domain_that_no_rule_bars(
            local_part in "[a-zA-Z0-9.+_-]{1,12}", domain in any_domain(), allowed in any_list(), blocked in any_list(),
            auto_confirm in any_list(), one_per_mailbox: bool,
        ) {
            let policy = SignUpPolicy { allowed, blocked, one_per_mailbox, auto_confirm, ..SignUpPolicy::default() };
            let email = format!("{local_part}@{domain}");
            if let Ok(admission) = policy.decide(SignUp { email: Some(&email), invite_code: None }, now()) {
                prop_assert_eq!(admission.domain.as_str(), domain);
                prop_assert!(!covers(policy.blocked.as_ref(), &admission.domain));
                prop_assert!(policy.allowed.is_none() || covers(policy.allowed.as_ref(), &admission.domain));
                prop_assert!(!(one_per_mailbox && local_part.contains('+')));
                prop_assert_eq!(admission.auto_confirm, covers(policy.auto_confirm.as_ref(), &admission.domain));
                prop_assert!(!admission.is_address_proven);
            }
        }

        #[test]
        fn any_text_is_an_address_or_a_refusal(email: String, code: Option<String>) {
            let key = InviteKey::parse("0123456789abcdef0123456789abcdef").unwrap();
            let policy = SignUpPolicy { invite_key: Some(key), ..SignUpPolicy::default() };
            let decided = policy.decide(SignUp { email: Some(&email), invite_code: code.as_deref() }, now());
            prop_assert!(decided.is_err(), "nobody was invited");
        }
    }
}
