"""What `make connect` adds to an operator's own pools and bucket, and that it leaves all else as it was."""

import json
import os
import unittest
from typing import Any
from unittest.mock import patch

from ..account import Account
from ..answers import file
from ..connect import bucket, identity_pool, user_pool
from ..connect.step import Deployed, Step
from ..failure import Failure
from .local_aws import run
from .local_case import LocalCase
from .preflight_case import in_json
from .wire import Call, tapped

RULES = "arn:aws:lambda:eu-west-1:111122223333:function:latchkey-PreSignUp"
ROLE = "arn:aws:iam::111122223333:role/latchkey-AuthenticatedRole"
POLICY = "arn:aws:iam::111122223333:policy/latchkey-PersonPolicy"
ANOTHER = "arn:aws:lambda:eu-west-1:111122223333:function:another"
BUCKET = "theirs"


class Connect(LocalCase):
    """Things that were made by hand, and the outputs of a stack that uses them."""

    users: Any
    identities: Any
    s3: Any

    @classmethod
    def setUpClass(cls) -> None:
        """Making clients takes longer than all that they do here."""
        super().setUpClass()
        cls.users, cls.identities = cls.local.client("cognito-idp"), cls.local.client("cognito-identity")
        cls.s3 = cls.local.client("s3")

    def setUp(self) -> None:
        """Makes the things."""
        self.pool = self.users.create_user_pool(
            PoolName="theirs",
            AliasAttributes=["email"],
            AutoVerifiedAttributes=["email"],
            Policies={"PasswordPolicy": {"MinimumLength": 10, "TemporaryPasswordValidityDays": 3}},
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": True, "UnusedAccountValidityDays": 3},
            LambdaConfig={"PostConfirmation": ANOTHER},
            UserPoolTags={"owner": "them"},
        )["UserPool"]["Id"]
        self.provider = f"cognito-idp.eu-west-1.amazonaws.com/{self.pool}"
        unchecked = {"ProviderName": self.provider, "ClientId": "web", "ServerSideTokenCheck": False}
        theirs = {"ProviderName": self.provider, "ClientId": "theirs", "ServerSideTokenCheck": False}
        self.identity_pool = self.identities.create_identity_pool(
            IdentityPoolName="theirs",
            AllowUnauthenticatedIdentities=True,
            CognitoIdentityProviders=[theirs, unchecked],
            SupportedLoginProviders={"graph.facebook.com": "1"},
        )["IdentityPoolId"]
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.addCleanup(self.s3.delete_bucket, Bucket=BUCKET)

    def stack(self, endpoint: str | None = None, **parameters: str) -> Deployed:
        """A stack that uses them."""
        outputs = {
            "UserPoolId": self.pool,
            "UserPoolClientId": "web",
            "UserPoolClientIds": "web,phone",
            "UserPoolTrigger": RULES,
            "IdentityPoolId": self.identity_pool,
            "AuthenticatedRoleArn": ROLE,
            "PersonPolicyArn": POLICY,
            "BucketName": BUCKET,
        }
        environment = patch.dict(os.environ, self.local.environment(endpoint=endpoint))
        environment.start()
        self.addCleanup(environment.stop)
        return Deployed(Account(file.Answers("latchkey")), outputs, parameters)

    def user_pool(self) -> dict[str, Any]:
        """The pool, but for when it was changed, and for the older name of a setting that has two."""
        described: dict[str, Any] = self.users.describe_user_pool(UserPoolId=self.pool)["UserPool"]
        described["AdminCreateUserConfig"].pop("UnusedAccountValidityDays", None)
        return {name: value for name, value in described.items() if name != "LastModifiedDate"}

    def apply(self, steps: list[Step]) -> None:
        """Does them all."""
        for step in steps:
            self.assertIsNotNone(step.apply, step.text)
            if step.apply:
                step.apply()

    def test_the_trigger_is_added_and_nothing_else_changes(self) -> None:
        before = self.user_pool()
        steps = list(user_pool.steps(self.stack()))
        self.assertEqual(self.user_pool(), before, "looking changes nothing")
        self.assertIn(f"LambdaConfig.PreSignUp: {RULES}", steps[0].text)
        self.apply(steps)
        triggers = {"PostConfirmation": ANOTHER, "PreSignUp": RULES}
        self.assertEqual(self.user_pool(), before | {"LambdaConfig": triggers})
        self.assertEqual(list(user_pool.steps(self.stack())), [])

    def test_another_trigger_is_the_operators_to_replace(self) -> None:
        self.users.update_user_pool(UserPoolId=self.pool, LambdaConfig={"PreSignUp": ANOTHER})
        (step,) = user_pool.steps(self.stack())
        self.assertIsNone(step.apply)
        self.assertIn(ANOTHER, step.text)

    def test_what_cognito_changes_beside_is_said(self) -> None:
        swallowed = {Call("cognito-idp", "UpdateUserPool"): in_json({})}
        with tapped(self.local.record["endpoint"], swallowed) as wire:
            (step,) = user_pool.steps(self.stack(wire.url))
            with self.assertRaises(Failure) as failed:
                self.apply([step])
        self.assertIn("LambdaConfig", str(failed.exception))

    def test_a_second_factor_that_the_update_resets_is_put_back(self) -> None:
        tokens = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
        self.users.set_user_pool_mfa_config(UserPoolId=self.pool, MfaConfiguration="ON", **tokens)
        before = user_pool.second_factor(self.users, self.pool)
        stack = self.stack()

        def reset(**_: Any) -> None:
            self.users.set_user_pool_mfa_config(UserPoolId=self.pool, MfaConfiguration="OFF")

        stack.account.client("cognito-idp").meta.events.register("after-call.*.UpdateUserPool", reset)
        self.apply(list(user_pool.steps(stack)))
        self.assertEqual(before["MfaConfiguration"], "ON")
        self.assertEqual(user_pool.second_factor(self.users, self.pool), before)

    def test_the_update_says_again_what_it_would_reset(self) -> None:
        pool = self.users.describe_user_pool(UserPoolId=self.pool)["UserPool"]
        said = user_pool.settings(self.users, self.pool)
        for name in ("Policies", "AutoVerifiedAttributes", "UserPoolTags"):
            self.assertEqual(said[name], pool[name], name)
        self.assertEqual((said["UserPoolId"], said["PoolName"]), (self.pool, "theirs"))
        # Cognito does not take both names of the same setting.
        self.assertEqual(said["AdminCreateUserConfig"], {"AllowAdminCreateUserOnly": True})
        self.assertNotIn("SchemaAttributes", said)

    def test_the_identity_pool_gets_what_it_lacks_and_keeps_what_it_has(self) -> None:
        mappings = {f"{self.provider}:theirs": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
        guests = {"unauthenticated": "arn:aws:iam::111122223333:role/guests"}
        who = {"IdentityPoolId": self.identity_pool, "IdentityProviderName": self.provider}
        self.identities.set_identity_pool_roles(IdentityPoolId=self.identity_pool, Roles=guests, RoleMappings=mappings)
        self.identities.set_principal_tag_attribute_map(**who, UseDefaults=False, PrincipalTags={"shop": "custom:shop"})
        before = self.identities.describe_identity_pool(IdentityPoolId=self.identity_pool)
        steps = list(identity_pool.steps(self.stack(HomeOf="user")))
        self.assertEqual(len(steps), 3, steps)
        self.apply(steps)
        # Teams come later.
        stack = self.stack(HomeOf="user", TeamClaim="custom:team")
        self.apply(list(identity_pool.steps(stack)))
        after = self.identities.describe_identity_pool(IdentityPoolId=self.identity_pool)
        checked = [
            {"ProviderName": self.provider, "ClientId": name, "ServerSideTokenCheck": name != "theirs"}
            for name in ("theirs", "web", "phone")
        ]
        self.assertEqual(after["CognitoIdentityProviders"], checked)
        for name in ("AllowUnauthenticatedIdentities", "SupportedLoginProviders", "IdentityPoolName"):
            self.assertEqual(after[name], before[name], name)
        roles = self.identities.get_identity_pool_roles(IdentityPoolId=self.identity_pool)
        self.assertEqual((roles["Roles"], roles["RoleMappings"]), (guests | {"authenticated": ROLE}, mappings))
        tags = self.identities.get_principal_tag_attribute_map(**who)["PrincipalTags"]
        self.assertEqual(tags, {"shop": "custom:shop", "sub": "sub", "team": "custom:team"})
        self.assertEqual(list(identity_pool.steps(stack)), [])

    def test_groups_give_roles_where_the_stack_says_so(self) -> None:
        rules = {
            "Type": "Rules",
            "AmbiguousRoleResolution": "Deny",
            "RulesConfiguration": {
                "Rules": [{"Claim": "email", "MatchType": "Equals", "Value": "a@example.com", "RoleARN": ROLE}]
            },
        }
        theirs = {f"{self.provider}:web": rules}
        self.identities.set_identity_pool_roles(
            IdentityPoolId=self.identity_pool, Roles={"authenticated": ROLE}, RoleMappings=theirs
        )
        stack = self.stack(GroupRoles="true")
        _, of_theirs, missing = identity_pool.steps(stack)
        self.assertIsNone(of_theirs.apply)
        self.assertIn(f"{self.provider}:web are rules of yours", of_theirs.text)
        self.apply([missing])
        roles = self.identities.get_identity_pool_roles(IdentityPoolId=self.identity_pool)
        mapped = theirs | {f"{self.provider}:phone": identity_pool.TOKEN}
        self.assertEqual((roles["Roles"], roles["RoleMappings"]), ({"authenticated": ROLE}, mapped))
        self.assertEqual(len(list(identity_pool.steps(stack))), 2)

    def test_a_role_and_tags_of_theirs_are_theirs_to_replace(self) -> None:
        theirs = "arn:aws:iam::111122223333:role/theirs"
        who = {"IdentityPoolId": self.identity_pool, "IdentityProviderName": self.provider}
        self.identities.set_identity_pool_roles(IdentityPoolId=self.identity_pool, Roles={"authenticated": theirs})
        self.identities.set_principal_tag_attribute_map(**who, UseDefaults=False, PrincipalTags={"sub": "email"})
        _, role, tags = identity_pool.steps(self.stack(HomeOf="user"))
        self.assertIsNone(role.apply)
        self.assertIn(theirs, role.text)
        self.assertIn(f"attach {POLICY} to that one", role.text)
        self.assertIsNone(tags.apply)

    def test_the_bucket_gets_a_rule_for_pages_and_its_policy_stays(self) -> None:
        theirs = {"AllowedOrigins": ["https://old.example.com"], "AllowedMethods": ["GET"]}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{BUCKET}/*",
             "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})  # fmt: skip
        self.s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [theirs]})
        self.s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
        stack = self.stack(AllowedOrigins="https://app.example.com")
        rule, statements = bucket.steps(stack)
        self.assertIsNone(statements.apply)
        self.assertIn("NoLinksOlderThanAnHour", statements.text)
        self.assertNotIn("OnlyOverTls", statements.text)
        self.assertIn(f"arn:aws:s3:::{BUCKET}/*", statements.text)
        self.apply([rule])
        rules = self.s3.get_bucket_cors(Bucket=BUCKET)["CORSRules"]
        self.assertEqual(rules[0], theirs)
        self.assertEqual(rules[1]["AllowedOrigins"], ["https://app.example.com"])
        self.assertEqual(set(rules[1]["AllowedMethods"]), {"GET", "HEAD", "PUT", "POST", "DELETE"})
        self.assertEqual(json.loads(self.s3.get_bucket_policy(Bucket=BUCKET)["Policy"]), json.loads(policy))
        self.assertEqual([step.apply for step in bucket.steps(stack)], [None])

    def test_origins_are_covered_by_a_rule_that_lets_them_do_all(self) -> None:
        whole = ["GET", "HEAD", "PUT", "POST", "DELETE"]
        cases = [
            ("no rule", [], ["a"]),
            ("of another", [{"AllowedOrigins": ["b"], "AllowedMethods": whole}], ["a"]),
            ("reading alone", [{"AllowedOrigins": ["a"], "AllowedMethods": ["GET", "HEAD"]}], ["a"]),
            ("links alone", [{"AllowedOrigins": ["a"], "AllowedMethods": ["GET", "HEAD", "PUT"]}], ["a"]),
            ("its own", [{"AllowedOrigins": ["b", "a"], "AllowedMethods": whole}], []),
            ("everybody's", [{"AllowedOrigins": ["*"], "AllowedMethods": whole}], []),
        ]
        for name, rules, expected in cases:
            with self.subTest(name):
                self.assertEqual(bucket.uncovered(rules, ["a"]), expected)

    def test_a_stack_that_is_not_there_is_one_clear_line(self) -> None:
        done = run(self.local.environment(), "connect", "none", "--stacks", str(self.local.state))
        expected = "latchkey: there is no stack none in eu-west-1; deploy it first, or say AWS_STACK=…\n"
        self.assertEqual((done.returncode, done.stderr), (1, expected))


if __name__ == "__main__":
    unittest.main()
