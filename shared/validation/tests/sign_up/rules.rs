//! Named cases: which rule refuses, and what is admitted.

use std::time::Duration;

use validation::sign_up::{
    Admission, Domain, DomainList, EmailAddress, Field, InviteKey, Refusal, SignUp, SignUpPolicy,
};

use crate::now;

fn list(text: &str) -> DomainList {
    DomainList::parse(text).unwrap()
}

fn outcome(policy: &SignUpPolicy, email: &str, invite_code: &str) -> &'static str {
    let sign_up = SignUp { email: Field::text(email), invite_code: Field::text(invite_code) };
    match policy.decide(&sign_up, now()) {
        Ok(Admission { is_address_proven: true, auto_confirm: true, .. }) => "proven",
        Ok(Admission { is_address_proven: true, auto_confirm: false, .. }) => unreachable!("proven, not confirmed"),
        Ok(Admission { auto_confirm: true, .. }) => "confirmed",
        Ok(Admission { auto_confirm: false, .. }) => "admitted",
        Err(refusal) => refusal.code(),
    }
}

fn strict() -> SignUpPolicy {
    SignUpPolicy {
        allowed: Some(list("*.example.com,example.org,mailinator.com,*.yopmail.com,gmail.com,bücher.example")),
        blocked: Some(list("bad.example.com,*.evil.net")),
        block_disposable: true,
        one_per_mailbox: true,
        invite_key: None,
        auto_confirm: Some(list("staff.example.com")),
    }
}

#[test]
fn the_first_rule_that_applies_refuses() {
    let (open, strict) = (SignUpPolicy::default(), strict());
    let cases = [
        (&open, "", "email_missing"),
        (&open, " ", "email_malformed"),
        (&open, "ada", "email_malformed"),
        (&open, "адa@example.com", "email_local_part_not_ascii"),
        (&open, "ada@mailinator.com", "admitted"),
        (&open, "ada+x@gmail.com", "admitted"),
        (&open, "ada@example.com.", "admitted"),
        (&open, "ada@bücher.example", "admitted"),
        (&strict, "", "email_missing"),
        (&strict, "ädä@bad.example.com.", "email_local_part_not_ascii"),
        (&strict, "ada@example.com", "admitted"),
        (&strict, "ada@Staff.Example.COM", "confirmed"),
        (&strict, "ada@staff.example.com.", "email_domain_not_canonical"),
        (&strict, "ada+x@staff.example.com", "email_alias"),
        (&strict, "ada@bad.example.com", "email_domain_blocked"),
        (&strict, "ada@bad.example.com.", "email_domain_blocked"),
        (&strict, "ada+x@bad.example.com", "email_domain_blocked"),
        (&strict, "ada@x.bad.example.com", "admitted"),
        (&strict, "ada@x.evil.net", "email_domain_blocked"),
        (&strict, "ada@example.net", "email_domain_not_allowed"),
        (&strict, "ada@example.net.", "email_domain_not_allowed"),
        (&strict, "ada+x@example.net", "email_domain_not_allowed"),
        (&strict, "ada+x@example.com.", "email_domain_not_canonical"),
        (&strict, "ada@xn--bcher-kva.example", "admitted"),
        (&strict, "ada@bücher.example", "email_domain_not_canonical"),
        (&strict, "a.da@gmail.com", "email_alias"),
        (&strict, "ada@gmail.com", "admitted"),
    ];
    for (policy, email, expected) in cases {
        assert_eq!(outcome(policy, email, ""), expected, "{email:?}");
        assert_eq!(outcome(policy, email, "1.x"), expected, "{email:?} with a code that nobody asked for");
    }
}

#[test]
fn a_disposable_domain_is_refused_unless_it_is_allowed() {
    let block = SignUpPolicy { block_disposable: true, ..SignUpPolicy::default() };
    let strict = strict();
    let cases = [
        (&block, "ada@mailinator.com", "email_disposable"),
        (&block, "ada@x.mailinator.com", "email_disposable"),
        (&block, "ada+x@mailinator.com", "email_disposable"),
        (&block, "ada@hush.com", "admitted"),
        (&block, "ada@example.com", "admitted"),
        (&strict, "ada@mailinator.com", "admitted"),
        (&strict, "ada+x@mailinator.com", "email_alias"),
        (&strict, "ada@x.mailinator.com", "email_domain_not_allowed"),
        (&strict, "ada@yopmail.com", "admitted"),
        (&strict, "ada@x.yopmail.com", "admitted"),
        (&strict, "ada@guerrillamail.com", "email_domain_not_allowed"),
    ];
    for (policy, email, expected) in cases {
        assert_eq!(outcome(policy, email, ""), expected, "{email:?}");
    }
}

#[test]
fn an_invite_proves_the_address_and_lifts_no_other_rule() {
    let key = InviteKey::parse("0123456789abcdef0123456789abcdef").unwrap();
    let invite = |email: &str, seconds: u64| {
        key.invite(&EmailAddress::parse(email).unwrap(), now() + Duration::from_secs(seconds))
    };
    let policy = SignUpPolicy { invite_key: Some(key.clone()), ..strict() };
    let invite_alone = SignUpPolicy { invite_key: Some(key.clone()), ..SignUpPolicy::default() };
    let good = invite("ada@example.com", 1);
    let expired = invite("ada@example.com", 0);
    let cases = [
        (&policy, "ada@example.com", good.as_str(), "proven"),
        (&policy, "Ada@Example.com", &good, "proven"),
        (&policy, "ada@example.com", &expired, "invite_expired"),
        (&policy, "bob@example.com", &good, "invite_invalid"),
        (&policy, "bob@example.com", &expired, "invite_invalid"),
        (&policy, "ada@example.com", "x", "invite_invalid"),
        (&policy, "ada@example.com", "", "invite_missing"),
        (&policy, "ada@staff.example.com", "", "invite_missing"),
        (&policy, "ada@bad.example.com", &invite("ada@bad.example.com", 1), "email_domain_blocked"),
        (&policy, "ada+x@example.com", &invite("ada+x@example.com", 1), "email_alias"),
        (&invite_alone, "ada@example.com", &good, "proven"),
        (&invite_alone, "ada@EXAMPLE.com", &good, "proven"),
        (&invite_alone, "ada@example.com.", &good, "email_domain_not_canonical"),
        (&invite_alone, "ada@exam\u{ad}ple.com", &good, "email_domain_not_canonical"),
        (&invite_alone, "ada@example.com.", "", "email_domain_not_canonical"),
        (&invite_alone, "ada@xn--bcher-kva.example", &invite("ada@bücher.example", 1), "proven"),
    ];
    for (policy, email, code, expected) in cases {
        assert_eq!(outcome(policy, email, code), expected, "{email} {code:?}");
    }
}

#[test]
fn a_field_that_is_not_a_text_is_wrong_and_not_absent() {
    let key = InviteKey::parse("0123456789abcdef0123456789abcdef").unwrap();
    let policy = SignUpPolicy { invite_key: Some(key), ..SignUpPolicy::default() };
    let sign_up = SignUp { email: Field::NotText, invite_code: Field::NotText };
    assert_eq!(policy.decide(&sign_up, now()), Err(Refusal::EmailMalformed));
    let sign_up = SignUp { email: Field::text("ada@example.com"), ..sign_up };
    let domain = Domain::parse("example.com").unwrap();
    assert_eq!(policy.decide(&sign_up, now()), Err(Refusal::InviteInvalid(domain)));
}
