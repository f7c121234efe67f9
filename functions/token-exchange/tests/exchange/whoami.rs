//! `GET /whoami`: what a token gives, and why.

use loopback::{Aws, Cloud};
use serde_json::{Value, json};

use crate::setup::Setup;

const EDITORS: &str = "arn:aws:iam::111122223333:role/editors";
const AUDITORS: &str = "arn:aws:iam::111122223333:role/auditors";

async fn who_is(setup: &Setup, claims: &Value, query: &str) -> Value {
    let seen = setup.get("/whoami", Some(&setup.cloud.token(claims)), query).await;
    assert_eq!(seen.status, 200, "{seen:?}");
    assert_eq!(seen.headers, ["cache-control: no-store", "content-type: application/json", "pragma: no-cache"]);
    seen.body
}

#[tokio::test]
async fn it_says_what_a_token_gives() {
    let setup = Setup::with(&[("TEAM_PREFIX", "team/{team}/"), ("TEAM_CLAIM", "custom:team")]);
    let claims = json!({ "custom:team": "red", "cognito:groups": ["editors"] });
    let mut body = who_is(&setup, &claims, "").await;
    assert!(body["token_expires_at"].take().as_str().unwrap().ends_with('Z'));
    let own = ["list", "read", "write", "delete"];
    let expected = json!({
        "sub": "subject-1", "user_name": "ada", "identity_id": Aws::IDENTITY_ID,
        "bucket": Cloud::BUCKET, "home": Cloud::HOME, "team": { "name": "red", "prefix": "team/red/" },
        "access": [
            { "prefix": Cloud::HOME, "actions": own },
            { "prefix": "team/red/", "actions": own },
            { "prefix": "public/", "actions": ["list", "read"] },
        ],
        "groups": ["editors"], "roles": [], "role": { "arn": Cloud::USUAL_ROLE, "reason": "default" },
        "token_expires_at": null,
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn it_says_which_role_and_why() {
    let setup = Setup::new();
    let one = json!({ "cognito:roles": [EDITORS], "cognito:preferred_role": EDITORS });
    let several = json!({ "cognito:roles": [EDITORS, AUDITORS], "cognito:preferred_role": AUDITORS });
    let equal = json!({ "cognito:roles": [EDITORS, AUDITORS] });
    let choice = format!("role_arn={EDITORS}");
    let cases = [
        (&json!({}), "", Cloud::USUAL_ROLE, "default"),
        (&one, "", EDITORS, "group"),
        (&several, "", AUDITORS, "precedence"),
        (&several, choice.as_str(), EDITORS, "chosen"),
        (&equal, "", Cloud::USUAL_ROLE, "default"),
    ];
    for (claims, query, arn, reason) in cases {
        let body = who_is(&setup, claims, query).await;
        assert_eq!(body["role"], json!({ "arn": arn, "reason": reason }), "{claims}");
        assert_eq!(body["roles"], *claims.get("cognito:roles").unwrap_or(&json!([])));
    }
}

#[tokio::test]
async fn what_there_is_not_is_left_out() {
    let setup = Setup::with(&[
        ("HOME_PREFIX", "private/{sub}/"),
        ("PUBLIC_PREFIX", ""),
        ("TEAM_PREFIX", "t/{team}/"),
        ("TEAM_CLAIM", "x"),
    ]);
    let body = who_is(&setup, &json!({ "sub": "a/b", "cognito:username": null, "x": "red" }), "").await;
    let members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["access", "bucket", "groups", "identity_id", "role", "roles", "sub", "token_expires_at"];
    assert_eq!((members.as_slice(), &body["access"]), (expected.as_slice(), &json!([])), "no home, and no team either");
    let setup = Setup::with(&[("BUCKET_NAME", ""), ("AUTHENTICATED_ROLE_ARN", "")]);
    let body = who_is(&setup, &json!({}), "").await;
    assert_eq!((body.get("bucket"), body.get("access"), &body["role"]), (None, None, &json!({ "reason": "default" })));
}

#[tokio::test]
async fn it_costs_one_exchange_and_a_hint_saves_half_of_it() {
    let setup = Setup::new();
    who_is(&setup, &json!({}), &format!("identity_id={}", Aws::IDENTITY_ID)).await;
    who_is(&setup, &json!({ "sub": "subject-2" }), "").await;
    let calls = ["jwks", "GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity"];
    assert_eq!(setup.cloud.aws.calls(), calls);
}

#[tokio::test]
async fn a_signed_out_person_is_nobody() {
    let setup = Setup::new();
    setup.cloud.aws.set_get_credentials(Aws::error(400, "NotAuthorizedException"));
    let seen = setup.get("/whoami", Some(&setup.cloud.token(&json!({}))), "").await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (401, Some("invalid_token")));
    assert_eq!(setup.get("/whoami", None, "").await.body["code"], "missing_token");
    let token = setup.cloud.token(&json!({}));
    assert_eq!(setup.get("/whoami", Some(&token), "x=1").await.body["message"], "x is not a known parameter.");
}
