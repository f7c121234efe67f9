//! Roles of groups: whose keys a person gets, and what these open, where homes are named after the identity and where
//! they are named after the user.

mod setup;

use serde_json::json;

use self::setup::{Member, members_at, role, role_of_keys};
use crate::{
    access::tried,
    stack::{Call, Keys, OTHER_STACK, STRICT_STACK, Stack, call, exchange_at, get},
};

/// What the keys of people open. `editor`, `auditor` and `reader` are in one group each, `both` is in the first two, and
/// `chosen` is the same person with `role_arn`. The role of the readers lacks the template's policy for people. Without
/// teams, nobody gets at a team's folder.
const WITH_GROUPS: &str = "
                              nobody   editor   auditor  both     chosen   reader
get      own home             yes      yes      yes      yes      yes      no
put      own home             yes      yes      yes      yes      yes      no
get      another's home       no       no       yes      yes      no       no
put      another's home       no       no       no       no       no       no
get      public               yes      yes      yes      yes      yes      no
put      public               no       yes      no       no       yes      no
get      reports              no       no       no       no       no       yes
get      the team's           no       team     no       no       no       no
put      the team's           no       team     no       no       no       no
";

#[test]
fn keys_of_a_groups_role_open_what_it_says_and_nothing_else() {
    for (stack, word) in [(&*OTHER_STACK, "yes  "), (&*STRICT_STACK, "no   ")] {
        let members = members_at(stack);
        let other = &members[0].person;
        let others_home = other.keys_and_home_at(stack).1;
        let expected = WITH_GROUPS.replace("team ", word);
        let seen =
            tried(&expected, |verb, object, column| attempt(stack, &members[column], &others_home, verb, object));
        assert!(seen == expected, "expected:{expected}\nbut was:{seen}");
    }
}

/// What came of it, in the table's word.
fn attempt(stack: &Stack, member: &Member, others_home: &str, verb: &str, object: &str) -> &'static str {
    let own_home = member.person.keys_and_home_at(stack).1;
    let folder = match object {
        "own home" => own_home.as_str(),
        "another's home" if own_home == others_home => "private/of-nobody/",
        "another's home" => others_home,
        "public" => "public/",
        "reports" => "reports/",
        _ => "team/green/",
    };
    let method = if verb == "put" { "PUT" } else { "GET" };
    let path = format!("/{}/{folder}note.txt", stack.text("bucket"));
    let reply = call(stack, Some(&member.keys_at(stack)), &Call { service: "s3", method, path, ..Call::default() });
    match reply.status {
        200 | 404 => "yes",
        403 => "no",
        _ => panic!("{} {verb} {object}: {reply:?}", member.name),
    }
}

#[test]
fn whoami_says_which_role_somebody_gets_and_why() {
    let stack = &*STRICT_STACK;
    let members = members_at(stack);
    let who = |member: &Member, query: &str| {
        let url = format!("{}/whoami?{query}", stack.text("api_url"));
        get(&url, &[("Authorization", member.person.id_token.as_str())])
    };
    let [editors, auditors, readers] = ["editors", "auditors", "readers"].map(|group| role(stack, group));
    let expected = [
        (stack.output("AuthenticatedRoleArn"), "default"),
        (&editors, "group"),
        (&auditors, "group"),
        (&auditors, "precedence"),
        (&editors, "chosen"),
        (&readers, "group"),
    ];
    for (member, (arn, reason)) in members.iter().zip(expected) {
        let query = member.choice.map_or_else(String::new, |group| format!("role_arn={}", role(stack, group)));
        let seen = who(member, &query);
        let said = json!({ "arn": arn, "reason": reason });
        assert_eq!((seen.status, &seen.body["role"]), (200, &said), "{}: {seen:?}", member.name);
        let named: Vec<_> = seen.body["groups"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(named, member.groups, "{}", member.name);
        // And that is whose keys they get.
        let keys = Keys::of(&exchange_at(stack, &member.person.id_token, &format!("&{query}")).body);
        assert!(arn.ends_with(&format!("/{}", role_of_keys(stack, &keys))), "{}: {arn}", member.name);
    }
    let foreign = who(&members[0], &format!("role_arn={editors}"));
    assert_eq!((foreign.status, foreign.text("code")), (403, "access_denied"));
    let foreign = exchange_at(stack, &members[1].person.id_token, &format!("&role_arn={auditors}"));
    assert_eq!((foreign.status, foreign.text("error")), (400, "invalid_target"));
}
