//! Names that follow the partition.

use serde_json::Value;

use crate::stack::{IRELAND, Region, Stack};

const GOVCLOUD_WEST: Region = Region { partition: "aws-us-gov", name: "us-gov-west-1", suffix: "amazonaws.com" };
const GOVCLOUD_EAST: Region = Region { name: "us-gov-east-1", ..GOVCLOUD_WEST };
const CHINA: Region = Region { partition: "aws-cn", name: "cn-north-1", suffix: "amazonaws.com.cn" };
const SOVEREIGN: Region = Region { partition: "aws-eusc", name: "eusc-de-east-1", suffix: "amazonaws.eu" };

#[test]
fn the_identity_provider_and_the_sign_in_pages_have_the_partitions_names() {
    let commercial = "cognito-identity.amazonaws.com";
    for (region, provider, sign_in) in [
        (IRELAND, commercial, "auth.eu-west-1.amazoncognito.com"),
        (GOVCLOUD_WEST, "cognito-identity-us-gov.amazonaws.com", "auth-fips.us-gov-west-1.amazoncognito.com"),
        (GOVCLOUD_EAST, "cognito-identity.us-gov-east-1.amazonaws.com", "auth-fips.us-gov-east-1.amazoncognito.com"),
        (CHINA, "cognito-identity.cn-north-1.amazonaws.com.cn", "auth.cn-north-1.amazoncognito.com.cn"),
        (SOVEREIGN, commercial, "auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu"),
    ] {
        let stack = Stack::new().in_region(region);
        let role = stack.properties("AuthenticatedRole");
        let trust: Value = serde_json::from_str(role["AssumeRolePolicyDocument"].as_str().unwrap()).unwrap();
        let statement = &trust["Statement"][0];
        assert_eq!(statement["Principal"]["Federated"], provider, "{region:?}");
        assert_eq!(statement["Condition"]["StringEquals"][format!("{provider}:aud")], "<IdentityPool>", "{region:?}");
        let home = format!("private/${{{provider}:sub}}/*");
        let statements = &stack.properties("PersonPolicy")["PolicyDocument"]["Statement"];
        assert_eq!(statements[0]["Condition"]["StringLike"]["s3:prefix"][0], home, "{region:?}");
        assert_eq!(statements[1]["Resource"], format!("<Bucket.Arn>/{home}"), "{region:?}");
        let outputs = stack.outputs();
        let authorize = format!("https://<UserPoolDomain>.{sign_in}/oauth2/authorize");
        assert_eq!(outputs["AuthorizeUrl"], authorize, "{region:?}");
        assert_eq!(outputs["OAuthTokenUrl"], authorize.replace("authorize", "token"), "{region:?}");
        assert!(outputs["SignInUrl"].as_str().unwrap().starts_with(&format!("{authorize}?")), "{region:?}");
    }
}

#[test]
fn nothing_else_names_a_partition() {
    let stack = Stack::new().in_region(CHINA);
    let all = Value::Object(stack.resources()).to_string() + &stack.outputs().to_string();
    for arn in all.split("arn:aws").skip(1) {
        assert!(arn.starts_with("-cn:"), "arn:aws{}", arn.get(..60).unwrap_or(arn));
    }
    // A service's name towards IAM and Lambda is the same everywhere.
    let principals = ["lambda", "apigateway", "cognito-idp"].map(|service| format!("\"{service}.amazonaws.com\""));
    let others = principals.iter().fold(all.clone(), |text, principal| text.replace(principal, "\"\""));
    assert!(all.contains(".amazonaws.com.cn"));
    for (host, rest) in others.match_indices(".amazonaws.com").map(|(at, found)| others.split_at(at + found.len())) {
        assert!(rest.starts_with(".cn"), "…{}", host.get(host.len() - 60..).unwrap_or(host));
    }
}
