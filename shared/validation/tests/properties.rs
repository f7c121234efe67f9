//! What holds for every token and every JWKS, whatever is sent.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use test_tokens::{SigningKey, changed, encode, id_claims};
use validation::{IdToken, Issuer, KeySet, TokenError, TokenPolicy, UnverifiedToken, VerifiedToken};

const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab";
const CLIENT_IDS: [&str; 2] = ["client-a", "client-b"];
const NOW: u64 = 1_795_514_400;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::new("key-1"));
static ATTACKER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::new("key-1"));
static KEYS: LazyLock<KeySet> = LazyLock::new(|| KeySet::parse(KEY.jwks().as_bytes()).unwrap());
static TOKEN: LazyLock<String> = LazyLock::new(|| KEY.sign(&claims()));

fn claims() -> Value {
    id_claims(ISSUER, "client-a", "subject-1", NOW - 60)
}

fn verify(token: &str, keys: &KeySet) -> Result<VerifiedToken, TokenError> {
    let policy = TokenPolicy::new(vec![Issuer::parse(ISSUER).unwrap()], CLIENT_IDS.map(str::to_owned).to_vec());
    let now: SystemTime = UNIX_EPOCH + Duration::from_secs(NOW);
    UnverifiedToken::parse(IdToken::new(token.to_owned()))?.verify(keys, &policy, now)
}

/// A second near the edges of the leeway.
fn any_edge() -> impl Strategy<Value = u64> {
    prop_oneof![NOW - 32..NOW - 27, NOW + 28..NOW + 33]
}

/// A number near the edges, whole or in quarters of a second, or any number that JSON can hold.
fn any_number() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => any_edge().prop_map(Value::from),
        2 => (any_edge(), 0_u32..4)
            .prop_map(|(seconds, quarters)| json!(Duration::new(seconds, quarters * 250_000_000).as_secs_f64())),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
    ]
}

/// Any JSON value, with a liking for what is right or nearly right somewhere.
fn any_json() -> impl Strategy<Value = Value> {
    let known = vec![
        ISSUER,
        "client-a",
        "client-b",
        "id",
        "access",
        "RS256",
        "none",
        "key-1",
        "1795514400",
        "ID",
        "CLIENT-A",
        "client-ab",
        "",
    ];
    let text = prop_oneof![select(known).prop_map(str::to_owned), any::<String>()].prop_map(Value::from);
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), any_number(), text];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let members = vec((any::<String>(), inner.clone()), 0..4).prop_map(|members| members.into_iter().collect());
        prop_oneof![vec(inner, 0..4).prop_map(Value::Array), members.prop_map(Value::Object)]
    })
}

/// `good` with up to three of `members` put in.
fn changed_at_will(good: Value, members: impl Strategy<Value = (String, Value)>) -> impl Strategy<Value = Value> {
    vec(members, 0..4).prop_map(move |members| {
        let mut result = good.clone();
        result.as_object_mut().unwrap().extend(members);
        result
    })
}

fn member(
    names: &'static [&'static str],
    value: impl Strategy<Value = Value>,
) -> impl Strategy<Value = (String, Value)> {
    (select(names).prop_map(str::to_owned), value)
}

fn changed_header() -> impl Strategy<Value = Value> {
    let read = member(&["alg", "kid", "crit", "b64"], any_json());
    let unread = member(&["jwk", "jku", "x5u", "x5c", "typ"], prop_oneof![any_json(), Just(ATTACKER.jwk())]);
    changed_at_will(KEY.header(), prop_oneof![1 => read, 3 => unread, 1 => (any::<String>(), any_json())])
}

fn changed_claims() -> impl Strategy<Value = Value> {
    let texts = member(&["iss", "aud", "token_use", "sub"], any_json());
    let text_of_time = any_edge().prop_map(|seconds| json!(seconds.to_string()));
    let time = prop_oneof![8 => any_number(), 1 => text_of_time, 1 => Just(Value::Null), 2 => any_json()];
    let times = member(&["exp", "iat", "nbf"], time);
    changed_at_will(claims(), prop_oneof![2 => texts, 5 => times, 1 => (any::<String>(), any_json())])
}

fn changed_key() -> impl Strategy<Value = Value> {
    let members = member(&["kty", "use", "alg", "kid", "n", "e"], any_json());
    changed_at_will(KEY.jwk(), prop_oneof![1 => members, 2 => (any::<String>(), any_json())])
}

/// Any text, and texts that have the form of a token.
fn any_token() -> impl Strategy<Value = String> {
    let part = || vec(any::<u8>(), 0..300).prop_map(encode);
    let header = prop_oneof![part(), changed_header().prop_map(|header| encode(header.to_string()))];
    prop_oneof![
        any::<String>(),
        vec(any::<u8>(), 0..400).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        "[A-Za-z0-9_.-]{0,400}",
        vec(part(), 0..5).prop_map(|parts| parts.join(".")),
        (header, changed_claims(), part())
            .prop_map(|(header, claims, end)| format!("{header}.{}.{end}", encode(claims.to_string()))),
    ]
}

/// What docs/api.md says of the claims, written a second time and differently.
fn may_pass(claims: &Value) -> bool {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let time = |name: &str| {
        let seconds = claims.get(name)?.as_f64()?;
        (0.0..9_223_372_036_854_775_807.0).contains(&seconds).then_some(seconds)
    };
    #[expect(clippy::cast_precision_loss, reason = "the present is far below 2^53")]
    let now = NOW as f64;
    text("iss") == ISSUER
        && CLIENT_IDS.contains(&text("aud"))
        && text("token_use") == "id"
        && !text("sub").is_empty()
        && time("exp").is_some_and(|seconds| seconds > now - 30.0)
        && time("iat").is_some_and(|seconds| seconds <= now + 30.0)
        && (claims.get("nbf").is_none() || time("nbf").is_some_and(|seconds| seconds <= now + 30.0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_a_token_unless_the_pool_signed_it(token in any_token()) {
        prop_assert!(verify(&token, &KEYS).is_err());
    }

    #[test]
    fn no_byte_of_a_token_can_be_changed(place in 0..TOKEN.len(), byte in any::<u8>()) {
        let mut bytes = TOKEN.clone().into_bytes();
        bytes[place] = byte;
        let token = String::from_utf8_lossy(&bytes);
        prop_assert_eq!(verify(&token, &KEYS).is_ok(), *token == *TOKEN);
    }

    #[test]
    fn no_byte_of_a_jwks_can_be_changed_so_that_another_key_verifies(place in 0..KEY.jwks().len(), byte in any::<u8>()) {
        let mut document = KEY.jwks().into_bytes();
        document[place] = byte;
        if let Ok(keys) = KeySet::parse(&document) {
            let forged = ATTACKER.sign(&claims());
            prop_assert!(verify(&forged, &keys).is_err());
        }
    }

    #[test]
    fn a_text_that_is_not_a_jwks_has_no_keys(document in prop_oneof![
        vec(any::<u8>(), 0..400),
        any::<String>().prop_map(String::into_bytes),
        any_json().prop_map(|json| json.to_string().into_bytes()),
        any_json().prop_map(|json| json!({ "keys": json }).to_string().into_bytes()),
    ]) {
        prop_assert!(KeySet::parse(&document).is_err());
    }
}

proptest! {
    // Each of these signs, which is slow.
    #![proptest_config(ProptestConfig { cases: 700, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_an_attacker_signs_is_accepted(header in changed_header(), claims in changed_claims()) {
        let token = ATTACKER.sign_parts(header.to_string().as_bytes(), claims.to_string().as_bytes());
        prop_assert!(verify(&token, &KEYS).is_err());
    }

    #[test]
    fn claims_are_accepted_exactly_when_the_contract_says_so(claims in changed_claims()) {
        let payload = claims.to_string();
        let token = KEY.sign_parts(KEY.header().to_string().as_bytes(), payload.as_bytes());
        // Read back: a number may lose its last digit on the way through the text.
        let claims: Value = serde_json::from_str(&payload).unwrap();
        let verified = verify(&token, &KEYS);
        prop_assert_eq!(verified.is_ok(), may_pass(&claims), "{:?}", verified.err());
        if let Ok(verified) = verified {
            prop_assert_eq!(verified.subject().as_str(), claims["sub"].as_str().unwrap());
        }
    }

    #[test]
    fn every_key_that_is_kept_is_usable(
        entries in vec(prop_oneof![any_json(), changed_key()], 0..6),
    ) {
        let document = json!({ "keys": entries });
        let keys = KeySet::parse(document.to_string().as_bytes());
        let ids: Vec<&str> = entries.iter().filter_map(|entry| entry.get("kid")?.as_str()).collect();
        let mut kept = 0;
        for id in ids.iter().filter(|id| keys.as_ref().is_ok_and(|keys| keys.contains(id))) {
            kept += 1;
            let header = changed(&KEY.header(), &json!({ "kid": id }));
            let token = KEY.sign_parts(header.to_string().as_bytes(), claims().to_string().as_bytes());
            // No other modulus and exponent pass by chance: what is kept is this key, whole.
            prop_assert!(verify(&token, keys.as_ref().unwrap()).is_ok(), "{id:?}");
        }
        prop_assert_eq!(kept == 0, keys.is_err());
        let whole = entries.iter().any(|entry| *entry == KEY.jwk());
        prop_assert!(keys.is_ok() || !whole);
    }
}
