"""What `make preflight` says of each thing that a parameter names, on both sides of its boundary."""

import json
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from .. import layout
from ..preflight import mail, names, storage
from .preflight_case import SECRET, PreflightCase, in_json
from .wire import Answer, Call

ELSEWHERE = "eu-central-1"


def sandbox(is_out: bool, is_verified: bool = True) -> dict[Call, Answer]:
    """What SES says of the account and of the identity."""
    return {
        Call("ses", "GET /v2/email/account"): in_json({"ProductionAccessEnabled": is_out, "SendingEnabled": True}),
        Call("ses", "GET /v2/email/identities/example.com"): in_json({"VerifiedForSendingStatus": is_verified}),
    }


class Named(PreflightCase):
    """What is there, or not, or not as it has to be."""

    def test_the_domain_is_free_or_taken(self) -> None:
        pools = self.local.client("cognito-idp")
        pool = pools.create_user_pool(PoolName="another")["UserPool"]["Id"]
        pools.create_user_pool_domain(Domain="taken", UserPoolId=pool)
        self.check(
            names.check_domain,
            [
                ("free", ["DomainPrefix=free"], {}, "right: sign-in domain free: "),
                ("taken", ["DomainPrefix=taken"], {}, f"wrong: sign-in domain taken: taken by the user pool {pool}"),
                ("reserved", ["DomainPrefix=my-cognito"], {}, "wrong: "),
                ("by default", [], {}, "right: sign-in domain new-111122223333: "),
            ],
        )

    def test_the_certificate_is_issued_and_near(self) -> None:
        def arn(region: str) -> str:
            made = self.local.client("acm", region).request_certificate(DomainName="*.example.com")
            return f"ApiDomainCertificateArn={made['CertificateArn']}"

        def state(status: str) -> dict[Call, Answer]:
            certificate = {"DomainName": "*.example.com", "Status": status}
            return {Call("acm", "DescribeCertificate"): in_json({"Certificate": certificate})}

        near, host = arn("eu-west-1"), "ApiDomainName=api.example.com"
        self.check(
            names.check_certificate,
            [
                ("issued", [host, near], state("ISSUED"), "right: "),
                ("pending", [host, near], state("PENDING_VALIDATION"), "it is PENDING_VALIDATION; validate it"),
                (
                    "elsewhere",
                    [host, arn(ELSEWHERE)],
                    {},
                    f"it is in {ELSEWHERE}, and API Gateway wants one in eu-west-1",
                ),
                (
                    "of another name",
                    ["ApiDomainName=api.example.org", near],
                    state("ISSUED"),
                    "and not for api.example.org",
                ),
                (
                    "two labels down",
                    ["ApiDomainName=a.b.example.com", near],
                    state("ISSUED"),
                    "and not for a.b.example.com",
                ),
                ("none", [host], {}, "set ApiDomainCertificateArn"),
            ],
        )

    def test_the_secret_is_long_enough(self) -> None:
        secrets = self.local.client("secretsmanager")
        secrets.create_secret(Name="short", SecretString=SECRET[1:])
        secrets.create_secret(Name="long", SecretString=SECRET)
        for length in (512, 513):
            secrets.create_secret(Name=f"of-{length}", SecretString="k" * length)
        secrets.create_secret(Name="binary", SecretBinary=b"k" * 32)
        self.check(
            names.check_secret,
            [
                ("32 bytes", ["SignUpInviteKeySecret=long"], {}, "right: secret long: "),
                ("31 bytes", ["SignUpInviteKeySecret=short"], {}, "its text has 31 bytes and needs 32"),
                ("512 bytes", ["SignUpInviteKeySecret=of-512"], {}, "right: secret of-512: "),
                ("513 bytes", ["SignUpInviteKeySecret=of-513"], {}, "its text has 513 bytes and may have 512"),
                ("binary", ["SignUpInviteKeySecret=binary"], {}, "it is binary"),
            ],
        )

    def test_a_list_that_is_named_is_there(self) -> None:
        built = layout.ROOT / "target"
        built.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=built) as folder:
            lists = Path(folder)
            (lists / "blocked.txt").write_text("example.com\n")
            with unittest.mock.patch.object(layout, "DOMAIN_LISTS", lists):
                self.check(
                    names.check_lists,
                    [
                        ("there", ["SignUpBlockedDomains=@blocked.txt"], {}, "right: SignUpBlockedDomains: "),
                        ("missing", ["SignUpAllowedDomains=@none.txt"], {}, "there is no target/"),
                    ],
                )

    def test_the_key_can_be_used(self) -> None:
        kms = self.local.client("kms")
        good, off = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
        kms.disable_key(KeyId=off)
        signing = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
        closed = kms.create_key()["KeyMetadata"]["Arn"]
        policy = {
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*"}]
        }
        closed_policy = {Call("kms", "GetKeyPolicy"): in_json({"Policy": json.dumps(policy)})}
        far = good.replace("eu-west-1", ELSEWHERE)
        self.check(
            storage.check_keys,
            [
                ("enabled", [f"BucketKmsKeyArn={good}"], {}, "right: "),
                ("disabled", [f"BucketKmsKeyArn={off}"], {}, "it is Disabled; enable it"),
                ("for signatures", [f"BucketKmsKeyArn={signing}"], {}, "symmetric"),
                ("elsewhere", [f"BucketKmsKeyArn={far}"], {}, f"it is in {ELSEWHERE}"),
                ("closed to IAM", [f"BucketKmsKeyArn={closed}"], closed_policy, "does not leave access to IAM"),
            ],
        )

    def test_the_log_bucket_takes_the_log(self) -> None:
        s3 = self.local.client("s3")
        here = {"LocationConstraint": "eu-west-1"}
        for name in ("logs-open", "logs-closed"):
            s3.create_bucket(Bucket=name, CreateBucketConfiguration=here)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::logs-open/*",
        }
        s3.put_bucket_policy(Bucket="logs-open", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        self.check(
            storage.check_log_bucket,
            [
                ("open", ["BucketLogsBucket=logs-open"], {}, "right: "),
                (
                    "closed",
                    ["BucketLogsBucket=logs-closed"],
                    {},
                    "allow logging.s3.amazonaws.com s3:PutObject below new/",
                ),
            ],
        )

    def test_mail(self) -> None:
        identity = "EmailIdentityArn=arn:aws:ses:eu-west-1:111122223333:identity/example.com"
        known = {Call("ses", "GET /v2/email/configuration-sets/mail"): in_json({"ConfigurationSetName": "mail"})}
        self.check(
            mail.check,
            [
                ("Cognito's own", [], {}, "50 mails a day"),
                ("out of the sandbox", [identity], sandbox(is_out=True), "right: SES: eu-west-1 is out of the sandbox"),
                ("in it", [identity], sandbox(is_out=False), "wrong: SES: eu-west-1 is in the sandbox"),
                ("verified", [identity], sandbox(is_out=True), "right: EmailIdentityArn: example.com is verified"),
                ("not verified", [identity], sandbox(True, is_verified=False), "wrong: EmailIdentityArn: "),
                ("from there", [identity, "EmailFrom=App <a@mail.example.com>"], sandbox(True), "right: EmailFrom: "),
                ("from elsewhere", [identity, "EmailFrom=a@notexample.com"], sandbox(True), "wrong: EmailFrom: "),
                (
                    "a set",
                    [identity, "EmailConfigurationSet=mail"],
                    sandbox(True) | known,
                    "right: EmailConfigurationSet: ",
                ),
                ("no set", [identity, "EmailConfigurationSet=gone"], sandbox(True), "wrong: EmailConfigurationSet: "),
            ],
        )

    def test_the_alarms_reach_somebody(self) -> None:
        sns = self.local.client("sns")
        topic = sns.create_topic(Name="alarms")["TopicArn"]
        locked = sns.create_topic(Name="locked", Attributes={"KmsMasterKeyId": "alias/aws/sns"})["TopicArn"]
        far = topic.replace("eu-west-1", ELSEWHERE)
        self.check(
            names.check_alarm_topic,
            [
                ("nobody", [f"AlarmTopicArn={topic}"], {}, "nobody has subscribed"),
                ("closed to CloudWatch", [f"AlarmTopicArn={locked}"], {}, "CloudWatch may not use that"),
                ("elsewhere", [f"AlarmTopicArn={far}"], {}, f"it is in {ELSEWHERE}"),
            ],
        )
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:111122223333:alarms")
        self.assertIn("right: ", self.said(names.check_alarm_topic, f"AlarmTopicArn={topic}"))

    def test_the_firewall_is_there(self) -> None:
        visibility = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
        made = self.local.client("wafv2").create_web_acl(
            Name="shield", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility
        )["Summary"]["ARN"]
        gone = made.rpartition("/")[0] + "/00000000-0000-0000-0000-000000000000"
        self.check(
            names.check_web_acl,
            [
                ("there", [f"UserPoolWebAclArn={made}"], {}, "right: "),
                ("gone", [f"UserPoolWebAclArn={gone}"], {}, "there is no such web ACL"),
                (
                    "for CloudFront",
                    [f"UserPoolWebAclArn={made.replace('regional', 'global')}"],
                    {},
                    "a regional web ACL",
                ),
            ],
        )


if __name__ == "__main__":
    unittest.main()
