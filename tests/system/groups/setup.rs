use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde_json::json;

use crate::stack::{Call, Keys, Person, Stack, aws_at, call, exchange_at, make_group};

/// Somebody in groups, signed in with them in the token.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) groups: &'static [&'static str],
    /// The group whose role they choose.
    pub(super) choice: Option<&'static str>,
    pub(super) person: Person,
}

/// The groups, each with what its role may do besides, and its precedence.
const GROUPS: [(&str, &str, &str, Option<&str>); 3] = [
    ("editors", "s3:PutObject", "public/*", Some("20")),
    ("auditors", "s3:GetObject", "private/*", Some("10")),
    ("readers", "s3:GetObject", "reports/*", None),
];

/// The group whose role lacks the template's policy for people.
const WITHOUT_POLICY: &str = "readers";

/// The parts of a [`Member`].
type Parts = (&'static str, &'static [&'static str], Option<&'static str>, Option<&'static str>);

/// Each with their groups, their team, and the group whose role they choose.
const MEMBERS: [Parts; 6] = [
    ("nobody", &[], None, None),
    ("editor", &["editors"], Some("green"), None),
    ("auditor", &["auditors"], Some("blue"), None),
    ("both", &["editors", "auditors"], None, None),
    ("chosen", &["editors", "auditors"], None, Some("editors")),
    ("reader", &["readers"], Some("green"), None),
];

impl Member {
    /// Their keys, of the role that they choose.
    pub(super) fn keys_at(&self, stack: &Stack) -> Keys {
        let choice = self.choice.map_or_else(String::new, |group| format!("&role_arn={}", role(stack, group)));
        let reply = exchange_at(stack, &self.person.id_token, &choice);
        assert_eq!(reply.status, 200, "{}: {reply:?}", self.name);
        Keys::of(&reply.body)
    }
}

/// The people of the tests at `stack`, with the groups, their roles, and objects for them.
pub(super) fn members_at(stack: &'static Stack) -> Vec<Member> {
    static MADE: Mutex<BTreeMap<&str, Vec<Member>>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(stack.text("endpoint")).or_insert_with(|| make(stack)).clone()
}

fn make(stack: &Stack) -> Vec<Member> {
    let bucket = stack.text("bucket");
    for (name, action, objects, precedence) in GROUPS {
        let rank = precedence.map(|number| vec!["--precedence", number]).unwrap_or_default();
        make_group(stack, name, &rank, name != WITHOUT_POLICY);
        let admin = |arguments: &[&str]| aws_at(stack, &Keys::admin(), arguments).unwrap();
        let statement =
            json!({ "Effect": "Allow", "Action": action, "Resource": format!("arn:aws:s3:::{bucket}/{objects}") });
        let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        admin(&["iam", "put-role-policy", "--role-name", name, "--policy-name", "own", "--policy-document", &document]);
    }
    for key in ["public/note.txt", "reports/note.txt", "team/green/note.txt"] {
        aws_at(stack, &Keys::admin(), &["s3api", "put-object", "--bucket", bucket, "--key", key]).unwrap();
    }
    MEMBERS
        .map(|(name, groups, team, choice)| Member { name, groups, choice, person: person(stack, name, groups, team) })
        .into()
}

fn person(stack: &Stack, name: &str, groups: &[&str], team: Option<&str>) -> Person {
    let team = team.filter(|_| stack.has_parameter("TeamClaim=custom:team"));
    Person::new_in_team(stack, name, team);
    let email = format!("{name}@example.com");
    for group in groups {
        let about = ["--user-pool-id", stack.text("user_pool_id"), "--username", stack.sign_in_name(name, &email)];
        let add = ["cognito-idp", "admin-add-user-to-group", "--group-name", group];
        aws_at(stack, &Keys::admin(), &[&add[..], &about].concat()).unwrap();
    }
    // The groups are in the tokens of a new sign-in.
    Person::sign_in_at(stack, name, stack.text("client_id"))
}

/// The ARN of a group's role.
pub(super) fn role(stack: &Stack, group: &str) -> String {
    format!("arn:aws:iam::{}:role/{group}", stack.text("account"))
}

/// The name of the role whose keys these are.
pub(super) fn role_of_keys(stack: &Stack, keys: &Keys) -> String {
    let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    let body = "Action=GetCallerIdentity&Version=2011-06-15".to_owned();
    let who = Call { service: "sts", method: "POST", path: "/".to_owned(), headers, body };
    let answer = call(stack, Some(keys), &who).body.to_string();
    answer.split_once(":assumed-role/").unwrap().1.split('/').next().unwrap().to_owned()
}
