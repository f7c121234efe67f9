//! What holds for every sign-up, whatever is sent.

use proptest::{collection::vec, option, prelude::*, sample::select};
use validation::sign_up::{Domain, DomainList, Field, InviteKey, SignUp, SignUpPolicy};

use crate::now;

fn with_email(email: &str) -> SignUp {
    SignUp { email: Field::text(email), invite_code: Field::Empty }
}

/// Domains of few labels, so that they meet the lists.
fn any_domain() -> impl Strategy<Value = String> {
    vec(select(vec!["a", "b", "mail", "example"]), 1..4).prop_map(|labels| format!("{}.com", labels.join(".")))
}

fn any_list() -> impl Strategy<Value = Option<DomainList>> {
    let entry =
        (any::<bool>(), any_domain()).prop_map(|(all, domain)| if all { format!("*.{domain}") } else { domain });
    option::of(vec(entry, 1..4).prop_map(|entries| DomainList::parse(&entries.join(",")).unwrap()))
}

/// A domain in one of its many spellings: letters in other cases and forms, dots of other scripts, characters that
/// cannot be seen.
fn any_spelling() -> impl Strategy<Value = String> {
    let letters = vec(select(vec!["a", "A", "ａ", "b", "ü", "u\u{308}", "k", "\u{212a}", "\u{ad}", "\u{200b}"]), 1..5);
    let dot = select(vec![".", "\u{3002}", "．"]);
    let end = select(vec!["com", "COM", "ｃom", "com."]);
    (letters, dot, end).prop_map(|(letters, dot, end)| format!("{}{dot}{end}", letters.concat()))
}

fn covers(list: Option<&DomainList>, domain: &Domain) -> bool {
    list.is_some_and(|list| list.covers(domain))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_admitted_address_has_a_domain_that_no_rule_bars(
        local_part in "[a-zA-Z0-9.+_-]{1,12}", domain in any_domain(), allowed in any_list(), blocked in any_list(),
        auto_confirm in any_list(), one_per_mailbox: bool,
    ) {
        let policy = SignUpPolicy { allowed, blocked, one_per_mailbox, auto_confirm, ..SignUpPolicy::default() };
        if let Ok(admission) = policy.decide(&with_email(&format!("{local_part}@{domain}")), now()) {
            prop_assert_eq!(admission.domain.as_str(), domain);
            prop_assert!(!covers(policy.blocked.as_ref(), &admission.domain));
            prop_assert!(policy.allowed.is_none() || covers(policy.allowed.as_ref(), &admission.domain));
            prop_assert!(!(one_per_mailbox && local_part.contains('+')));
            prop_assert_eq!(admission.auto_confirm, covers(policy.auto_confirm.as_ref(), &admission.domain));
            prop_assert!(!admission.is_address_proven);
        }
    }

    #[test]
    fn only_one_spelling_of_a_mailbox_is_admitted(domain in any_spelling()) {
        let one = SignUpPolicy { one_per_mailbox: true, ..SignUpPolicy::default() };
        if let Ok(admission) = SignUpPolicy::default().decide(&with_email(&format!("ada@{domain}")), now()) {
            let canonical = admission.domain.as_str();
            let admitted = one.decide(&with_email(&format!("ada@{domain}")), now()).is_ok();
            prop_assert_eq!(admitted, domain.to_ascii_lowercase() == canonical);
            let canonical = with_email(&format!("ada@{canonical}"));
            prop_assert!(one.decide(&canonical, now()).is_ok());
        }
    }

    #[test]
    fn any_text_is_an_address_or_a_refusal(email: String, code: String) {
        let key = InviteKey::parse("0123456789abcdef0123456789abcdef").unwrap();
        let policy = SignUpPolicy { invite_key: Some(key), ..SignUpPolicy::default() };
        let sign_up = SignUp { email: Field::text(email), invite_code: Field::text(code) };
        prop_assert!(policy.decide(&sign_up, now()).is_err(), "nobody was invited");
    }
}
