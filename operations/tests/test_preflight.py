"""What `make preflight` says of the account: rights, quotas, the answers; and that it only reads."""

import json
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import layout, template
from ..account import READING
from ..answers import file, first
from ..preflight import needs, quotas, region, rights
from .local_aws import make, run
from .preflight_case import SECRET, PreflightCase, allow, deny, in_json
from .wire import REST_READING, Answer, Call


def concurrency(total: int, unreserved: int) -> dict[Call, Answer]:
    """What Lambda says of the account."""
    limit = {"ConcurrentExecutions": total, "UnreservedConcurrentExecutions": unreserved}
    return {Call("lambda", "GET /2016-08-19/account-settings"): in_json({"AccountLimit": limit})}


def rate(requests: int, burst: int) -> dict[Call, Answer]:
    """What API Gateway says of the account."""
    return {
        Call("apigateway", "GET /account"): in_json({"throttleSettings": {"rateLimit": requests, "burstLimit": burst}})
    }


def named_quotas(*named: tuple[str, float]) -> dict[Call, Answer]:
    """What Service Quotas says of every service."""
    content = {"Quotas": [{"QuotaName": name, "Value": value} for name, value in named]}
    return {Call("servicequotas", "ListServiceQuotas"): in_json(content)}


class Account(PreflightCase):
    """Of an account with little in it."""

    def test_it_reads_and_nothing_else(self) -> None:
        secret = self.local.client("secretsmanager")
        secret.create_secret(Name="read", SecretString=SECRET)
        everything = [
            "SignUpInviteKeySecret=read",
            "ApiDomainName=api.example.com",
            "ApiDomainCertificateArn=arn:aws:acm:eu-west-1:111122223333:certificate/none",
            "BucketKmsKeyArn=arn:aws:kms:eu-west-1:111122223333:key/none",
            "BucketLogsBucket=none-of-that-name",
            "ExistingUserPoolId=eu-west-1_None00000",
            "MoreUserPoolClientIds=none",
            "ExistingIdentityPoolId=eu-west-1:baeef75e-ef45-4c7a-a193-b2e63ab10699",
            "ExistingBucketName=none-of-that-name",
            "AlarmTopicArn=arn:aws:sns:eu-west-1:111122223333:none",
            "GroupRoles=true",
            "AuthenticatedPolicyArns=arn:aws:iam::111122223333:policy/none",
        ]
        lines, calls = self.lines(*everything, keys=self.operator("reader", allow("*")))
        self.assertGreater(len({call.service for call in calls}), 10)
        for call in calls:
            method, _, path = call.operation.partition(" ")
            reads = method in REST_READING if path else READING.fullmatch(call.operation)
            self.assertTrue(reads, call)
        self.assertNotIn(SECRET, "\n".join(lines))

    def test_what_is_not_there_is_said(self) -> None:
        missing = [
            ("certificate", "ApiDomainCertificateArn=arn:aws:acm:eu-west-1:111122223333:certificate/none"),
            ("secret gone", "SignUpInviteKeySecret=gone"),
            ("BucketKmsKeyArn", "BucketKmsKeyArn=arn:aws:kms:eu-west-1:111122223333:key/none"),
            ("BucketLogsBucket", "BucketLogsBucket=none-of-that-name"),
            ("AlarmTopicArn", "AlarmTopicArn=arn:aws:sns:eu-west-1:111122223333:none"),
            ("AuthenticatedPolicyArns", "AuthenticatedPolicyArns=arn:aws:iam::111122223333:policy/none"),
        ]
        lines, _ = self.lines(*(parameter for _, parameter in missing), "ApiDomainName=api.example.com")
        for subject, _ in missing:
            found = [line for line in lines if line.startswith(f"wrong: {subject}: ")]
            self.assertEqual(len(found), 1, lines)
            self.assertRegex(found[0], "create|request|docs/", "it says what to do")

    def test_quotas(self) -> None:
        self.check(
            quotas.check_lambda,
            [
                ("100 stay", ["ReservedConcurrency=225"], concurrency(1000, 1000), "right: "),
                ("99 stay", ["ReservedConcurrency=226"], concurrency(1000, 1000), "set ReservedConcurrency=225"),
                ("as many as the API lets in", [], concurrency(100, 100), "right: "),
                ("one fewer", [], concurrency(99, 99), "set ThrottlingBurstLimit=99"),
                ("an account's first ten", ["ThrottlingBurstLimit=10"], concurrency(10, 10), "right: "),
            ],
        )
        self.check(
            quotas.check_api,
            [
                ("as promised", [], rate(50, 100), "right: "),
                ("a lower rate", [], rate(49, 100), "less than TokenRateLimit=50"),
                ("a lower burst", [], rate(50, 99), "less than ThrottlingBurstLimit=100"),
            ],
        )
        exchange = "Rate of GetCredentialsForIdentity requests"
        self.check(
            quotas.check_service_quotas,
            [
                ("as promised", [], named_quotas((exchange, 100)), "right: Cognito's GetCred"),
                ("lower", [], named_quotas((exchange, 99)), "wrong: Cognito's GetCred"),
                ("no quota of that name", [], named_quotas(("Another", 1)), "could not be checked: Cognito's GetCred"),
            ],
        )
        pools = len(self.local.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"])
        self.check(
            quotas.check_service_quotas,
            [
                ("room for one", [], named_quotas(("User pools per Region", pools + 1)), "right: user pools: "),
                ("full", [], named_quotas(("User pools per Region", pools)), "wrong: user pools: "),
                ("not answered", [], {}, "could not be checked: user pools: "),
            ],
        )

    def test_answers_that_the_template_does_not_take(self) -> None:
        self.check(
            region.check_answers,
            [
                ("good", ["MultiFactor=ON", "IdTokenMinutes=5"], {}, "right: "),
                ("of no kind", ["MultiFactor=MAYBE"], {}, "must be one of OFF, OPTIONAL, ON"),
                ("too low", ["IdTokenMinutes=4"], {}, "must be a number, 5 to 1440"),
                ("not a number", ["IdTokenMinutes=x"], {}, "must be a number"),
                ("of another form", ["AllowedOrigins=https://a.example,b"], {}, "must be https origins"),
                ("that need another", ["ThreatProtection=AUDIT"], {}, "ThreatProtection needs FeaturePlan PLUS"),
                ("with the other", ["ThreatProtection=AUDIT", "FeaturePlan=PLUS"], {}, "right: "),
                ("gone", ["Removed=1"], {}, "there is no parameter Removed any more"),
            ],
        )

    def test_a_right_that_is_missing_is_named(self) -> None:
        everything = self.operator("everything", allow("*"))
        self.assertTrue(self.said(rights.check, keys=everything).startswith("right: "))
        for action, resource in (
            ("iam:PassRole", "arn:aws:iam::111122223333:role/new-*"),
            ("logs:CreateLogDelivery", "*"),
            ("cognito-idp:CreateUserPool", "*"),
        ):
            with self.subTest(action):
                keys = self.operator(action.replace(":", "-"), allow("*"), deny(action))
                self.assertEqual(
                    self.said(rights.check, keys=keys), f"wrong: rights: you may not {action} on {resource}; ask for it"
                )
        keys = self.operator("blind", allow("*"), deny("iam:SimulatePrincipalPolicy"))
        line = self.said(rights.check, keys=keys)
        self.assertTrue(line.startswith("could not be checked: rights: you may not call SimulatePrincipalPolicy"), line)

    def test_rights_that_only_some_parameters_need_are_asked_for_with_them(self) -> None:
        keys = self.operator("no-domains", allow("*"), deny("apigateway:*", "arn:aws:apigateway:*::/domainnames*"))
        self.assertTrue(self.said(rights.check, keys=keys).startswith("right: "))
        lines, _ = self.lines("ApiDomainName=api.example.com", keys=keys)
        self.assertTrue(
            [line for line in lines if "apigateway:POST on arn:aws:apigateway:eu-west-1::/domainnames" in line]
        )

    def test_the_policy_that_is_printed_is_enough(self) -> None:
        with TemporaryDirectory() as stacks:
            arguments = (
                "new",
                "--policy",
                "--stacks",
                stacks,
                "ApiDomainName=api.example.com",
                "BudgetEmail=a@example.com",
            )
            printed = run(self.local.environment(), "preflight", *arguments)
        statements = json.loads(printed.stdout)["Statement"]
        self.assertIn(
            {
                "Effect": "Allow",
                "Action": ["iam:PassRole"],
                "Resource": "arn:aws:iam::111122223333:role/new-*",
                "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
            },
            statements,
        )
        # As long as IAM lets a managed policy be, whitespace not counted.
        self.assertLessEqual(len("".join(printed.stdout.split())), 6144)
        # The simulation of the local AWS does not look at the request's context.
        bare = [{name: value for name, value in item.items() if name != "Condition"} for item in statements]
        keys = self.operator("deployer", *bare, allow("iam:SimulatePrincipalPolicy"))
        said = self.said(rights.check, "ApiDomainName=api.example.com", "BudgetEmail=a@example.com", keys=keys)
        self.assertRegex(said, r"^right: rights: \d+ actions")

    def test_who_has_just_the_printed_rights_can_deploy(self) -> None:
        with TemporaryDirectory() as stacks:
            printed = run(self.local.environment(), "preflight", "new", "--policy", "--stacks", stacks)
            bare = [
                {name: value for name, value in item.items() if name != "Condition"}
                for item in json.loads(printed.stdout)["Statement"]
            ]
            keys = self.operator("few-rights", *bare)
            defaults = file.read(layout.DEFAULTS)
            answers = first.deployed_with("new", defaults, "eu-west-1", {"LogLevel": "INFO"})
            answers.settings["confirm_changeset"] = False
            file.write(file.path_of(Path(stacks), "new"), answers, is_default=False)
            deployed = make(self.local.environment(keys), "deploy", "AWS_STACK=new", f"STACKS={stacks}")
        self.assertIn("Successfully created/updated stack - new", deployed.stdout, deployed.stderr)
        self.local.client("cloudformation").delete_stack(StackName="new")

    def test_make_passes_the_parameters_on(self) -> None:
        with TemporaryDirectory() as stacks:
            done = make(
                self.local.environment(),
                "preflight",
                "AWS_STACK=made",
                f"STACKS={stacks}",
                "PARAMETERS=DomainPrefix=from-make LogLevel=WARN",
            )
        self.assertIn("Whether made can be deployed to eu-west-1 of 111122223333", done.stdout)
        self.assertIn("sign-in domain from-make", done.stdout)


class Table(unittest.TestCase):
    """The table of rights."""

    def test_every_type_of_the_template_is_in_it(self) -> None:
        types = {resource["Type"] for resource in template.read()["Resources"].values()}
        self.assertEqual(types - set(needs.BY_TYPE), set(), "add their actions to operations/preflight/needs.py")

    def test_what_must_be_named_is_named(self) -> None:
        actions = {action for found in needs.BY_TYPE.values() for need in found for action in need.actions}
        self.assertLessEqual({"iam:PassRole", "logs:CreateLogDelivery"}, actions)


if __name__ == "__main__":
    unittest.main()
