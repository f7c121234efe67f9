//! The user pool and its app client: what each parameter of the sign-in changes, and what it must not leave behind.

use serde_json::{Value, json};

use crate::stack::Stack;

/// Each issuer of the stack, by who asks for it.
fn issuers(stack: &Stack) -> [Value; 4] {
    let variables = |function: &str| stack.properties(function)["Environment"]["Variables"]["USER_POOL_ISSUER"].clone();
    let authorizer = stack.properties("JwtAuthorizer")["JwtConfiguration"]["Issuer"].clone();
    [authorizer, variables("TokenExchange"), variables("ListObjects"), variables("ObjectLinks")]
}

#[test]
fn everybody_takes_the_issuer_from_the_pool_itself() {
    let stack = Stack::new();
    assert_eq!(stack.properties("UserPool")["IssuerConfiguration"], json!({ "Type": "ORIGINAL" }));
    assert_eq!(issuers(&stack), [const { "<UserPool.ProviderURL>" }; 4].map(|url| json!(url)));
    let provider = &stack.properties("IdentityPool")["CognitoIdentityProviders"][0];
    assert_eq!(provider["ProviderName"], "<UserPool.ProviderName>");
}

#[test]
fn the_cheapest_plan_is_not_asked_for_what_it_lacks() {
    let stack = Stack::new().with(&[("FeaturePlan", "LITE"), ("RefreshTokenRotation", "DISABLED")]);
    let pool = stack.properties("UserPool");
    assert_eq!((&pool["UserPoolTier"], &pool["IssuerConfiguration"]), (&json!("LITE"), &Value::Null));
    let client = stack.properties("UserPoolClient");
    assert_eq!(client["RefreshTokenRotation"], Value::Null);
    assert!(client["ExplicitAuthFlows"].as_array().unwrap().contains(&json!("ALLOW_REFRESH_TOKEN_AUTH")));
    assert_eq!(stack.properties("UserPoolDomain")["ManagedLoginVersion"], 1);
    assert!(!stack.resources().contains_key("ManagedLoginBranding"));
    let usual = Stack::new();
    assert_eq!(usual.properties("UserPoolDomain")["ManagedLoginVersion"], 2);
    // Without a branding, the pages of managed login are an error.
    let branding =
        json!({ "UserPoolId": "<UserPool>", "ClientId": "<UserPoolClient>", "UseCognitoProvidedValues": true });
    assert_eq!(usual.properties("ManagedLoginBranding"), branding);
}

#[test]
fn a_sign_in_of_ones_own_is_allowed_only_where_it_is_asked_for() {
    let always = "ALLOW_ADMIN_USER_PASSWORD_AUTH";
    for (parameters, flows) in [
        (vec![], vec![always]),
        (vec![("AllowSrpSignIn", "true")], vec!["ALLOW_USER_SRP_AUTH", always]),
        (vec![("AllowPasswordSignIn", "true")], vec![always, "ALLOW_USER_PASSWORD_AUTH"]),
    ] {
        let client = Stack::new().with(&parameters).properties("UserPoolClient");
        assert_eq!(client["ExplicitAuthFlows"], json!(flows), "{parameters:?}");
    }
}

/// RFC 8252: a native application is a public client with the code flow, and returns to the loopback.
#[test]
fn the_command_line_has_a_client_of_its_own_that_nobody_needs_a_secret_for() {
    let (stack, without) = (Stack::new(), Stack::new().with(&[("CommandLineClient", "false")]));
    let client = stack.properties("CommandLine");
    assert_eq!((&client["GenerateSecret"], &client["AllowedOAuthFlows"]), (&json!(false), &json!(["code"])));
    assert_eq!(client["ExplicitAuthFlows"], json!(["ALLOW_ADMIN_USER_PASSWORD_AUTH"]));
    let variables = &stack.properties("TokenExchange")["Environment"]["Variables"];
    let addresses: Vec<_> =
        client["CallbackURLs"].as_array().unwrap().iter().map(|url| url.as_str().unwrap()).collect();
    assert!(addresses.len() == 3 && addresses.iter().all(|url| url.starts_with("http://localhost:")), "{addresses:?}");
    assert_eq!(variables["CLI_REDIRECT_URIS"], addresses.join(","));
    assert_eq!(variables["CLI_CLIENT_ID"], "<CommandLine>");
    // Whatever else a client has, both have.
    let own = ["ClientName", "CallbackURLs", "LogoutURLs"];
    for parameters in [
        vec![],
        vec![("TeamClaim", "custom:team")],
        vec![("FeaturePlan", "LITE"), ("RefreshTokenRotation", "DISABLED")],
        vec![("OidcName", "Company"), ("SamlName", "Other"), ("DirectorySignIn", "false")],
    ] {
        let stack = Stack::new().with(&parameters);
        let [app, cli] = ["UserPoolClient", "CommandLine"].map(|name| {
            let mut client = stack.properties(name);
            client.as_object_mut().unwrap().retain(|member, _| !own.contains(&member.as_str()));
            client
        });
        assert_eq!(app, cli, "{parameters:?}");
    }
    // Everybody who looks at the audience knows both, or the one.
    for (stack, clients) in [(&stack, vec!["<UserPoolClient>", "<CommandLine>"]), (&without, vec!["<UserPoolClient>"])]
    {
        assert_eq!(stack.properties("JwtAuthorizer")["JwtConfiguration"]["Audience"], json!(clients));
        let pool = stack.properties("IdentityPool");
        let providers = pool["CognitoIdentityProviders"].as_array().unwrap().iter();
        let checked = providers.filter(|provider| provider["ServerSideTokenCheck"] == true);
        assert_eq!(checked.map(|provider| &provider["ClientId"]).collect::<Vec<_>>(), clients);
        for function in ["TokenExchange", "ListObjects", "ObjectLinks"] {
            let variables = &stack.properties(function)["Environment"]["Variables"];
            assert_eq!(variables["USER_POOL_CLIENT_IDS"], clients.join(","), "{function}");
        }
    }
    assert_eq!(without.properties("TokenExchange")["Environment"]["Variables"]["CLI_CLIENT_ID"], "");
    assert!(!without.resources().contains_key("CommandLineBranding"));
}

#[test]
fn an_address_is_an_alias_or_the_only_name() {
    for (name, aliases, names, verifies) in
        [("username", json!(["email"]), Value::Null, "false"), ("email", Value::Null, json!(["email"]), "true")]
    {
        let stack = Stack::new().with(&[("SignInName", name)]);
        let pool = stack.properties("UserPool");
        assert_eq!((&pool["AliasAttributes"], &pool["UsernameAttributes"]), (&aliases, &names), "{name}");
        // A verified alias is taken away from the user who had it.
        let variables = &stack.properties("PreSignUp")["Environment"]["Variables"];
        assert_eq!(variables["SIGN_UP_INVITE_VERIFIES"], verifies, "{name}");
    }
}

#[test]
fn people_may_sign_up_themselves_unless_that_is_switched_off() {
    for (value, administrators_only) in [("true", false), ("false", true)] {
        let pool = Stack::new().with(&[("SelfSignUp", value)]).properties("UserPool");
        assert_eq!(pool["AdminCreateUserConfig"], json!({ "AllowAdminCreateUserOnly": administrators_only }));
    }
}

#[test]
fn mail_goes_through_ses_with_what_is_given_of_it() {
    assert_eq!(Stack::new().properties("UserPool")["EmailConfiguration"], Value::Null);
    let identity = ("EmailIdentityArn", "arn:aws:ses:eu-west-1:111122223333:identity/example.com");
    let pool = Stack::new().with(&[identity]).properties("UserPool");
    assert_eq!(pool["EmailConfiguration"], json!({ "EmailSendingAccount": "DEVELOPER", "SourceArn": identity.1 }));
    let all =
        [identity, ("EmailFrom", "a@example.com"), ("EmailReplyTo", "b@example.com"), ("EmailConfigurationSet", "c")];
    let pool = Stack::new().with(&all).properties("UserPool");
    let expected = json!({
        "EmailSendingAccount": "DEVELOPER", "SourceArn": identity.1, "From": "a@example.com",
        "ReplyToEmailAddress": "b@example.com", "ConfigurationSet": "c",
    });
    assert_eq!(pool["EmailConfiguration"], expected);
}

#[test]
fn threats_are_acted_on_only_where_that_is_enforced() {
    for mode in ["OFF", "AUDIT"] {
        let stack = Stack::new().with(&[("FeaturePlan", "PLUS"), ("ThreatProtection", mode)]);
        assert!(!stack.resources().contains_key("ThreatActions"), "{mode}");
    }
    let enforced = [("FeaturePlan", "PLUS"), ("ThreatProtection", "ENFORCED")];
    let actions = |more: &[(&'static str, &'static str)]| {
        let stack = Stack::new().with(&[&enforced[..], more].concat());
        assert_eq!(stack.properties("UserPool")["UserPoolAddOns"], json!({ "AdvancedSecurityMode": "ENFORCED" }));
        stack.properties("ThreatActions")
    };
    let safe = json!({
        "UserPoolId": "<UserPool>", "ClientId": "ALL",
        "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "BLOCK" } },
        "AccountTakeoverRiskConfiguration": { "Actions": {
            "LowAction": { "EventAction": "NO_ACTION", "Notify": false },
            "MediumAction": { "EventAction": "MFA_IF_CONFIGURED", "Notify": false },
            "HighAction": { "EventAction": "BLOCK", "Notify": false },
        } },
    });
    assert_eq!(actions(&[]), safe);
    let takeover =
        &actions(&[("EmailIdentityArn", "arn:x"), ("EmailFrom", "a@example.com")])["AccountTakeoverRiskConfiguration"];
    assert_eq!(takeover["NotifyConfiguration"], json!({ "SourceArn": "arn:x", "From": "a@example.com" }));
    let notified = ["LowAction", "MediumAction", "HighAction"].map(|risk| takeover["Actions"][risk]["Notify"].clone());
    assert_eq!(notified, [json!(false), json!(true), json!(true)]);
    let silent =
        &actions(&[("EmailIdentityArn", "arn:x"), ("ThreatNotify", "false")])["AccountTakeoverRiskConfiguration"];
    assert_eq!(silent["NotifyConfiguration"], Value::Null);
}

#[test]
fn what_costs_something_of_its_own_is_made_only_when_it_is_asked_for() {
    let usual = Stack::new().resources();
    assert!(!usual.contains_key("UserPoolWebAcl") && !usual.contains_key("Budget"));
    let asked = Stack::new().with(&[("UserPoolWebAclArn", "arn:acl"), ("BudgetEmail", "a@example.com")]);
    let association = json!({ "ResourceArn": "<UserPool.Arn>", "WebACLArn": "arn:acl" });
    assert_eq!(asked.properties("UserPoolWebAcl"), association);
    let budget = asked.properties("Budget");
    assert_eq!(budget["Budget"]["BudgetLimit"], json!({ "Amount": 50, "Unit": "USD" }));
    let kinds = budget["NotificationsWithSubscribers"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds.map(|notified| &notified["Notification"]["NotificationType"]).collect();
    assert_eq!(kinds, ["ACTUAL", "FORECASTED"]);
}

/// Source: "Lambda quotas" in the AWS Lambda developer guide: 4 KB for all environment variables of a function. A key
/// of 512 bytes is what the parameter's text allows.
#[test]
fn the_longest_lists_and_key_fit_into_lambdas_environment() {
    let longest = |parameter: &str| {
        let length = Stack::new().parameter(parameter)["MaxLength"].as_u64();
        usize::try_from(length.unwrap()).unwrap()
    };
    let variables = Stack::new().properties("PreSignUp")["Environment"]["Variables"].clone();
    let given = |name: &str| match name {
        "SIGN_UP_ALLOWED_DOMAINS" => longest("SignUpAllowedDomains"),
        "SIGN_UP_BLOCKED_DOMAINS" => longest("SignUpBlockedDomains"),
        "SIGN_UP_AUTO_CONFIRM_DOMAINS" => longest("SignUpAutoConfirmDomains"),
        "SIGN_UP_INVITE_KEY" => 512,
        _ => "false".len(),
    };
    let bytes: usize = variables.as_object().unwrap().keys().map(|name| name.len() + given(name)).sum();
    assert!(bytes <= 4096, "{bytes}");
}
