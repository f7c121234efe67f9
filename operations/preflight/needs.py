"""Which rights a deployment needs, type of resource by type of resource.

The actions are those of the types' create, read, update and delete handlers (`aws cloudformation describe-type`), as
far as this template's properties make them call. A test fails if the template has a type that is not here.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Need:
    """Actions on one kind of resource, whose name has {partition}, {region}, {account}, {stack} or {bucket} in it."""

    resource: str
    actions: tuple[str, ...]
    context: dict[str, str] = field(default_factory=dict)
    """What the request says beside: condition keys that policies often compare."""


def on(resource: str, service: str, *actions: str, **context: str) -> Need:
    """A need for actions of one service. A double underscore in a keyword stands for the colon of a condition key."""
    keys = {name.replace("__", ":"): value for name, value in context.items()}
    return Need(resource, tuple(f"{service}:{action}" for action in actions), keys)


ROLES = "arn:{partition}:iam::{account}:role/{stack}-*"
APIS = "arn:{partition}:apigateway:{region}::/apis/*"
DOMAINS = "arn:{partition}:apigateway:{region}::/domainnames/*"
POOLS = "arn:{partition}:cognito-idp:{region}:{account}:userpool/*"
IDENTITY_POOLS = "arn:{partition}:cognito-identity:{region}:{account}:identitypool/*"
FUNCTIONS = "arn:{partition}:lambda:{region}:{account}:function:{stack}-*"
# Names of buckets are in lower case, whatever the stack is called.
BUCKETS = "arn:{partition}:s3:::{bucket}-*"
SAM_BUCKETS = "arn:{partition}:s3:::aws-sam-cli-managed-default-*"
STACKS = "arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/*"
SAM_STACKS = "arn:{partition}:cloudformation:{region}:{account}:stack/aws-sam-cli-managed-default/*"
TRANSFORM = "arn:{partition}:cloudformation:{region}:aws:transform/Serverless-2016-10-31"
EVERYTHING = "*"

REST = ("POST", "GET", "PATCH", "DELETE")

# The stack itself, and the bucket of the SAM CLI where it puts the functions.
ALWAYS = (
    on(STACKS, "cloudformation", "CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "DescribeStacks",
       "DescribeStackEvents", "GetTemplate"),
    on(TRANSFORM, "cloudformation", "CreateChangeSet"),
    on(EVERYTHING, "cloudformation", "GetTemplateSummary"),
    on(SAM_STACKS, "cloudformation", "DescribeStacks", "CreateChangeSet", "ExecuteChangeSet", "DescribeChangeSet"),
    on(SAM_BUCKETS, "s3", "CreateBucket", "PutObject", "GetObject", "PutBucketVersioning", "PutBucketPolicy",
       "PutBucketPublicAccessBlock", "PutEncryptionConfiguration", "PutBucketTagging"),
)  # fmt: skip

# https://docs.aws.amazon.com/cognito/latest/developerguide/using-service-linked-roles.html
EMAIL_ROLE = on(
    "arn:{partition}:iam::{account}:role/aws-service-role/email.cognito-idp.amazonaws.com/*",
    "iam",
    "CreateServiceLinkedRole",
    iam__AWSServiceName="email.cognito-idp.amazonaws.com",
)

BY_TYPE: dict[str, tuple[Need, ...]] = {
    "AWS::ApiGatewayV2::Api": (on("arn:{partition}:apigateway:{region}::/apis", "apigateway", "POST"),
                               on(APIS, "apigateway", *REST)),
    "AWS::ApiGatewayV2::ApiMapping": (on(DOMAINS, "apigateway", *REST),),
    "AWS::ApiGatewayV2::Authorizer": (on(APIS, "apigateway", *REST),),
    "AWS::ApiGatewayV2::DomainName": (on("arn:{partition}:apigateway:{region}::/domainnames", "apigateway", "POST"),
                                      on(DOMAINS, "apigateway", *REST)),
    "AWS::ApiGatewayV2::Integration": (on(APIS, "apigateway", *REST),),
    "AWS::ApiGatewayV2::Route": (on(APIS, "apigateway", *REST),),
    # The access log: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
    "AWS::ApiGatewayV2::Stage": (
        on(APIS, "apigateway", *REST),
        on(EVERYTHING, "logs", "CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery",
           "ListLogDeliveries", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"),
    ),
    "AWS::Budgets::Budget": (
        on("arn:{partition}:budgets::{account}:budget/*", "budgets", "ModifyBudget", "ViewBudget"),),
    "AWS::CloudWatch::Alarm": (
        on("arn:{partition}:cloudwatch:{region}:{account}:alarm:{stack}-*", "cloudwatch", "PutMetricAlarm",
           "DescribeAlarms", "DeleteAlarms"),),
    "AWS::CloudWatch::Dashboard": (
        on("arn:{partition}:cloudwatch::{account}:dashboard/{stack}-*", "cloudwatch", "PutDashboard", "GetDashboard",
           "DeleteDashboards"),),
    "AWS::Cognito::IdentityPool": (
        on(EVERYTHING, "cognito-identity", "CreateIdentityPool"),
        on(IDENTITY_POOLS, "cognito-identity", "DescribeIdentityPool", "UpdateIdentityPool", "DeleteIdentityPool"),
    ),
    "AWS::Cognito::IdentityPoolPrincipalTag": (
        on(IDENTITY_POOLS, "cognito-identity", "SetPrincipalTagAttributeMap", "GetPrincipalTagAttributeMap"),),
    "AWS::Cognito::IdentityPoolRoleAttachment": (
        on(IDENTITY_POOLS, "cognito-identity", "SetIdentityPoolRoles", "GetIdentityPoolRoles"),
        on(ROLES, "iam", "PassRole", iam__PassedToService="cognito-identity.amazonaws.com"),
    ),
    "AWS::Cognito::ManagedLoginBranding": (
        on(POOLS, "cognito-idp", "CreateManagedLoginBranding", "DescribeManagedLoginBranding",
           "DescribeManagedLoginBrandingByClient", "UpdateManagedLoginBranding", "DeleteManagedLoginBranding"),),
    "AWS::Cognito::UserPool": (
        on(EVERYTHING, "cognito-idp", "CreateUserPool"),
        on(POOLS, "cognito-idp", "DescribeUserPool", "UpdateUserPool", "SetUserPoolMfaConfig", "GetUserPoolMfaConfig"),
    ),
    "AWS::Cognito::UserPoolClient": (
        on(POOLS, "cognito-idp", "CreateUserPoolClient", "DescribeUserPoolClient", "UpdateUserPoolClient",
           "DeleteUserPoolClient"),),
    "AWS::Cognito::UserPoolDomain": (
        on(POOLS, "cognito-idp", "CreateUserPoolDomain", "DeleteUserPoolDomain"),
        on(EVERYTHING, "cognito-idp", "DescribeUserPoolDomain"),
    ),
    "AWS::Cognito::UserPoolGroup": (on(POOLS, "cognito-idp", "CreateGroup", "GetGroup", "UpdateGroup", "DeleteGroup"),),
    "AWS::Cognito::UserPoolIdentityProvider": (
        on(POOLS, "cognito-idp", "CreateIdentityProvider", "DescribeIdentityProvider", "UpdateIdentityProvider",
           "DeleteIdentityProvider"),),
    "AWS::Cognito::UserPoolRiskConfigurationAttachment": (
        on(POOLS, "cognito-idp", "SetRiskConfiguration", "DescribeRiskConfiguration"),),
    "AWS::IAM::ManagedPolicy": (
        on("arn:{partition}:iam::{account}:policy/{stack}-*", "iam", "CreatePolicy", "GetPolicy", "GetPolicyVersion",
           "CreatePolicyVersion", "ListPolicyVersions", "DeletePolicyVersion", "DeletePolicy"),),
    "AWS::IAM::Role": (
        on(ROLES, "iam", "CreateRole", "GetRole", "DeleteRole", "PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy",
           "UpdateAssumeRolePolicy", "AttachRolePolicy", "DetachRolePolicy"),),
    "AWS::Lambda::Permission": (on(FUNCTIONS, "lambda", "AddPermission", "GetPolicy", "RemovePermission"),),
    "AWS::Logs::LogGroup": (
        on("arn:{partition}:logs:{region}:{account}:log-group:/aws/*", "logs", "CreateLogGroup", "PutRetentionPolicy",
           "DeleteLogGroup"),
        on(EVERYTHING, "logs", "DescribeLogGroups"),
    ),
    "AWS::Logs::MetricFilter": (
        on(
            "arn:{partition}:logs:{region}:{account}:log-group:/aws/*",
            "logs",
            "PutMetricFilter",
            "DescribeMetricFilters",
            "DeleteMetricFilter",
        ),
    ),
    "AWS::S3::Bucket": (
        on(BUCKETS, "s3", "CreateBucket", "PutEncryptionConfiguration", "PutBucketOwnershipControls",
           "PutBucketPublicAccessBlock", "PutLifecycleConfiguration", "PutBucketVersioning", "PutBucketCORS",
           "PutBucketLogging"),),
    "AWS::S3::BucketPolicy": (on(BUCKETS, "s3", "PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy"),),
    "AWS::Serverless::Function": (
        on(FUNCTIONS, "lambda", "CreateFunction", "GetFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration",
           "DeleteFunction", "TagResource", "PutFunctionConcurrency"),
        on(ROLES, "iam", "PassRole", iam__PassedToService="lambda.amazonaws.com"),
    ),
    "AWS::WAFv2::WebACLAssociation": (
        on("arn:{partition}:wafv2:{region}:{account}:regional/webacl/*", "wafv2", "AssociateWebACL", "GetWebACL",
           "GetWebACLForResource", "DisassociateWebACL"),
        on(POOLS, "cognito-idp", "AssociateWebACL", "GetWebACLForResource", "DisassociateWebACL"),
    ),
}  # fmt: skip
