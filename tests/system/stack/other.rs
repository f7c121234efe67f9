use std::sync::LazyLock;

use loopback::Cloud;

use super::{Keys, STACK, Stack, aws_at};
use crate::more_rights::shown_policy;

/// How long people's credentials last on [`OTHER_STACK`].
pub(crate) const CREDENTIALS_SECONDS: u64 = 10;

/// A stack where every parameter has another value than its default, and where credentials end soon. It makes everything
/// itself: what is there already is for `existing.rs`.
pub(crate) static OTHER_STACK: LazyLock<Stack> = LazyLock::new(|| {
    LazyLock::force(&STACK);
    let options = ["--providers", "--credentials-seconds", &CREDENTIALS_SECONDS.to_string()];
    Stack::start("other", &options, |started| {
        let invites = ["secretsmanager", "create-secret", "--name", "invites", "--secret-string", Cloud::INVITE_KEY];
        aws_at(started, &Keys::admin(), &invites).unwrap();
        let logs = ["s3api", "create-bucket", "--bucket", "logs-of-buckets"];
        let region = ["--create-bucket-configuration", "LocationConstraint=eu-west-1"];
        aws_at(started, &Keys::admin(), &[&logs[..], &region].concat()).unwrap();
        let key = made(started, &["kms", "create-key", "--query", "KeyMetadata.Arn"]);
        let former_key = made(started, &["kms", "create-key", "--query", "KeyMetadata.Arn"]);
        let visible = "SampledRequestsEnabled=false,CloudWatchMetricsEnabled=false,MetricName=pool";
        let acl = ["wafv2", "create-web-acl", "--name", "pool", "--scope", "REGIONAL", "--default-action", "Allow={}"];
        let acl = made(started, &[&acl[..], &["--visibility-config", visible, "--query", "Summary.ARN"]].concat());
        let host = ["acm", "request-certificate", "--domain-name", "api.example.com", "--query", "CertificateArn"];
        let certificate = made(started, &host);
        let rights = ["iam", "create-policy", "--policy-name", "rows-and-methods", "--query", "Policy.Arn"];
        let rights = made(started, &[&rights[..], &["--policy-document", &shown_policy()]].concat());
        PARAMETERS
            .lines()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .chain([
                format!("BucketKmsKeyArn={key}"),
                format!("FormerBucketKmsKeyArns={former_key}"),
                format!("UserPoolWebAclArn={acl}"),
                format!("ApiDomainCertificateArn={certificate}"),
                format!("AuthenticatedPolicyArns={rights}"),
            ])
            .collect()
    })
});

/// Beside those that every local stack has other than by default (`local/latchkey_local/deploy.py`), and those that name
/// the identity providers. `DirectorySignIn` is as by default: it would close what the others change.
const PARAMETERS: &str = "
    HttpFunctionMemory=512
    ReservedConcurrency=5
    LogLevel=DEBUG
    SystemLogLevel=WARN
    LogRetentionDays=7
    CredentialsReuseSeconds=0
    SelfSignUp=false
    SignUpAllowedDomains=example.com
    SignUpBlockDisposable=false
    SignUpOnePerMailbox=true
    SignUpInviteKeySecret=invites
    DomainPrefix=other
    CallbackUrls=https://app.example.com/callback,http://localhost/callback
    LogoutUrls=https://app.example.com/
    SignInName=email
    MultiFactor=ON
    AllowSrpSignIn=true
    OidcScopes=openid email
    SamlEmailAttribute=email
    SamlNameAttribute=name
    EmailIdentityArn=arn:aws:ses:eu-west-1:111122223333:identity/example.com
    EmailFrom=Example <no-reply@example.com>
    EmailReplyTo=help@example.com
    EmailConfigurationSet=codes
    FeaturePlan=PLUS
    ThreatProtection=ENFORCED
    ThreatStolenPasswordAction=NO_ACTION
    ThreatLowRiskAction=MFA_IF_CONFIGURED
    ThreatMediumRiskAction=MFA_REQUIRED
    ThreatHighRiskAction=MFA_REQUIRED
    ThreatNotify=false
    IdTokenMinutes=5
    AccessTokenMinutes=1440
    RefreshTokenDays=1
    RefreshTokenRotation=DISABLED
    GroupRoles=true
    CommandLineClient=false
    MoreUserPoolClientIds=web,phone,desktop,server
    HomeOf=user
    TeamClaim=custom:team
    BucketVersioning=Suspended
    OldVersionDays=1
    ObjectDays=365
    UploadMaxBytes=1000000
    BucketLogsBucket=logs-of-buckets
    AllowedOrigins=https://app.example.com,http://localhost:3000
    ApiDomainName=api.example.com
    ApiDocumentationUrl=https://docs.example.com/files
    TokenRateLimit=1
    CredentialsRateLimit=2
    ObjectsRateLimit=3
    ThrottlingRateLimit=4
    ThrottlingBurstLimit=5
    AlarmTopicArn=arn:aws:sns:eu-west-1:111122223333:alarms
    ErrorsAlarmThreshold=1
    LatencyAlarmMilliseconds=500
    RefusalsAlarmThreshold=10
    SignUpRefusalsAlarmThreshold=1
    Tracing=Active
    BudgetEmail=costs@example.com
    BudgetDollars=10
";

/// The one value that an AWS CLI command prints.
pub(crate) fn made(stack: &Stack, arguments: &[&str]) -> String {
    let text = aws_at(stack, &Keys::admin(), arguments).unwrap();
    serde_json::from_str(&text).unwrap()
}
