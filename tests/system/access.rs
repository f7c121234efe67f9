//! Who may do what: every cell of two tables is tried, at local AWSs that enforce IAM.

mod requests;

use std::{
    fmt::Write,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use self::requests::request;
use crate::stack::{
    CREDENTIALS_SECONDS, Call, Keys, OTHER_STACK, Person, Reply, STACK, Stack, another_client, aws, call, credentials,
    exchange, function, objects, recorded, versions,
};

/// What keys open. `guest`: has none, since the identity pool gives none to guests. `expired`: ada's, at another stack,
/// after their end. `function`: those of the token-exchange function's role.
const WITH_KEYS: &str = "
                              ada      grace    guest    expired  function
list     ada's home           yes      no       no       expired  no
list     grace's home         no       yes      no       expired  no
list     public               yes      yes      no       expired  no
list     all homes            no       no       no       expired  no
list     all                  no       no       no       expired  no
versions ada's home           yes      no       no       expired  no
versions grace's home         no       yes      no       expired  no
versions public               yes      yes      no       expired  no
versions all homes            no       no       no       expired  no
versions all                  no       no       no       expired  no
get      ada's home           yes      no       no       expired  no
get      grace's home         no       yes      no       expired  no
get      public               yes      yes      no       expired  no
get      elsewhere            no       no       no       expired  no
version  ada's home           yes      no       no       expired  no
version  grace's home         no       yes      no       expired  no
version  public               no       no       no       expired  no
parts    ada's home           yes      no       no       expired  no
parts    grace's home         no       yes      no       expired  no
abort    ada's home           yes      no       no       expired  no
abort    grace's home         no       yes      no       expired  no
abort    public               no       no       no       expired  no
put      ada's home           yes      no       no       expired  no
put      grace's home         no       yes      no       expired  no
put      public               no       no       no       expired  no
put      elsewhere            no       no       no       expired  no
copy     ada's home           yes      no       no       expired  no
copy     grace's home         no       yes      no       expired  no
delete   ada's home           yes      no       no       expired  no
delete   grace's home         no       yes      no       expired  no
delete   public               no       no       no       expired  no
delete   elsewhere            no       no       no       expired  no
erase    ada's home           no       no       no       expired  no
erase    grace's home         no       no       no       expired  no
share    ada's home           no       no       no       expired  no
bucket   list all             no       no       no       expired  no
bucket   read its policy      no       no       no       expired  no
bucket   change its policy    no       no       no       expired  no
bucket   delete               no       no       no       expired  no
sts      who am I             yes      yes      no       expired  yes
sts      assume people's role no       no       no       expired  no
iam      list roles           no       no       no       expired  no
lambda   list functions       no       no       no       expired  no
lambda   invoke               no       no       no       expired  no
dynamodb list tables          no       no       no       expired  no
secrets  list                 no       no       no       expired  no
cognito  list users           no       no       no       expired  no
cognito  list identities      no       no       no       expired  no
stacks   list                 no       no       no       expired  no
logs     list groups          no       no       no       expired  no
logs     write the function's no       no       no       expired  yes
logs     write another's      no       no       no       expired  no
";

/// What tokens open. `client`: ada's id token of another app client. `access`: her access token.
const WITH_TOKENS: &str = "
                              ada      client   access   tampered none
keys     POST /token          yes      no       no       no       no
keys     GET /credentials     yes      no       no       no       no
objects  ada's home           yes      no       no       no       no
objects  grace's home         no       no       no       no       no
objects  public               yes      no       no       no       no
objects  all                  no       no       no       no       no
versions ada's home           yes      no       no       no       no
versions grace's home         no       no       no       no       no
versions public               yes      no       no       no       no
versions all                  no       no       no       no       no
identity GetId                yes      no       no       no       no
identity ada's keys           yes      no       no       no       no
identity grace's keys         no       no       no       no       no
";

/// How expired keys are refused: at first with the one, by the local AWS with one of the others once it forgets them.
pub(crate) const EXPIRED: [&str; 4] =
    ["ExpiredToken", "InvalidClientTokenId", "InvalidAccessKeyId", "UnrecognizedClientException"];

/// How services that know no anonymous callers refuse them.
const UNSIGNED: [&str; 2] = ["MissingAuthenticationToken", "UnrecognizedClientException"];

#[test]
fn keys_open_what_iam_says_and_nothing_else() {
    let actors = Actor::all();
    let tried = tried(WITH_KEYS, |verb, object, column| actors[column].attempt(verb, object));
    assert!(tried == WITH_KEYS, "expected:{WITH_KEYS}\nbut was:{tried}");
}

#[test]
fn tokens_open_what_their_person_has_and_nothing_else() {
    let [ada, grace] = ["ada-with-a-token", "grace-with-a-token"].map(Person::new);
    let [ada_home, grace_home] = [&ada, &grace].map(|person| person.keys_and_home().1);
    let elsewhere = Person::sign_in(&ada.name, &another_client());
    let tokens = [&ada.id_token, &elsewhere.id_token, &ada.access_token, &ada.tampered_token(), ""];
    let tried = tried(WITH_TOKENS, |verb, object, column| {
        let token = tokens[column];
        let home = if object.starts_with("grace's") { &grace_home } else { &ada_home };
        let reply = match (verb, object) {
            ("keys", "POST /token") => exchange(token, ""),
            ("keys", _) => credentials(&format!("Bearer {token}")),
            ("objects" | "versions", _) => {
                let prefix = match object {
                    "public" => "public/",
                    "all" => "",
                    _ => home,
                };
                let list = if verb == "objects" { objects } else { versions };
                list(token, &format!("prefix={prefix}"))
            }
            (_, "GetId") => identity("GetId", token, "IdentityPoolId", recorded("identity_pool_id")),
            _ => identity("GetCredentialsForIdentity", token, "IdentityId", home.split('/').nth(1).unwrap()),
        };
        match reply.status {
            200 => "yes",
            400 | 401 | 403 => "no",
            _ => panic!("{verb} {object}: {reply:?}"),
        }
    });
    assert!(tried == WITH_TOKENS, "expected:{WITH_TOKENS}\nbut was:{tried}");
}

/// Somebody who tries, at a stack where ada and grace have homes.
struct Actor {
    name: &'static str,
    stack: &'static Stack,
    keys: Option<Keys>,
    homes: Homes,
}

/// The prefixes of two people's homes.
#[derive(Clone)]
struct Homes {
    ada: String,
    grace: String,
}

impl Actor {
    /// One for each column of the table.
    #[expect(clippy::disallowed_methods, reason = "it waits until keys have expired")]
    fn all() -> [Self; 5] {
        let expired = {
            let (keys, _, homes) = people_at(&OTHER_STACK);
            Self { name: "expired", stack: &OTHER_STACK, keys: Some(keys), homes }
        };
        assert_eq!(expired.attempt("list", "ada's home"), "yes", "they have not expired yet");
        let made = Instant::now();
        let (ada, grace, homes) = people_at(&STACK);
        let actor = |name, keys| Self { name, stack: &STACK, keys, homes: homes.clone() };
        let function = actor("function", Some(keys_of_function("token-exchange")));
        thread::sleep(Duration::from_secs(CREDENTIALS_SECONDS + 1).saturating_sub(made.elapsed()));
        [actor("ada", Some(ada)), actor("grace", Some(grace)), actor("guest", None), expired, function]
    }

    /// What came of it, in the table's word.
    fn attempt(&self, verb: &str, object: &str) -> &'static str {
        let reply = call(self.stack, self.keys.as_ref(), &request(self, verb, object));
        let text = reply.body.to_string();
        match reply.status {
            200..=299 => "yes",
            // Allowed, but there is none.
            404 if ["NoSuchVersion", "NoSuchUpload"].iter().any(|code| text.contains(code)) => "yes",
            _ if self.name == "expired" && EXPIRED.iter().any(|code| text.contains(code)) => "expired",
            _ if text.contains("AccessDenied") => "no",
            _ if self.keys.is_none() && UNSIGNED.iter().any(|code| text.contains(code)) => "no",
            _ => panic!("{} {verb} {object}: {reply:?}", self.name),
        }
    }
}

/// The keys of ada and of grace at `stack` and their homes, with objects wherever somebody may look for one.
fn people_at(stack: &Stack) -> (Keys, Keys, Homes) {
    let [(ada_keys, ada), (grace_keys, grace)] =
        ["ada-with-keys", "grace-with-keys"].map(|name| Person::new_at(stack, name).keys_and_home_at(stack));
    for prefix in [ada.as_str(), &grace, "public/", "elsewhere/"] {
        for name in ["note.txt", "old.txt"] {
            let path = format!("/{}/{prefix}{name}", stack.text("bucket"));
            let put = Call { service: "s3", method: "PUT", path, ..Call::default() };
            assert_eq!(call(stack, Some(&Keys::admin()), &put).status, 200);
        }
    }
    (ada_keys, grace_keys, Homes { ada, grace })
}

/// Keys of a function's role. Nobody but Lambda gets them on AWS; here the account's root does.
fn keys_of_function(name: &str) -> Keys {
    let json = |arguments: &[&str]| -> Value { aws(&Keys::admin(), arguments).unwrap().parse().unwrap() };
    let role = json(&["lambda", "get-function-configuration", "--function-name", function(name), "--query", "Role"]);
    let role = role.as_str().unwrap();
    let session = json(&["sts", "assume-role", "--role-arn", role, "--role-session-name", "function"]);
    Keys::of(&session["Credentials"])
}

/// An operation of Cognito Identity that AWS serves unsigned, with `token` as the login unless it is empty.
fn identity(operation: &str, token: &str, name: &str, value: &str) -> Reply {
    let provider = format!("cognito-idp.{}.amazonaws.com/{}", recorded("region"), recorded("user_pool_id"));
    let logins = if token.is_empty() { json!({}) } else { json!({ provider: token }) };
    let input = json!({ name: value, "Logins": logins });
    call(&STACK, None, &requests::target("cognito-identity", &format!("AWSCognitoIdentityService.{operation}"), &input))
}

/// The table with what happens instead of what is expected.
pub(crate) fn tried(table: &str, mut attempt: impl FnMut(&str, &str, usize) -> &'static str) -> String {
    let (head, rows) = table.trim_start().split_once('\n').unwrap();
    let columns = head.split_whitespace().count();
    let mut text = table[..table.len() - rows.len()].to_owned();
    for row in rows.lines() {
        let name = row.get(..30).unwrap();
        let (verb, object) = name.split_once(' ').unwrap();
        text.push_str(name);
        for column in 0..columns {
            let _ = write!(text, "{:<9}", attempt(verb, object.trim(), column));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}
