//! `GET /.well-known/oauth-protected-resource` (RFC 9728): what a client has to know of the API.

use gateway::{Seen, event, request};
use loopback::Cloud;
use serde_json::{Value, json};

use crate::setup::Setup;

const PATH: &str = "/.well-known/oauth-protected-resource";

/// The document of a function with these variables beside the usual ones.
async fn document(variables: &[(&str, &str)]) -> Value {
    let seen = Setup::with(variables).get(PATH, None, "").await;
    assert_eq!(seen.status, 200, "{seen:?}");
    let headers = ["access-control-allow-origin: *", "cache-control: max-age=300", "content-type: application/json"];
    assert_eq!(seen.headers, headers);
    seen.body
}

#[tokio::test]
async fn it_has_what_configures_a_client() {
    let expected = json!({
        "resource": "https://id.execute-api.eu-west-1.amazonaws.com", "authorization_servers": [Cloud::ISSUER],
        "bearer_methods_supported": ["header"], "resource_documentation": "https://docs.example.com/files",
        "latchkey": {
            "client_id": Cloud::CLIENT, "cli_client_id": "client-b",
            "cli_redirect_uris": ["http://localhost:53682/callback", "http://localhost:53683/callback"],
            "scopes": ["openid", "email", "profile"], "region": "eu-north-1",
            "identity_pool_id": Cloud::IDENTITY_POOL, "bucket": Cloud::BUCKET, "home": "private/{sub}/",
            "team": "team/{team}/",
        },
    });
    let variables = [
        ("API_DOCUMENTATION_URL", "https://docs.example.com/files"),
        ("HOME_PREFIX", "private/{sub}/"),
        ("TEAM_PREFIX", "team/{team}/"),
        ("TEAM_CLAIM", "custom:team"),
        ("AWS_REGION", "eu-north-1"),
    ];
    assert_eq!(document(&variables).await, expected);
}

#[tokio::test]
async fn what_there_is_not_is_left_out() {
    let variables = ["BUCKET_NAME", "CLI_CLIENT_ID", "CLI_REDIRECT_URIS", "SIGN_IN_SCOPES"].map(|name| (name, ""));
    let body = document(&variables).await;
    let expected = json!({
        "client_id": Cloud::CLIENT, "region": "eu-west-1", "identity_pool_id": Cloud::IDENTITY_POOL,
    });
    assert_eq!((&body["latchkey"], body.get("resource_documentation")), (&expected, None));
}

#[tokio::test]
async fn the_resource_is_the_address_under_which_it_was_asked() {
    let setup = Setup::new();
    let cases = [
        (json!("api.example.com"), json!("https://api.example.com")),
        (Value::Null, Value::Null),
        (json!("a\"b"), Value::Null),
    ];
    for (name, expected) in cases {
        let mut event = event("GET", PATH, "", &[], None);
        event["requestContext"]["domainName"] = name;
        let seen = Seen::new(&setup.api.handle(request(&event)).await);
        assert_eq!((seen.status, &seen.body["resource"]), (200, &expected));
    }
    assert_eq!(setup.cloud.aws.calls(), [""; 0], "nothing is asked");
}
