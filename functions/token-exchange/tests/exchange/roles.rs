//! Roles of groups: a person chooses one of theirs, and no other.

use gateway::Seen;
use loopback::{Answer, Cloud};
use serde_json::{Value, json};
use test_tokens::{changed, id_claims};

use crate::setup::Setup;

const EDITORS: &str = "arn:aws:iam::111122223333:role/editors";
const AUDITORS: &str = "arn:aws:iam::111122223333:role/auditors";
const FOREIGN: &str = "role_arn must be one of the roles in the id token's cognito:roles.";

fn member(cloud: &Cloud) -> String {
    cloud.token(&json!({ "cognito:groups": ["editors", "auditors"], "cognito:roles": [EDITORS, AUDITORS] }))
}

/// The `CustomRoleArn` of each call for credentials.
fn chosen(cloud: &Cloud) -> Vec<Value> {
    let requests = cloud.aws.received().into_iter();
    let bodies = requests.filter_map(|request| serde_json::from_slice::<Value>(&request.body).ok());
    bodies.filter(|body| body["IdentityId"].is_string()).map(|body| body["CustomRoleArn"].clone()).collect()
}

#[tokio::test]
async fn cognito_is_told_which_of_their_roles_a_person_chose() {
    let setup = Setup::new();
    let token = member(&setup.cloud);
    let answers = [
        setup.get_credentials(Some(&token), &format!("role_arn={AUDITORS}")).await,
        setup.exchange(&token, &[("role_arn", EDITORS)]).await,
        setup.get("/whoami", Some(&token), &format!("role_arn={AUDITORS}")).await,
        setup.get_credentials(Some(&token), "").await,
        // An empty value counts as absent (RFC 6749 §3.2).
        setup.get_credentials(Some(&token), "role_arn=").await,
        setup.exchange(&token, &[("role_arn", "")]).await,
    ];
    assert!(answers.iter().all(|seen| seen.status == 200), "{answers:?}");
    let none = Value::Null;
    assert_eq!(
        chosen(&setup.cloud),
        [json!(AUDITORS), json!(EDITORS), json!(AUDITORS), none.clone(), none.clone(), none]
    );
}

#[tokio::test]
async fn a_role_that_the_token_does_not_name_is_refused_before_cognito_is_asked() {
    let setup = Setup::new();
    let others = "arn:aws:iam::111122223333:role/admins";
    let (member, nobody) = (member(&setup.cloud), setup.cloud.token(&json!({})));
    for (token, arn) in [(&member, others), (&member, "editors"), (&nobody, EDITORS), (&nobody, Cloud::USUAL_ROLE)] {
        for path in ["/credentials", "/whoami"] {
            let seen = setup.get(path, Some(token), &format!("role_arn={arn}")).await;
            assert_eq!((seen.status, seen.body["code"].as_str()), (403, Some("access_denied")), "{path} {arn}");
            assert_eq!(seen.body["message"], FOREIGN);
        }
        // RFC 8693 §2.2.2.
        let seen = setup.exchange(token, &[("role_arn", arn)]).await;
        let expected = json!({ "error": "invalid_target", "error_description": FOREIGN });
        assert_eq!((seen.status, seen.body), (400, expected), "{arn}");
    }
    assert!(setup.cloud.aws.calls().iter().all(|call| call == "jwks"), "{:?}", setup.cloud.aws.calls());
}

#[tokio::test]
async fn a_token_with_two_lists_of_roles_is_refused() {
    let setup = Setup::new();
    let claims = id_claims(Cloud::ISSUER, Cloud::CLIENT, "subject-1", setup.cloud.started_seconds);
    let claims = changed(&claims, &json!({ "cognito:roles": [EDITORS] })).to_string();
    let twice = claims.replacen('{', &format!("{{\"cognito:roles\":[\"{AUDITORS}\"],"), 1);
    let token = setup.cloud.key.sign_parts(setup.cloud.key.header().to_string().as_bytes(), twice.as_bytes());
    let seen = setup.get_credentials(Some(&token), &format!("role_arn={AUDITORS}")).await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (401, Some("invalid_token")), "{seen:?}");
}

#[tokio::test]
async fn a_person_whom_cognito_gives_no_role_is_told_so() {
    let setup = Setup::new();
    let message = "The ambiguous role mapping rules denied this request.";
    let refusal = json!({ "__type": "NotAuthorizedException", "message": message });
    setup.cloud.aws.set_get_credentials(Answer::json(400, refusal));
    let token = member(&setup.cloud);
    let told = |seen: &Seen, member: &str| seen.body[member].as_str().unwrap().starts_with("Cognito gives you no role");
    let seen = setup.get_credentials(Some(&token), "").await;
    assert_eq!((seen.status, seen.body["code"].as_str(), told(&seen, "message")), (403, Some("access_denied"), true));
    let seen = setup.exchange(&token, &[]).await;
    let found = (seen.status, seen.body["error"].as_str(), told(&seen, "error_description"));
    assert_eq!(found, (400, Some("invalid_target"), true));
}
