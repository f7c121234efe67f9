use loopback::{Answer, Aws, Cloud};
use serde::Deserialize;

/// What an event alone does not say: how AWS answers the function, and how the function is set up. The file with the
/// answer names it, `{ "aws": "cognito-throttles", "sign_ups": "strict" }`; where it names nothing, all is as usual.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Circumstances {
    aws: Option<AwsState>,
    sign_ups: SignUps,
}

/// How AWS answers: a row of [`AWS`].
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct AwsState(&'static (&'static str, Setting));

/// Tells AWS how to answer.
type Setting = fn(&Aws);

/// Who may sign up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SignUps {
    /// As [`Cloud::variables`] has it: a file that wants this names nothing.
    #[default]
    #[serde(skip)]
    Usual,
    /// Few, with all rules on.
    Strict,
}

/// How AWS answers, by the name that a case gives it. Without a name it answers well, and the bucket is empty.
static AWS: [(&str, Setting); 20] = [
    ("keys-fail", |aws| aws.set_jwks(Answer::json(500, "{}"))),
    ("cognito-refuses", |aws| aws.set_get_credentials(Aws::error(400, "NotAuthorizedException"))),
    ("cognito-throttles", |aws| aws.set_get_id(Aws::error(400, "TooManyRequestsException"))),
    ("cognito-has-no-role", |aws| {
        aws.set_get_credentials(Aws::error(400, "InvalidIdentityPoolConfigurationException"));
    }),
    ("cognito-has-no-pool", |aws| aws.set_get_id(Aws::error(400, "ResourceNotFoundException"))),
    ("cognito-fails", |aws| aws.set_get_credentials(Aws::error(500, "InternalErrorException"))),
    ("cognito-is-silent", |aws| aws.set_get_id(Answer::Hang)),
    ("s3-has-objects", |aws| aws.set_list_objects(Aws::page(OBJECTS))),
    ("s3-has-odd-keys", |aws| aws.set_list_objects(Aws::page(ODD_KEYS))),
    ("s3-has-versions", |aws| aws.set_list_versions(Aws::versions_page(VERSIONS))),
    ("s3-has-a-part", |aws| aws.set_upload("ListParts", [Aws::parts(&PARTS[..1], false)])),
    ("s3-has-all-parts", |aws| aws.set_upload("ListParts", [Aws::parts(&PARTS, false)])),
    ("s3-has-no-upload", |aws| uploads(aws, &Aws::s3_error(404, "NoSuchUpload"))),
    ("s3-denies", |aws| s3(aws, Aws::s3_error(403, "AccessDenied"))),
    ("s3-refuses-the-credentials", |aws| s3(aws, Aws::s3_error(400, "ExpiredToken"))),
    ("s3-refuses-the-cursor", |aws| s3(aws, Aws::s3_error(400, "InvalidArgument"))),
    ("s3-has-no-bucket", |aws| s3(aws, Aws::s3_error(404, "NoSuchBucket"))),
    ("s3-throttles", |aws| s3(aws, Aws::s3_error(503, "SlowDown"))),
    ("s3-fails", |aws| s3(aws, Aws::s3_error(500, "InternalError"))),
    ("s3-is-silent", |aws| s3(aws, Answer::Hang)),
];

const STRICT_VARIABLES: [(&str, &str); 4] = [
    ("SIGN_UP_ALLOWED_DOMAINS", "example.com,gmail.com,googlemail.com,mailinator.com"),
    ("SIGN_UP_ONE_PER_MAILBOX", "true"),
    ("SIGN_UP_INVITE_KEY", Cloud::INVITE_KEY),
    ("SIGN_UP_INVITE_VERIFIES", "true"),
];

const OBJECTS: &str = "<IsTruncated>true</IsTruncated><NextContinuationToken>1ueGcxLPRx1Tr</NextContinuationToken>\
    <Contents><Key>private/eu-west-1%3A11111111-2222-3333-4444-555555555555/hello.txt</Key>\
    <LastModified>2026-03-12T17:50:30.000Z</LastModified><ETag>&quot;6c66bdff31e1c09f21e2345c5c67c3e0&quot;</ETag>\
    <Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>\
    <CommonPrefixes>\
    <Prefix>private/eu-west-1%3A11111111-2222-3333-4444-555555555555/reports/</Prefix></CommonPrefixes>";

const ODD_KEYS: &str = "<IsTruncated>false</IsTruncated>\
    <Contents><Key>public/a+blank%2C+a+%2B%2C+a+%25+and+a+%26</Key>\
    <LastModified>2026-03-12T17:50:30.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>\
    <Size>0</Size><StorageClass>GLACIER_IR</StorageClass></Contents>\
    <Contents><Key>public/%F0%9F%A6%80%0A%01</Key><LastModified>2026-03-12T17:50:30.999Z</LastModified>\
    <ETag>&quot;d41d8cd98f00b204e9800998ecf8427e-2&quot;</ETag><Size>5497558138880</Size></Contents>";

const VERSIONS: &str = "<IsTruncated>true</IsTruncated>\
    <NextKeyMarker>private/eu-west-1%3A11111111-2222-3333-4444-555555555555/reports/</NextKeyMarker>\
    <DeleteMarker><Key>private/eu-west-1%3A11111111-2222-3333-4444-555555555555/hello.txt</Key>\
    <VersionId>J9QbLlz1vX2kq.Sn7aT0yR4wE8uHfGcD</VersionId><IsLatest>true</IsLatest>\
    <LastModified>2026-03-14T08:00:00.000Z</LastModified></DeleteMarker>\
    <Version><Key>private/eu-west-1%3A11111111-2222-3333-4444-555555555555/hello.txt</Key>\
    <VersionId>bZ3tQp5oYc8rV1nKxW6eM_iU0sLgAjHd</VersionId><IsLatest>false</IsLatest>\
    <LastModified>2026-03-12T17:50:30.000Z</LastModified><ETag>&quot;6c66bdff31e1c09f21e2345c5c67c3e0&quot;</ETag>\
    <Size>12</Size><StorageClass>STANDARD</StorageClass></Version>\
    <Version><Key>private/eu-west-1%3A11111111-2222-3333-4444-555555555555/hello.txt</Key>\
    <VersionId>null</VersionId><IsLatest>false</IsLatest>\
    <LastModified>2025-12-24T12:00:00.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>\
    <Size>0</Size><StorageClass>STANDARD</StorageClass></Version>\
    <CommonPrefixes>\
    <Prefix>private/eu-west-1%3A11111111-2222-3333-4444-555555555555/reports/</Prefix></CommonPrefixes>";

/// The parts of an upload of 13 MiB.
const PARTS: [(u64, u64); 2] = [(1, 8 << 20), (2, 5 << 20)];

/// S3 answers so, whatever it is asked of an upload.
fn uploads(aws: &Aws, answer: &Answer) {
    for operation in ["CreateMultipartUpload", "ListParts", "CompleteMultipartUpload", "AbortMultipartUpload"] {
        aws.set_upload(operation, [answer.clone()]);
    }
}

/// S3 answers so, whatever it is asked.
fn s3(aws: &Aws, answer: Answer) {
    uploads(aws, &answer);
    aws.set_list_objects(answer.clone());
    aws.set_list_versions(answer.clone());
    aws.set_copy_object(answer.clone());
    aws.set_delete_objects(answer.clone());
    aws.set_delete_object(answer);
}

impl TryFrom<String> for AwsState {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let names = || AWS.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
        let state = AWS.iter().find(|(known, _)| *known == name);
        state.map(Self).ok_or_else(|| format!("{name:?} is not one of {}", names()))
    }
}

impl Circumstances {
    /// Whether the event comes to a function that is set up as usual, before an AWS that answers well: then any stack
    /// may be asked.
    #[must_use]
    pub fn are_usual(&self) -> bool {
        self.aws.is_none() && self.sign_ups == SignUps::Usual
    }

    /// Makes `cloud` answer so, and returns the function's variables.
    #[must_use]
    pub fn bring_about(&self, cloud: &Cloud) -> Vec<(String, String)> {
        if let Some(AwsState((_, set))) = self.aws {
            set(&cloud.aws);
        }
        match self.sign_ups {
            SignUps::Usual => cloud.variables(),
            SignUps::Strict => cloud.variables_with(&STRICT_VARIABLES),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Case;

    #[test]
    fn each_circumstance_is_that_of_some_case() {
        let used: Vec<Circumstances> = Case::all().into_iter().map(|case| case.circumstances).collect();
        let states: BTreeSet<&str> = used.iter().filter_map(|used| used.aws).map(|AwsState((name, _))| *name).collect();
        assert_eq!(states, AWS.iter().map(|(name, _)| *name).collect());
        assert!(used.iter().any(|used| used.sign_ups == SignUps::Strict));
    }

    #[test]
    fn what_is_not_named_is_as_usual() {
        for (circumstances, usual) in [
            ("{}", true),
            (r#"{ "aws": "cognito-throttles" }"#, false),
            (r#"{ "sign_ups": "strict" }"#, false),
            (r#"{ "aws": "s3-fails", "sign_ups": "strict" }"#, false),
        ] {
            let parsed: Circumstances = serde_json::from_str(circumstances).unwrap();
            assert_eq!(parsed.are_usual(), usual, "{circumstances}");
        }
    }
}
