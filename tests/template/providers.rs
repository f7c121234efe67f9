//! Sign-in through an identity provider: what Cognito is told of it, and that nothing is left open beside it.

use serde_json::{Value, json};

use crate::stack::Stack;

const OIDC: [(&str, &str); 4] = [
    ("OidcName", "Company"),
    ("OidcIssuer", "https://login.example.com"),
    ("OidcClientId", "client"),
    ("OidcClientSecret", "latchkey/oidc"),
];
const SAML: [(&str, &str); 2] = [("SamlName", "Partner"), ("SamlMetadataUrl", "https://idp.example.com/metadata")];
const WITHOUT_DIRECTORY: (&str, &str) = ("DirectorySignIn", "false");

fn providers(stack: &Stack) -> Vec<String> {
    let kind = "AWS::Cognito::UserPoolIdentityProvider";
    let resources = stack.resources().into_iter();
    resources.filter(|(_, resource)| resource["Type"] == kind).map(|(name, _)| name).collect()
}

#[test]
fn nobody_has_a_provider_who_names_none() {
    let stack = Stack::new();
    assert_eq!(providers(&stack), Vec::<String>::new());
    let client = stack.properties("UserPoolClient");
    assert_eq!(client["SupportedIdentityProviders"], json!(["COGNITO"]));
    assert_eq!(client["ExplicitAuthFlows"], json!(["ALLOW_ADMIN_USER_PASSWORD_AUTH"]));
}

#[test]
fn a_provider_is_told_what_is_given_of_it() {
    let oidc = json!({
        "UserPoolId": "<UserPool>", "ProviderName": "Company", "ProviderType": "OIDC",
        "ProviderDetails": {
            "oidc_issuer": "https://login.example.com", "client_id": "client",
            "client_secret": "{{resolve:secretsmanager:latchkey/oidc:SecretString}}",
            "authorize_scopes": "openid email profile", "attributes_request_method": "GET",
        },
        "AttributeMapping": { "email": "email", "email_verified": "email_verified", "name": "name" },
    });
    let stack = Stack::new().with(&OIDC);
    assert_eq!((providers(&stack), stack.properties("OidcProvider")), (vec!["OidcProvider".to_owned()], oidc));
    let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
    let saml = json!({
        "UserPoolId": "<UserPool>", "ProviderName": "Partner", "ProviderType": "SAML",
        "ProviderDetails": { "MetadataURL": "https://idp.example.com/metadata" },
        "AttributeMapping": {
            "email": format!("{claims}/emailaddress"), "email_verified": "email_verified", "name": format!("{claims}/name"),
        },
    });
    let stack = Stack::new().with(&SAML);
    assert_eq!((providers(&stack), stack.properties("SamlProvider")), (vec!["SamlProvider".to_owned()], saml));
}

#[test]
fn the_app_client_uses_the_providers_that_are_there() {
    let both = [&OIDC[..], &SAML].concat();
    let alone = [&both[..], &[WITHOUT_DIRECTORY]].concat();
    for (parameters, used) in [
        (OIDC.to_vec(), json!(["COGNITO", "<OidcProvider>"])),
        (SAML.to_vec(), json!(["COGNITO", "<SamlProvider>"])),
        (both, json!(["COGNITO", "<OidcProvider>", "<SamlProvider>"])),
        (alone, json!(["<OidcProvider>", "<SamlProvider>"])),
    ] {
        let client = Stack::new().with(&parameters).properties("UserPoolClient");
        assert_eq!(client["SupportedIdentityProviders"], used, "{parameters:?}");
    }
}

/// Source: "`ExplicitAuthFlows`" of the `CreateUserPoolClient` API: an empty list means Cognito's own, with SRP in it.
#[test]
fn without_the_directory_there_are_no_flows_with_passwords_and_nobody_signs_up() {
    let lite = [("FeaturePlan", "LITE"), ("RefreshTokenRotation", "DISABLED")];
    for (more, flows) in
        [(&[][..], json!(["ALLOW_CUSTOM_AUTH"])), (&lite[..], json!(["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]))]
    {
        let stack = Stack::new().with(&[&OIDC[..], &[WITHOUT_DIRECTORY], more].concat());
        assert_eq!(stack.properties("UserPoolClient")["ExplicitAuthFlows"], flows);
        let pool = stack.properties("UserPool");
        assert_eq!(pool["AdminCreateUserConfig"], json!({ "AllowAdminCreateUserOnly": true }));
        // The one trigger: without those of a custom sign-in, its flow opens nothing.
        assert_eq!(pool["LambdaConfig"], json!({ "PreSignUp": "<PreSignUp.Arn>" }));
    }
}

#[test]
fn what_a_provider_sets_can_be_written_by_the_app_client_and_a_team_cannot() {
    let stack = Stack::new().with(&[&OIDC[..], &SAML, &[("TeamClaim", "custom:team")]].concat());
    let client = stack.properties("UserPoolClient");
    let writes = |attribute: &str| client["WriteAttributes"].as_array().unwrap().contains(&json!(attribute));
    for provider in ["OidcProvider", "SamlProvider"] {
        let mapping: Value = stack.properties(provider)["AttributeMapping"].clone();
        for attribute in mapping.as_object().unwrap().keys() {
            // Cognito sets this one itself, and lets no app client write it.
            assert!(writes(attribute) || attribute == "email_verified", "{provider}: {attribute}");
        }
        assert_eq!(mapping["custom:team"], Value::Null, "{provider}");
    }
    assert!(!writes("custom:team"));
}
