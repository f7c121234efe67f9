//! Length, the three parts, and the JSON of the payload.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use test_tokens::{changed, encode};
use validation::{
    IdToken,
    TokenError::{Form, Issuer, Payload, Signature, TooLong},
    UnverifiedToken,
};

use crate::corpus::{CORPUS, NOW, check_tokens, claims, parts, with_stray_bit};

#[test]
fn a_good_token_is_verified() {
    let token = CORPUS.key.sign(&claims());
    assert_eq!(UnverifiedToken::parse(IdToken::new(token.clone())).unwrap().key_id(), "key-1");
    let verified = CORPUS.verify(&token).unwrap();
    assert_eq!(verified.token().expose(), token);
    assert_eq!(verified.subject().as_str(), "subject-1");
    assert_eq!(verified.expires_at(), UNIX_EPOCH + Duration::from_secs(NOW - 60 + 3600));
    assert!(!format!("{verified:?}").contains("subject-1"));
}

#[test]
fn a_token_is_three_parts() {
    let good = CORPUS.key.sign(&claims());
    let [header, payload, signature] = parts(&good);
    let json = json!({ "protected": header, "payload": payload, "signature": signature }).to_string();
    let cases = [
        ("three parts", good.clone(), Ok(())),
        ("empty", String::new(), Err(Form)),
        ("one part", header.to_owned(), Err(Form)),
        ("nonsense", "nonsense".to_owned(), Err(Form)),
        ("two parts", format!("{header}.{payload}"), Err(Form)),
        ("four parts", format!("{good}.{signature}"), Err(Form)),
        ("five parts, as in JWE", format!("{good}.{signature}.{signature}"), Err(Form)),
        ("the token twice", format!("{good}.{good}"), Err(Form)),
        ("one dot", ".".to_owned(), Err(Form)),
        ("two dots", "..".to_owned(), Err(Form)),
        ("a dot before", format!(".{good}"), Err(Form)),
        ("a dot after", format!("{good}."), Err(Form)),
        ("no header", format!(".{payload}.{signature}"), Err(Form)),
        ("no payload", format!("{header}..{signature}"), Err(Form)),
        ("no payload, signed", CORPUS.with_raw_parts(header, ""), Err(Form)),
        ("no signature", format!("{header}.{payload}."), Err(Form)),
        ("another separator", good.replace('.', ","), Err(Form)),
        ("dots of another width", good.replace('.', "\u{ff0e}"), Err(Form)),
        ("a scheme before", format!("Bearer {good}"), Err(Form)),
        ("quoted", format!("\"{good}\""), Err(Form)),
        ("the JSON serialization", json, Err(Form)),
        ("percent-encoded", good.replace('.', "%2E"), Err(Form)),
    ];
    check_tokens("parts", cases);
}

#[test]
fn white_space_is_not_part_of_a_token() {
    let good = CORPUS.key.sign(&claims());
    let [header, payload, signature] = parts(&good);
    let spaces = [
        ("blank", " "),
        ("tab", "\t"),
        ("newline", "\n"),
        ("CRLF", "\r\n"),
        ("no-break space", "\u{a0}"),
        ("BOM", "\u{feff}"),
    ];
    let cases = spaces.iter().flat_map(|(name, space)| {
        let within = |part: &str| {
            let (before, after) = part.split_at(part.len() / 2);
            format!("{before}{space}{after}")
        };
        [
            (format!("a {name} before"), CORPUS.with_raw_parts(&format!("{space}{header}"), payload), Err(Form)),
            (format!("a {name} in the header"), CORPUS.with_raw_parts(&within(header), payload), Err(Form)),
            (
                format!("a {name} before the dot"),
                CORPUS.with_raw_parts(&format!("{header}{space}"), payload),
                Err(Form),
            ),
            (format!("a {name} in the payload"), CORPUS.with_raw_parts(header, &within(payload)), Err(Form)),
            (format!("a {name} in the signature"), format!("{header}.{payload}.{}", within(signature)), Err(Form)),
            (format!("a {name} after"), format!("{good}{space}"), Err(Form)),
        ]
    });
    check_tokens("white space", cases);
}

#[test]
fn the_parts_are_base64url_as_it_must_be_written() {
    let good = CORPUS.key.sign(&claims());
    let [header, payload, signature] = parts(&good);
    let strange =
        [("padding", "="), ("a plus", "+"), ("a slash", "/"), ("a letter beyond ASCII", "é"), ("a NUL", "\0")];
    let strange = strange.iter().flat_map(|(name, text)| {
        [
            (format!("{name} after the header"), CORPUS.with_raw_parts(&format!("{header}{text}"), payload), Err(Form)),
            (
                format!("{name} after the payload"),
                CORPUS.with_raw_parts(header, &format!("{payload}{text}")),
                Err(Form),
            ),
            (format!("{name} before the signature"), format!("{header}.{payload}.{text}{signature}"), Err(Form)),
        ]
    });
    // Three bytes fill four characters and leave no bits to spare; a blank more does.
    let spare = |json: &Value| {
        let text = json.to_string();
        encode(if text.len().is_multiple_of(3) { format!("{text} ") } else { text })
    };
    let (bare_header, bare_payload) = (spare(&CORPUS.key.header()), spare(&claims()));
    let cases = [
        ("spare bits that are zero", CORPUS.with_raw_parts(&bare_header, &bare_payload), Ok(())),
        ("a stray bit in the header", CORPUS.with_raw_parts(&with_stray_bit(&bare_header), payload), Err(Form)),
        ("a stray bit in the payload", CORPUS.with_raw_parts(header, &with_stray_bit(&bare_payload)), Err(Form)),
        ("a stray bit in the signature", format!("{header}.{payload}.{}", with_stray_bit(signature)), Err(Signature)),
        ("a header of an impossible length", CORPUS.with_raw_parts("A", payload), Err(Form)),
        ("a payload of an impossible length", CORPUS.with_raw_parts(header, "A"), Err(Form)),
        ("a signature of an impossible length", format!("{header}.{payload}.A"), Err(Signature)),
    ];
    check_tokens("base64url", strange.chain(cases.map(|(name, token, expected)| (name.to_owned(), token, expected))));
}

#[test]
fn the_length_is_checked_on_both_sides_of_its_limit() {
    let padded = |padding: usize| CORPUS.with_claims(&json!({ "x": "x".repeat(padding) }));
    let fits = (16_384 - padded(0).len()) * 3 / 4;
    let tokens: Vec<String> = (fits - 4..fits + 4).map(padded).collect();
    assert!(tokens.iter().any(|token| token.len() == 16_384 || token.len() == 16_383));
    let cases = tokens.into_iter().enumerate().map(|(place, token)| {
        let expected = if token.len() <= 16_384 { Ok(()) } else { Err(TooLong) };
        (format!("{} bytes, number {place}", token.len()), token, expected)
    });
    check_tokens("length", cases);
    let cases = [
        ("16384 bytes of no token", "x".repeat(16_384), Err(Form)),
        ("16385 bytes of no token", "x".repeat(16_385), Err(TooLong)),
        ("16384 dots", ".".repeat(16_384), Err(Form)),
        ("16385 blanks", " ".repeat(16_385), Err(TooLong)),
    ];
    check_tokens("length of nonsense", cases);
}

#[test]
fn the_payload_is_one_object() {
    let good = claims().to_string();
    let with = |members: &str| good.replacen('{', &format!("{{{members},"), 1).into_bytes();
    let deep = |member: &str| with(&format!("\"{member}\":{}{}", "[".repeat(5000), "]".repeat(5000)));
    let utf_16: Vec<u8> = good.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let bytes = |text: &str| text.as_bytes().to_vec();
    let invalid = |text: &str| -> Vec<u8> {
        good.replace(text, "\u{1}").bytes().map(|byte| if byte == 1 { 0xff } else { byte }).collect()
    };
    let cases = [
        ("not JSON", bytes("sub"), Err(Payload)),
        ("a list", bytes("[]"), Err(Payload)),
        ("claims in a list", format!("[{good}]").into_bytes(), Err(Payload)),
        ("claims as a list of their values", bytes("[\"iss\",\"aud\",\"id\",\"sub\",1,1,1]"), Err(Payload)),
        ("null", bytes("null"), Err(Payload)),
        ("a number", bytes("1"), Err(Payload)),
        ("an empty string", bytes("\"\""), Err(Payload)),
        ("a token in the token", encode(&good).into_bytes(), Err(Payload)),
        ("an empty object", bytes("{}"), Err(Issuer)),
        ("two objects", format!("{good}{good}").into_bytes(), Err(Payload)),
        ("cut short", bytes(&good[..good.len() - 1]), Err(Payload)),
        ("a comma too many", bytes(&good.replace('}', ",}")), Err(Payload)),
        ("a comment", bytes(&good.replace('{', "{/**/")), Err(Payload)),
        ("single quotes", bytes(&good.replace('"', "'")), Err(Payload)),
        ("JSON's blanks around", format!(" \t\r\n{good} \n").into_bytes(), Ok(())),
        ("another blank before", format!("\u{a0}{good}").into_bytes(), Err(Payload)),
        ("a NUL after", format!("{good}\0").into_bytes(), Err(Payload)),
        ("a BOM", format!("\u{feff}{good}").into_bytes(), Err(Payload)),
        ("UTF-16", utf_16, Err(Payload)),
        ("invalid UTF-8 where we look", invalid("subject-1"), Err(Payload)),
        ("invalid UTF-8 in a member that is not read", invalid("ada@example.com"), Err(Payload)),
        ("half a surrogate pair where we look", bytes(&good.replace("subject-1", "\\ud800")), Err(Payload)),
        ("a raw newline in a string", bytes(&good.replace("subject-1", "a\nb")), Err(Payload)),
        ("deep nesting where we look", deep("nbf"), Err(Payload)),
        ("deep nesting in a member that is not read", deep("x"), Ok(())),
        ("an escaped name", bytes(&good.replace("\"iss\"", "\"\\u0069ss\"")), Ok(())),
        ("an escaped name that is repeated", with("\"\\u0065xp\":9999999999"), Err(Payload)),
        ("exp twice", with("\"exp\":9999999999"), Err(Payload)),
        ("iss twice", with("\"iss\":\"x\""), Err(Payload)),
        ("aud twice", with("\"aud\":\"client-a\""), Err(Payload)),
        ("token_use twice", with("\"token_use\":\"id\""), Err(Payload)),
        ("sub twice", with("\"sub\":\"subject-1\""), Err(Payload)),
        ("iat twice", with("\"iat\":1"), Err(Payload)),
        ("nbf twice", with("\"nbf\":1,\"nbf\":1"), Err(Payload)),
        ("a member twice that is not read", with("\"email\":\"x\""), Ok(())),
    ];
    let cases = cases.map(|(name, payload, expected)| (name, CORPUS.with_raw_payload(payload), expected));
    check_tokens("payload", cases);
    let unread = format!("{}.{}.AAAA", encode(CORPUS.key.header().to_string()), encode("not JSON"));
    let signed = CORPUS.with_raw_payload(changed(&claims(), &json!({ "x": [[{}]] })).to_string());
    check_tokens(
        "payload and signature",
        [("read only when signed", unread, Err(Signature)), ("nested", signed, Ok(()))],
    );
}
