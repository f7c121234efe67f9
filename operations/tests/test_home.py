"""From a user to their home, and until nothing is left of them."""

import re
import subprocess
import unittest

from botocore.exceptions import ClientError

from .. import layout
from .local_aws import make, run
from .local_case import DeployedCase
from .person import Person, call, put

OPERATIONS_MD = (layout.ROOT / "docs" / "operations.md").read_text()


class Home(DeployedCase):
    """On a stack with people in it."""

    def settle(self, name: str) -> tuple[Person, str]:
        """Somebody with an object of two versions, and one that they deleted; and their identity id."""
        record = self.local.record
        person = Person(self.local, name).sign_up(record["client_id"])
        token = person.sign_in(record["client_id"])
        for key, content in (("a", b"1"), ("a", b"22"), ("b", b"333")):
            size = {"content_type": "text/plain", "size": len(content)}
            put(call(record["api_url"], "POST", f"/objects/~/{key}", token, size), content)
        prefix = call(record["api_url"], "GET", "/objects", token)["prefix"]
        self.local.client("s3").delete_object(Bucket=record["bucket"], Key=f"{prefix}b")
        return person, prefix.split("/")[1]

    def home(self, user: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs the command."""
        return run(self.local.environment(), "home", "latchkey", user, *arguments)

    def test_a_home_is_shown_and_nothing_changes(self) -> None:
        ada, identity_id = self.settle("ada")
        bucket = self.local.record["bucket"]
        expected = re.compile(
            "user         ada\n"
            r"sub          [0-9a-f-]{36}" + "\n"
            "status       CONFIRMED, enabled\n"
            f"identity id  {identity_id}\n"
            f"home         s3://{bucket}/private/{identity_id}/\n"
            "objects      1, 2 bytes\n"
            "old versions 2, 4 bytes, and 1 delete markers\n"
            "unfinished   0 uploads\n"
        )
        for user in ("ada", "ada@example.com"):
            with self.subTest(user):
                shown = self.home(user, "--identity-id", identity_id)
                self.assertRegex(shown.stdout, expected, shown.stderr)
        shown = make(self.local.environment(), "home", "AWS_STACK=latchkey", "USER=ada", f"IDENTITY_ID={identity_id}")
        self.assertRegex(shown.stdout, expected, shown.stderr)
        self.assertTrue(ada.sign_in(self.local.record["client_id"]), "the password is the same")

    def test_what_aws_does_not_say_is_said(self) -> None:
        self.settle("bea")
        pool = self.local.client("cognito-idp").create_user_pool(PoolName="other")["UserPool"]["Id"]
        cases = [
            (("bea",), "AWS does not say which identity is a user's. Say IDENTITY_ID="),
            (("nobody",), f"the user pool {self.local.record['user_pool_id']} has no user nobody; say USER="),
            (("nobody@example.com",), "has no user nobody@example.com"),
            (
                ("bea", "--identity-id", f"eu-west-1:{'0' * 8}-0000-0000-0000-{'0' * 12}"),
                "there is no identity eu-west-1:0",
            ),
        ]
        for arguments, expected in cases:
            with self.subTest(arguments):
                done = self.home(*arguments)
                self.assertEqual(done.returncode, 1)
                self.assertIn(expected, done.stderr)
                self.assertTrue(done.stderr.startswith("latchkey: "), done.stderr)
        done = run(self.local.environment(), "home", "none", "bea")
        self.assertEqual(done.stderr, "latchkey: there is no stack none in eu-west-1; say AWS_STACK=… and the region\n")
        missing = make(self.local.environment() | {"USER": "root"}, "home")
        self.assertIn("latchkey: USER is missing: make home USER=ada", missing.stderr)
        self.assertTrue(pool)

    def test_an_identity_of_other_users_is_refused(self) -> None:
        self.settle("cid")
        identities = self.local.client("cognito-identity")
        guests = identities.create_identity_pool(IdentityPoolName="guests", AllowUnauthenticatedIdentities=True)
        guest = self.local.client("cognito-identity", signed=False).get_id(IdentityPoolId=guests["IdentityPoolId"])
        done = self.home("cid", "--identity-id", guest["IdentityId"])
        self.assertIn("is not that of a user of", done.stderr)

    def test_who_never_signed_in_has_no_home(self) -> None:
        client = self.local.client("cognito-idp", signed=False)
        client.sign_up(
            ClientId=self.local.record["client_id"],
            Username="dot",
            Password="correct-Horse-battery-9",  # noqa: S106
            UserAttributes=[{"Name": "email", "Value": "dot@elsewhere.example"}],
        )
        self.assertIn("home         none: this user has never signed in\n", self.home("dot").stdout)
        self.assertIn("user         dot\n", self.home("dot@elsewhere.example").stdout)

    def test_homes_that_are_named_by_sub_need_no_identity(self) -> None:
        self.settle("eve")
        function = self.local.record["functions"]["list-objects"]
        client = self.local.client("lambda")
        variables = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        try:
            by_sub = {"Variables": variables | {"HOME_PREFIX": "private/{sub}/"}}
            client.update_function_configuration(FunctionName=function, Environment=by_sub)
            shown = self.home("eve").stdout
        finally:
            client.update_function_configuration(FunctionName=function, Environment={"Variables": variables})
        self.assertRegex(shown, r"home         s3://[^/]+/private/[0-9a-f-]{36}/\nobjects      0")

    def test_a_person_is_erased_as_the_documents_say(self) -> None:
        record = self.local.record
        gus, identity_id = self.settle("gus")
        _, other = self.settle("hal")
        shown = self.home("gus", "--take-over")
        self.assertIn(f"identity id  {identity_id}\n", shown.stdout, shown.stderr)
        with self.assertRaisesRegex(ClientError, "NotAuthorizedException", msg="the password is another"):
            gus.sign_in(record["client_id"])

        blocks = re.findall(r"```sh\n(.*?)```", OPERATIONS_MD.partition("### Erase a person")[2], re.DOTALL)[:3]
        home = f"private/{identity_id}/"
        environment = self.local.environment() | {
            "USER_POOL": record["user_pool_id"],
            "USER": "gus",
            "BUCKET": record["bucket"],
            "IDENTITY_ID": identity_id,
            "HOME_PREFIX": home,
        }
        environment["PATH"] = f"{layout.ROOT / '.venv' / 'aws' / 'bin'}:{environment['PATH']}"
        nowhere = subprocess.run(
            ["sh", "-ec", blocks[1]], env=environment | {"HOME_PREFIX": ""}, capture_output=True, text=True, check=False
        )
        self.assertIn("HOME_PREFIX is not a home", nowhere.stderr)
        for block in blocks[:2]:
            done = subprocess.run(["sh", "-ec", block], env=environment, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        empty = self.home("gus", "--identity-id", identity_id).stdout
        self.assertIn("objects      0, 0 bytes\nold versions 0, 0 bytes, and 0 delete markers\n", empty)
        done = subprocess.run(["sh", "-ec", blocks[2]], env=environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        s3 = self.local.client("s3")
        left = s3.list_object_versions(Bucket=record["bucket"], Prefix=home)
        self.assertEqual((left.get("Versions", []), left.get("DeleteMarkers", [])), ([], []))
        kept = s3.list_object_versions(Bucket=record["bucket"], Prefix=f"private/{other}/")
        self.assertEqual(len(kept["Versions"]), 3)
        self.assertIn("has no user gus", self.home("gus").stderr)
        self.assertIn(f"there is no identity {identity_id}", self.home("hal", "--identity-id", identity_id).stderr)


if __name__ == "__main__":
    unittest.main()
