"""A stack that was deleted comes back with its people and their objects: delete, import, deploy, sign in."""

import json
import subprocess
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .. import layout, template
from ..answers import file
from ..rescue import reduction
from .local_aws import make, run
from .local_case import DeployedCase, LocalCase
from .person import Person, call, get, put


class Rescue(DeployedCase):
    """With the release build, as an operator does it."""

    def outputs(self) -> dict[str, str]:
        """The outputs of the stack."""
        stack = self.local.client("cloudformation").describe_stacks(StackName="latchkey")["Stacks"][0]
        return {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}

    def delete(self) -> None:
        """What `make delete` has CloudFormation do."""
        client = self.local.client("cloudformation")
        client.delete_stack(StackName="latchkey")
        client.get_waiter("stack_delete_complete").wait(StackName="latchkey", WaiterConfig={"Delay": 1})

    def shell(self, commands: str) -> None:
        """Types what the command printed."""
        environment = self.local.environment()
        environment["PATH"] = f"{layout.ROOT / '.venv' / 'aws' / 'bin'}:{environment['PATH']}"
        done = subprocess.run(
            ["sh", "-ec", commands], cwd=layout.ROOT, env=environment, capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_people_and_their_objects_outlive_the_stack(self) -> None:
        before = self.local.record
        ada = Person(self.local, "ada").sign_up(before["client_id"])
        token = ada.sign_in(before["client_id"])
        link = call(before["api_url"], "POST", "/objects/~/kept.txt", token, {"content_type": "text/plain", "size": 4})
        put(link, b"kept")
        home = call(before["api_url"], "GET", "/objects", token)["prefix"]

        with TemporaryDirectory() as stacks:
            alive = run(self.local.environment(), "rescue", "latchkey", "--stacks", stacks)
            self.assertEqual(alive.returncode, 1)
            self.assertIn("the stack latchkey is there (CREATE_COMPLETE); deploy it again", alive.stderr)
            self.delete()

            printed = make(self.local.environment(), "rescue-template", "AWS_STACK=latchkey", f"STACKS={stacks}").stdout
            self.assertIn(f"  UserPool {before['user_pool_id']}\n", printed)
            # The answers were lost as well.
            answers = Path(stacks) / "latchkey.toml"
            self.assertEqual(file.read(answers).parameters["SignUpBlockedDomains"], "blocked.example")
            answers.write_text(answers.read_text().replace("confirm_changeset = true", "confirm_changeset = false"))
            commands, _, deploy = (
                printed.partition("aws cloudformation")[2].rpartition("\n\n")[2].rpartition("make deploy")
            )
            commands = "aws cloudformation" + commands
            self.assertEqual(deploy.strip(), "AWS_STACK=latchkey")
            self.shell(commands)
            stack = self.local.client("cloudformation").describe_stacks(StackName="latchkey")["Stacks"][0]
            self.assertEqual(stack["StackStatus"], "IMPORT_COMPLETE")

            deployed = make(self.local.environment(), "deploy", "AWS_STACK=latchkey", f"STACKS={stacks}")
            self.assertIn("Successfully created/updated stack - latchkey", deployed.stdout, deployed.stderr)

        after = self.outputs()
        for name, key in (
            ("UserPoolId", "user_pool_id"),
            ("IdentityPoolId", "identity_pool_id"),
            ("BucketName", "bucket"),
        ):
            self.assertEqual(after[name], before[key])
        self.assertNotEqual(after["UserPoolClientId"], before["client_id"], "the app client is a new one")
        api_url = f"{before['endpoint']}/_aws/execute-api/{after['HttpApiId']}"
        token = ada.sign_in(after["UserPoolClientId"])
        page = call(api_url, "GET", "/objects", token)
        self.assertEqual(page["prefix"], home)
        self.assertEqual([item["key"] for item in page["objects"]], [f"{home}kept.txt"])
        link = call(api_url, "GET", "/objects/~/kept.txt?redirect=false", token)
        self.assertEqual(get(link["url"]), b"kept")

        # The pre-sign-up function guards the pool again, and nothing that was imported can be lost with this stack.
        pool = self.local.client("cognito-idp").describe_user_pool(UserPoolId=after["UserPoolId"])["UserPool"]
        self.assertIn("PreSignUp", pool["LambdaConfig"])


class Survivors(LocalCase):
    """Where CloudFormation has forgotten the stack."""

    pool: str
    identities: str

    @classmethod
    def setUpClass(cls) -> None:
        """Makes what a stack `old` would have left."""
        super().setUpClass()
        users, identities = cls.local.client("cognito-idp"), cls.local.client("cognito-identity")
        cls.pool = users.create_user_pool(PoolName="old")["UserPool"]["Id"]
        provider = {"ProviderName": f"cognito-idp.eu-west-1.amazonaws.com/{cls.pool}", "ClientId": "c" * 26}
        cls.identities = identities.create_identity_pool(
            IdentityPoolName="old", AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=[provider]
        )["IdentityPoolId"]
        here = {"LocationConstraint": "eu-west-1"}
        cls.local.client("s3").create_bucket(Bucket="old-bucket-1", CreateBucketConfiguration=here)

    def rescue(self, *arguments: str, **parameters: str) -> tuple[str, list[dict[str, Any]]]:
        """What it says, and what it would import. `parameters` are the stack's answers."""
        with TemporaryDirectory() as folder:
            if parameters:
                given = file.Answers("old", {"parameter_overrides": file.joined(parameters)})
                file.write(file.path_of(Path(folder), "old"), given, is_default=False)
            done = run(self.local.environment(), "rescue", "old", "--stacks", folder, "--into", folder, *arguments)
            written = Path(folder) / "resources.json"
            return done.stdout + done.stderr, json.loads(written.read_text()) if written.exists() else []

    def test_they_are_found_by_name_if_that_is_clear(self) -> None:
        _, found = self.rescue()
        ids = [next(iter(item["ResourceIdentifier"].items())) for item in found]
        self.assertEqual(ids, [("UserPoolId", self.pool), ("Id", self.identities), ("BucketName", "old-bucket-1")])

    def test_what_was_the_operators_own_is_left_out(self) -> None:
        users = {"ExistingUserPoolId": self.pool, "MoreUserPoolClientIds": "web"}
        _, found = self.rescue(**users)
        ids = [next(iter(item["ResourceIdentifier"].items())) for item in found]
        self.assertEqual(ids, [("Id", self.identities), ("BucketName", "old-bucket-1")])
        said, found = self.rescue(**users, ExistingIdentityPoolId=self.identities, ExistingBucketName="old-bucket-1")
        expected = "latchkey: both pools and the bucket of old are your own, so nothing is lost; deploy it again\n"
        self.assertEqual((said, found), (expected, []))

    def test_what_is_not_clear_is_for_the_operator_to_say(self) -> None:
        here = {"LocationConstraint": "eu-west-1"}
        self.local.client("s3").create_bucket(Bucket="old-bucket-2", CreateBucketConfiguration=here)
        try:
            said, found = self.rescue()
            expected = "latchkey: nobody knows which is the bucket of old: old-bucket-1, old-bucket-2; say BUCKET=…\n"
            self.assertEqual((said, found), (expected, []))
            _, found = self.rescue("--bucket", "old-bucket-2")
            self.assertEqual(found[2]["ResourceIdentifier"], {"BucketName": "old-bucket-2"})
        finally:
            self.local.client("s3").delete_bucket(Bucket="old-bucket-2")

    def test_what_is_gone_or_of_another_stack_is_said(self) -> None:
        other = self.local.client("cognito-idp").create_user_pool(PoolName="other")["UserPool"]["Id"]
        cases = [
            (
                ("--user-pool", "eu-west-1_Gone00000"),
                "the user pool eu-west-1_Gone00000 is gone; docs/operations.md#dis",
            ),
            (("--identity-pool", f"eu-west-1:{'0' * 8}-0000-0000-0000-{'0' * 12}"), " is gone; docs/operations.md#dis"),
            (("--bucket", "gone-bucket"), "the bucket gone-bucket is gone; docs/operations.md#dis"),
            (("--user-pool", other), f"is not that of the user pool {other} but of "),
        ]
        for arguments, expected in cases:
            with self.subTest(arguments):
                said, found = self.rescue(*arguments)
                self.assertIn(expected, said)
                self.assertEqual((said.count("\n"), found), (1, []))


class Reduction(unittest.TestCase):
    """The template of the import, without any AWS."""

    def setUp(self) -> None:
        """Reduces the project's own."""
        self.whole = template.read()
        self.reduced = reduction.reduced(self.whole, reduction.retained(self.whole["Resources"]))

    def test_it_has_the_three_and_nothing_that_was_lost(self) -> None:
        self.assertEqual(set(self.reduced["Resources"]), {"UserPool", "IdentityPool", "Bucket"})
        for resource in self.reduced["Resources"].values():
            self.assertIn(resource["Type"], reduction.IDENTIFIERS)
            self.assertEqual(resource["DeletionPolicy"], "Retain")
        lost = set(self.whole["Resources"]) - set(self.reduced["Resources"])
        self.assertEqual(lost & set(reduction.names(self.reduced["Resources"])), set())
        self.assertNotIn("Outputs", self.reduced)
        self.assertNotIn("Transform", self.reduced)

    def test_what_is_the_operators_own_is_not_imported(self) -> None:
        existing = {"ExistingUserPoolId": "eu-west-1_Theirs", "MoreUserPoolClientIds": "web"}
        made = template.created(self.whole, template.values(self.whole, existing), "eu-west-1")
        reduced = reduction.reduced(self.whole, reduction.retained(made))
        self.assertEqual(set(reduced["Resources"]), {"IdentityPool", "Bucket"})
        self.assertNotIn("UserPool", set(reduction.names(reduced["Resources"])))

    def test_what_it_refers_to_is_there(self) -> None:
        named = set(reduction.names(self.reduced["Resources"])) | set(reduction.names(self.reduced["Conditions"]))
        there = set(self.reduced["Parameters"]) | set(self.reduced["Resources"])
        self.assertEqual({name for name in named if not name.startswith("AWS::")} - there, set())
        self.assertEqual(set(reduction.asked(self.reduced["Resources"])) - set(self.reduced["Conditions"]), set())

    def test_what_can_never_change_is_as_in_the_whole_template(self) -> None:
        # CloudFormation refuses to change these, or would replace the resource.
        for name, properties in (
            ("UserPool", ("AliasAttributes", "UsernameConfiguration", "Schema")),
            ("Bucket", ("BucketName", "BucketNamePrefix", "ObjectLockEnabled")),
        ):
            for member in properties:
                whole, reduced = (item["Resources"][name]["Properties"] for item in (self.whole, self.reduced))
                self.assertEqual(reduced.get(member), whole.get(member), member)

    def test_of_a_property_only_what_names_the_lost_goes(self) -> None:
        lost = {"Gone"}
        cases: list[tuple[str, Any, Any]] = [
            ("plain", "x", "x"),
            ("ref", {"Ref": "Gone"}, None),
            ("attribute", {"A": {"Fn::GetAtt": ["Gone", "Arn"]}}, None),
            ("attribute as text", {"A": {"Fn::GetAtt": "Gone.Arn"}}, None),
            ("text", {"Fn::Sub": "${Kept}/${Gone.Arn}"}, None),
            ("text with variables", {"Fn::Sub": ["${X}", {"X": {"Ref": "Gone"}}]}, None),
            ("literal", {"Fn::Sub": "${!Gone}"}, {"Fn::Sub": "${!Gone}"}),
            ("one of a list", [{"Ref": "Kept"}, {"Ref": "Gone"}], [{"Ref": "Kept"}]),
            ("all of a list", [{"Ref": "Gone"}], None),
        ]
        for name, value, expected in cases:
            with self.subTest(name):
                self.assertEqual(reduction.without({"P": value}, lost).get("P"), expected)


if __name__ == "__main__":
    unittest.main()
