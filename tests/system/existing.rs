//! Pools, app clients and a bucket that were made by hand, and stacks over them: people get their keys and their files,
//! and what was there stays as it was.

mod theirs;

use std::{
    fs,
    process::{Command, Output},
    sync::LazyLock,
};

use serde_json::Value;

use self::theirs::{BUCKET, Theirs};
use crate::{
    postman,
    stack::{Keys, Person, Reply, STACK, Stack, aws_at, exchange_at, get, root, sign_up_at},
};

/// Runs `make connect` as make does.
fn connect(stack: &Stack, more: &[&str]) -> Output {
    Command::new(root().join(".venv/aws/bin/python"))
        .current_dir(root())
        .args(["-m", "operations.connect", stack.text("stack_name")])
        .args(more)
        .env_clear()
        .env("AWS_ENDPOINT_URL", stack.text("endpoint"))
        .env("AWS_REGION", stack.text("region"))
        .envs(Keys::admin().variables())
        .output()
        .unwrap()
}

/// Adds what is lacking; everything that can be added then is there.
fn add_what_is_lacking(stack: &Stack) {
    let done = connect(stack, &["--apply"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8(connect(stack, &[]).stdout).unwrap();
    let nothing = said.ends_with("» Nothing is lacking\n") || said.contains(" APPLY=yes adds 0, ");
    assert!(nothing, "{said}");
}

fn list(stack: &Stack, person: &Person, prefix: &str) -> Reply {
    list_of("objects", stack, person, prefix)
}

fn list_of(what: &str, stack: &Stack, person: &Person, prefix: &str) -> Reply {
    let url = format!("{}/{what}?prefix={prefix}", stack.text("api_url"));
    get(&url, &[("Authorization", person.id_token.as_str())])
}

/// Exchange, list and link, each person in their own home alone.
fn assert_main_job(stack: &Stack, people: [&Person; 2]) {
    let [(keys, home), (_, others)] = people.map(|person| person.keys_and_home_at(stack));
    let put = |key: &str| {
        let object = ["s3api", "put-object", "--bucket", stack.text("bucket"), "--key", key];
        aws_at(stack, &keys, &object).is_ok()
    };
    assert!(put(&format!("{home}note.txt")) && !put(&format!("{others}note.txt")) && !put("theirs.txt"));
    let person = people[0];
    let seen = list(stack, person, "~/");
    assert_eq!((seen.status, seen.text("bucket"), seen.text("prefix")), (200, stack.text("bucket"), home.as_str()));
    assert_eq!(seen.body["objects"][0]["key"], format!("{home}note.txt"), "{seen:?}");
    assert_eq!(list(stack, person, &others).status, 403);
    // Where the bucket keeps no versions, each object is the only one of its own. The stack's own bucket keeps them.
    let versioning = ["s3api", "get-bucket-versioning", "--bucket", stack.text("bucket")];
    let keeps_versions = aws_at(stack, &Keys::admin(), &versioning).unwrap().contains("Enabled");
    let seen = list_of("versions", stack, person, "~/");
    assert_eq!(seen.body["versions"][0]["version_id"] != "null", keeps_versions, "{seen:?}");
    let link = |key: &str| {
        let url = format!("{}/objects/{key}?redirect=false", stack.text("api_url"));
        let linked = get(&url, &[("Authorization", person.id_token.as_str())]);
        get(linked.text("url"), &[]).status
    };
    assert_eq!([link("~/note.txt"), link("theirs.txt"), link("public/theirs.txt")], [200, 403, 200]);
}

#[test]
fn everything_may_be_there_already_and_stays_as_it_was() {
    LazyLock::force(&STACK);
    let mut made = None;
    let stack = Stack::start("existing", &[], |started| {
        let theirs = Theirs::make(started);
        let before = theirs.described(started);
        let parameters = [
            theirs.user_pool_parameters(),
            vec![format!("ExistingIdentityPoolId={}", theirs.identity_pool), format!("ExistingBucketName={BUCKET}")],
            vec!["HomeOf=user".to_owned(), "AllowedOrigins=https://app.example.com".to_owned()],
        ]
        .concat();
        made = Some((theirs, before));
        parameters
    });
    let (theirs, before) = made.unwrap();
    assert_eq!(theirs.described(&stack), before, "after the deployment");

    // Nothing is connected yet: the identity pool knows none of the app clients, and the log says so.
    let ivy = Person::new_at(&stack, "ivy");
    assert_eq!(exchange_at(&stack, &ivy.id_token, "").status, 502);
    let looked = String::from_utf8(connect(&stack, &[]).stdout).unwrap();
    assert!(looked.contains("nothing was changed. APPLY=yes adds 5, 1 are left to you"), "{looked}");
    assert_eq!(theirs.described(&stack), before, "after looking");
    add_what_is_lacking(&stack);
    let connected = theirs.described(&stack);

    // By the web page's app client, and by the mobile app's.
    let jim = Person::new_at(&stack, "jim");
    let jim_on_the_phone = Person::sign_in_at(&stack, "jim", &theirs.phone);
    assert_main_job(&stack, [&ivy, &jim_on_the_phone]);
    assert_eq!(jim.keys_and_home_at(&stack).1, jim_on_the_phone.keys_and_home_at(&stack).1);
    let elsewhere = Person::sign_in_at(&stack, "jim", &theirs.stranger);
    assert_eq!(exchange_at(&stack, &elsewhere.id_token, "").status, 400);
    assert_eq!(list(&stack, &elsewhere, "~/").status, 401);

    // Postman's environment has what the stack knows. Where people sign in, only the operator does.
    let (environment, said) = postman::environment(&stack);
    assert!(said.contains("fill in authorize_url"), "{said}");
    let environment: Value = serde_json::from_slice(&fs::read(environment).unwrap()).unwrap();
    assert_eq!(postman::value(&environment, "authorize_url"), "");
    assert_eq!(postman::value(&environment, "client_id"), stack.text("client_id"));

    // The sign-up rules hold, in the pool that was there before them.
    let none = serde_json::json!({});
    let refused = sign_up_at(&stack, "eve", "eve@blocked.example", &none);
    assert!(refused.status == 400 && refused.text("message").contains("[email_domain_blocked]"), "{refused:?}");
    assert_eq!(sign_up_at(&stack, "una", "una@example.com", &none).body["UserConfirmed"], true);

    stack.delete();
    assert_eq!(theirs.described(&stack), connected, "after the stack is gone");
    let left = ["s3api", "list-objects-v2", "--bucket", BUCKET, "--prefix", "private/", "--query", "length(Contents)"];
    assert_eq!(aws_at(&stack, &Keys::admin(), &left).unwrap().trim(), "1");
}

#[test]
fn each_may_be_there_already_alone() {
    LazyLock::force(&STACK);
    let mut made = None;
    let stack = Stack::start("partly", &[], |started| {
        made = Some(Theirs::make(started));
        vec![format!("ExistingBucketName={BUCKET}")]
    });
    let theirs = made.unwrap();
    let before = theirs.described(&stack);
    let with_users = stack.beside("with-users", theirs.user_pool_parameters());
    let identity_pool = format!("ExistingIdentityPoolId={}", theirs.identity_pool);
    let with_identities = stack.beside("with-identities", vec![identity_pool]);
    assert_eq!(theirs.described(&stack), before);
    add_what_is_lacking(&with_identities);
    for stack in [&stack, &with_users, &with_identities] {
        let name = stack.text("stack_name");
        let [one, two] = ["ira", "ian"].map(|person| Person::new_at(stack, &format!("{person}-{name}")));
        if stack.text("bucket") != BUCKET {
            Theirs::fill(stack, stack.text("bucket"));
        }
        assert_main_job(stack, [&one, &two]);
    }
}

#[test]
fn a_further_app_client_of_the_stacks_own_pool_is_accepted_once_it_is_named() {
    LazyLock::force(&STACK);
    let stack = Stack::start("clients", &[], |_| Vec::new());
    let phone = theirs::app_client(&stack, stack.text("user_pool_id"), "phone");
    Person::new_at(&stack, "kim");
    let kim = Person::sign_in_at(&stack, "kim", &phone);
    assert_eq!(exchange_at(&stack, &kim.id_token, "").status, 400);
    let state = stack.state.to_str().unwrap();
    let parameter = format!("MoreUserPoolClientIds={phone}");
    crate::stack::stack_py(&["deploy", "--state", state, "--parameter", &parameter]).unwrap();
    let lea = Person::new_at(&stack, "lea");
    Theirs::fill(&stack, stack.text("bucket"));
    assert_main_job(&stack, [&kim, &lea]);
    let lea_on_the_phone = Person::sign_in_at(&stack, "lea", &phone);
    assert_eq!(list(&stack, &lea_on_the_phone, "~/").status, 200);
}
