//! The tutorial's commands work one after the other, and fail as it says.

mod made;

use std::{
    env,
    io::Write,
    iter,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use self::made::{Made, sign_in};
use crate::{
    documents::{blocks, folder, members, text},
    postman::expired,
    stack::{Call, Keys, Person, STACK, another_client, api, aws, call, exchange, objects, root},
};

const BY_HAND: &str = "\n**By hand**";
const WITH_LATCHKEY: &str = "\n**With Latchkey**";

/// Between what two blocks print.
const MARK: &str = "--------";

/// The fenced blocks of the paragraphs that begin with `label`, in order: language and content.
fn labelled<'t>(tutorial: &'t str, label: &str) -> Vec<(&'t str, &'t str)> {
    let parts = tutorial.split(label).skip(1).map(|part| {
        let ends = [BY_HAND, WITH_LATCHKEY, "\n## "].map(|end| part.find(end).unwrap_or(part.len()));
        &part[..ends.into_iter().min().unwrap()]
    });
    parts.flat_map(blocks).collect()
}

/// Runs a shell with these commands, each of which has to succeed. Returns what each block printed.
fn run(folder: &Path, blocks: &[&str], variables: &[(&str, &str)], typed: &str) -> Vec<String> {
    let on_path = env::var_os("PATH").unwrap();
    let path = env::join_paths(iter::once(root().join(".venv/aws/bin")).chain(env::split_paths(&on_path))).unwrap();
    let script = blocks.join(&format!("\necho {MARK}\n"));
    let mut shell = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("AWS_ENDPOINT_URL", STACK.text("endpoint"))
        .env("AWS_DEFAULT_REGION", STACK.text("region"))
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    shell.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = shell.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().split(&format!("{MARK}\n")).map(str::to_owned).collect()
}

/// Whether `seen` is what the tutorial shows: the same members, or the same words but for times and ids.
fn is_as_shown(language: &str, shown: &str, seen: &str) -> bool {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let last = |text: &str| text.split_whitespace().last().map(str::to_owned);
    match language {
        "json" => members(&parsed(shown)) == members(&parsed(seen)),
        _ => last(shown).is_some() && last(shown) == last(seen) && shown.lines().count() == seen.lines().count(),
    }
}

/// Asserts that the blocks that show something show what the commands before them printed.
fn assert_shown(blocks: &[(&str, &str)], printed: &[String]) {
    let mut printed = printed.iter();
    let mut seen = "";
    let mut count = 0;
    for (language, content) in blocks {
        if *language == "sh" {
            seen = printed.next().unwrap();
        } else {
            assert!(is_as_shown(language, content, seen), "{content}\n{seen}");
            count += 1;
        }
    }
    assert!(count > 0, "{blocks:?}");
}

fn shell_blocks<'t>(blocks: &[(&'t str, &'t str)]) -> Vec<&'t str> {
    blocks.iter().filter(|(language, _)| *language == "sh").map(|(_, command)| *command).collect()
}

/// Asserts that the tutorial has the message, and that it is what was said. An ellipsis stands for anything.
fn assert_said(tutorial: &str, said: &str, message: &str) {
    assert!(tutorial.contains(message), "{message}");
    assert!(message.split(" … ").all(|part| said.contains(part)), "{message}: {said}");
}

#[test]
fn what_is_made_by_hand_works_and_fails_as_it_is_shown() {
    let tutorial = text("docs/tutorial.md");
    let all = labelled(&tutorial, BY_HAND);
    let paste = all.iter().position(|(_, command)| command.starts_with("read ")).unwrap();
    let (before, after) = all.split_at(paste);
    let (clean_up, after) = after.split_last().unwrap();

    let folder = folder("by-hand");
    let keys = Keys::admin();
    let admin: Vec<(&str, &str)> = keys.variables().collect();
    // What the commands set is for the next ones.
    let all_set = "python3 -c 'import json, os; print(json.dumps(dict(os.environ)))'";
    let printed = run(&folder, &[&["set -a"], &shell_blocks(before)[..], &[all_set]].concat(), &admin, "");
    let names: Value = serde_json::from_str(printed.last().unwrap()).unwrap();
    let mut made = Made { folder, tokens: Value::Null, names };
    made.tokens = sign_in(made.name("POOL"), made.name("CLIENT"), "hans");
    let set = ["REGION", "NAME", "POOL", "CLIENT", "IDENTITY_POOL"].map(|name| (name, made.name(name)));
    let variables = [admin, set.into()].concat();
    let typed = format!("{}\n", made.token("id_token"));
    assert_shown(after, &run(&made.folder, &shell_blocks(after), &variables, &typed));

    assert_cognitos_errors(&tutorial, &made);
    assert_s3s_errors(&tutorial, &made);
    run(&made.folder, &[clean_up.1], &variables, "");
    assert!(aws(&Keys::admin(), &["s3api", "head-bucket", "--bucket", made.name("NAME")]).is_err());
}

fn assert_cognitos_errors(tutorial: &str, made: &Made) {
    let login = format!("cognito-idp.{}.amazonaws.com/{}", made.name("REGION"), made.name("POOL"));
    let (id_token, access_token) = (made.token("id_token"), made.token("access_token"));
    let another_client = made.another_client();
    let others = sign_in(made.name("POOL"), &another_client, "hilda")["id_token"].take();
    let cut_off = &id_token[..id_token.len() - 4];
    let unsupported = "Token is not from a supported provider of this identity pool.";
    let elsewhere = login.replace(made.name("REGION"), "us-east-1");
    let with_https = format!("https://{login}");
    for (name, logins, message) in [
        ("another region", json!({ elsewhere: id_token }), unsupported),
        ("the issuer as it is", json!({ with_https: id_token }), unsupported),
        ("another app client's", json!({ &login: others }), unsupported),
        (
            "another issuer's",
            json!({ &login: Person::new("heidi").id_token }),
            "Invalid login token. Issuer doesn't match providerName",
        ),
        ("the access token", json!({ &login: access_token }), "Invalid login token. Missing a required claim: aud"),
        ("cut off", json!({ &login: cut_off }), "Invalid login token. Token signature invalid."),
        ("expired", json!({ &login: expired(id_token) }), "Invalid login token. Token expired"),
        ("none", json!({}), "Unauthenticated access is not supported for this identity pool."),
    ] {
        let said = made.error("GetId", "get-id.json", |input| input["Logins"] = logins);
        assert_said(tutorial, &said, message);
        assert!(said.starts_with("NotAuthorizedException: "), "{name}: {said}");
    }
    let others = sign_in(made.name("POOL"), made.name("CLIENT"), "hedwig")["id_token"].take();
    let others = made.ask("GetId", "get-id.json", |input| input["Logins"] = json!({ &login: others }));
    let zero = "00000000-0000-0000-0000-000000000000";
    for (member, value, message) in [
        ("Logins", json!({}), "Access to Identity … is forbidden."),
        ("IdentityId", json!(others.text("IdentityId")), "Logins don't match."),
        ("IdentityId", json!(format!("{}:{zero}", made.name("REGION"))), "Identity … not found."),
        ("CustomRoleArn", json!("arn:aws:iam::111122223333:role/another"), "Access to Role … is forbidden."),
    ] {
        let said = made.error("GetCredentialsForIdentity", "get-credentials.json", |input| input[member] = value);
        assert_said(tutorial, &said, message);
    }
}

fn assert_s3s_errors(tutorial: &str, made: &Made) {
    let keys = made.read("keys.json")["Credentials"].take();
    let text = |name: &str| keys[name].as_str().unwrap();
    let all = json!({
        "AccessKeyId": text("AccessKeyId"), "SecretAccessKey": text("SecretKey"), "SessionToken": text("SessionToken"),
    });
    let identity = made.read("get-credentials.json")["IdentityId"].take();
    let home = format!("private/{}", identity.as_str().unwrap());
    let ask = |keys: &Keys, path: &str| {
        let path = format!("/{path}");
        call(&STACK, Some(keys), &Call { service: "s3", method: "GET", path, ..Call::default() })
    };
    let list = |keys: &Keys, prefix: &str| {
        let query = if prefix.is_empty() { String::new() } else { format!("&prefix={}", prefix.replace(':', "%3A")) };
        ask(keys, &format!("{}?list-type=2{query}", made.name("NAME")))
    };
    let person = Keys::of(&all);
    assert_eq!(list(&person, &format!("{home}/")).status, 200);
    let two = Keys::new(text("AccessKeyId"), text("SecretKey"));
    let mut half = all.clone();
    half["SecretAccessKey"] = text("SecretKey")[..20].into();
    for (said, code, right) in [
        (list(&two, &home), "InvalidAccessKeyId", None),
        (list(&Keys::of(&half), &home), "SignatureDoesNotMatch", None),
        (list(&person, ""), "AccessDenied", Some("s3:ListBucket")),
        (list(&person, &home), "AccessDenied", Some("s3:ListBucket")),
        (ask(&person, ""), "AccessDenied", Some("s3:ListAllMyBuckets")),
    ] {
        let shown = right.map_or(format!("| `{code}` |"), |right| format!("| `{code}` for `{right}` |"));
        assert!(tutorial.contains(&shown), "{shown}");
        let body = said.body.as_str().unwrap();
        assert!(body.contains(code) && body.contains(right.unwrap_or("")), "{shown}: {said:?}");
    }
}

#[test]
fn what_latchkey_does_instead_works_as_it_is_shown() {
    let tutorial = text("docs/tutorial.md");
    let all = labelled(&tutorial, WITH_LATCHKEY);
    let person = Person::new("harriet");
    let api = api("");
    let variables = [("API", api.as_str()), ("ID_TOKEN", person.id_token.as_str())];
    assert_shown(&all, &run(&folder("with-latchkey"), &shell_blocks(&all), &variables, ""));
    // What it says of the same mistakes.
    let token = |token: &str, more: &str| exchange(token, more).text("error_description").to_owned();
    let role = "&role_arn=arn:aws:iam::111122223333:role/another";
    let of_another_client = Person::sign_in("harriet", &another_client()).id_token;
    for (said, message) in [
        (token(&of_another_client, ""), "The token was issued to another app client."),
        (token(&person.access_token, ""), "The token is not an id token. Send the id token, not the access token."),
        (token(&person.tampered_token(), ""), "The token's signature is not valid."),
        (token(&expired(&person.id_token), ""), "The token has expired."),
        (token(&person.id_token, role), "role_arn must be one of the roles in the id token's cognito:roles."),
        (
            objects(&person.id_token, "prefix=").text("message").to_owned(),
            "A prefix that starts with ~/ is in your home.",
        ),
    ] {
        assert_said(&tutorial, &said, message);
    }
}
