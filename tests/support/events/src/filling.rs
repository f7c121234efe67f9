use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine, prelude::BASE64_STANDARD};
use loopback::Cloud;
use serde_json::{Value, json};
use test_tokens::encode;
use validation::sign_up::{EmailAddress, InviteKey};

use crate::Case;

/// There is no value for the placeholder of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPlaceholder(pub String);

/// `event` with a value in place of each `${NAME}`. A body in base64 is looked into as well.
///
/// # Errors
///
/// [`UnknownPlaceholder`] with the first name that `value_of` has nothing for.
pub fn fill(event: &str, value_of: impl Fn(&str) -> Option<String>) -> Result<String, UnknownPlaceholder> {
    let filled = fill_text(event, &value_of)?;
    let Some((encoded, body)) = body_in_base64(&filled) else { return Ok(filled) };
    let body = BASE64_STANDARD.encode(fill_text(&body, &value_of)?);
    Ok(filled.replace(&encoded, &body))
}

/// The body as it stands in the event, and what it encodes, where that is text.
fn body_in_base64(event: &str) -> Option<(String, String)> {
    let event: Value = serde_json::from_str(event).ok()?;
    let encoded = event.get("body")?.as_str().filter(|body| event["isBase64Encoded"] == true && !body.is_empty())?;
    let body = String::from_utf8(BASE64_STANDARD.decode(encoded).expect("a body in base64")).ok()?;
    Some((encoded.to_owned(), body))
}

fn fill_text(text: &str, value_of: impl Fn(&str) -> Option<String>) -> Result<String, UnknownPlaceholder> {
    let mut pieces = text.split("${");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        filled.push_str(&value_of(name).ok_or_else(|| UnknownPlaceholder(name.to_owned()))?);
        filled.push_str(rest);
    }
    Ok(filled)
}

/// What the placeholders of `case` stand for in `cloud`. Each case has a person of its own, so that what a function
/// remembers of one tells nothing of another.
pub fn placeholder_of<'a>(cloud: &'a Cloud, case: &'a Case) -> impl Fn(&str) -> Option<String> + 'a {
    let now = cloud.started_seconds;
    let id_token = move |mut changes: Value| {
        changes["sub"] = json!(format!("{}.{}", case.function, case.name));
        cloud.token(&changes)
    };
    let good_parts = move || -> [String; 3] {
        let parts: Vec<_> = id_token(json!({})).split('.').map(str::to_owned).collect();
        parts.try_into().expect("a token has three parts")
    };
    let with_header = move |header: Value| {
        let [_, payload, signature] = good_parts();
        format!("{}.{payload}.{signature}", encode(header.to_string()))
    };
    let with_payload = move |payload: &str| {
        let [header, _, signature] = good_parts();
        format!("{header}.{payload}.{signature}")
    };
    let invite = move |email: &str, hours_from_now: i64| {
        let email = EmailAddress::parse(email).expect("an address");
        let end = UNIX_EPOCH + Duration::from_secs(now.saturating_add_signed(hours_from_now * 3600));
        InviteKey::parse(Cloud::INVITE_KEY).expect("a key").invite(&email, end)
    };
    move |placeholder| {
        Some(match placeholder {
            "ID_TOKEN" => id_token(json!({})),
            "EXPIRED_ID_TOKEN" => id_token(json!({ "iat": now - 7200, "exp": now - 3600 })),
            "ID_TOKEN_FROM_THE_FUTURE" => id_token(json!({ "iat": now + 3600, "exp": now + 7200 })),
            "ID_TOKEN_OF_ANOTHER_CLIENT" => id_token(json!({ "aud": "another-client" })),
            // As Cognito makes them: without an audience.
            "ACCESS_TOKEN" => id_token(json!({ "aud": null, "token_use": "access", "client_id": Cloud::CLIENT })),
            "TAMPERED_ID_TOKEN" => with_payload(&encode(json!({ "sub": "somebody else" }).to_string())),
            "TOO_LONG_ID_TOKEN" => with_payload(&"A".repeat(16 * 1024)),
            "ID_TOKEN_OF_UNKNOWN_KEY" => with_header(json!({ "kid": "key-2", "alg": "RS256" })),
            "ID_TOKEN_WITHOUT_KEY_ID" => with_header(json!({ "alg": "RS256" })),
            "ID_TOKEN_OF_ANOTHER_ALGORITHM" => with_header(json!({ "kid": "key-1", "alg": "HS256" })),
            "ID_TOKEN_WITH_CRITICAL_EXTENSION" => {
                with_header(json!({ "kid": "key-1", "alg": "RS256", "crit": ["exp"] }))
            }
            "ID_TOKEN_WITH_MALFORMED_HEADER" => with_header(json!([])),
            "UNSIGNED_ID_TOKEN" => format!("{}.{}.", encode(json!({ "alg": "none" }).to_string()), good_parts()[1]),
            "TOO_LONG_TEXT" => "a".repeat(64 * 1024),
            "IDENTITY_POOL_ID" => Cloud::IDENTITY_POOL.to_owned(),
            "INVITE_CODE" => invite("ada@example.com", 1),
            "INVITE_CODE_OF_ANOTHER" => invite("bob@example.com", 1),
            "EXPIRED_INVITE_CODE" => invite("ada@example.com", -1),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill_with_x(event: &Value) -> Result<Value, UnknownPlaceholder> {
        let filled = fill(&event.to_string(), |name| (name == "X").then(|| "value".to_owned()))?;
        Ok(serde_json::from_str(&filled).unwrap())
    }

    #[test]
    fn placeholders_are_filled_in_wherever_they_stand() {
        let base64 = |text: &str| BASE64_STANDARD.encode(text);
        let cases = [
            (json!({ "a": ["${X}", "b${X}c${X}"] }), json!({ "a": ["value", "bvaluecvalue"] })),
            (json!({ "body": "${X}", "isBase64Encoded": false }), json!({ "body": "value", "isBase64Encoded": false })),
            (
                json!({ "body": base64("t=${X}&"), "isBase64Encoded": true }),
                json!({ "body": base64("t=value&"), "isBase64Encoded": true }),
            ),
            (json!({ "body": "", "isBase64Encoded": true }), json!({ "body": "", "isBase64Encoded": true })),
        ];
        for (event, expected) in cases {
            assert_eq!(fill_with_x(&event), Ok(expected), "{event}");
        }
        let not_text = json!({ "body": BASE64_STANDARD.encode(b"\xff${X}"), "isBase64Encoded": true });
        assert_eq!(fill_with_x(&not_text), Ok(not_text));
    }

    #[test]
    fn a_placeholder_without_a_value_is_named() {
        for event in [
            json!("${Y}"),
            json!("${X}${Y}"),
            json!({ "body": BASE64_STANDARD.encode("${Y}"), "isBase64Encoded": true }),
        ] {
            assert_eq!(fill_with_x(&event), Err(UnknownPlaceholder("Y".to_owned())), "{event}");
        }
    }
}
