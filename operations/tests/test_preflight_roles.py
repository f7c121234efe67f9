"""What `make preflight` says of the groups' roles and of the policies of everybody."""

import json

from ..preflight import roles
from .preflight_case import PreflightCase, allow, deployed, in_json
from .wire import Answer, Call

POOL = "eu-west-1_AbCdEfGhI"
PERSON_POLICY = "arn:aws:iam::111122223333:policy/new-PersonPolicy"
RIGHTS = json.dumps({"Version": "2012-10-17", "Statement": [allow("s3:GetObject")]})


def trust(*actions: str, provider: str = "cognito-identity.amazonaws.com") -> str:
    """A trust policy."""
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": list(actions)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def groups(*arns: str) -> dict[Call, Answer]:
    """A deployed stack whose user pool has a group without a role, and one for each of these."""
    named = [{"GroupName": arn.rpartition("/")[2], "RoleArn": arn} for arn in arns]
    listed = in_json({"Groups": [{"GroupName": "friends"}, *named]})
    return deployed(UserPoolId=POOL, PersonPolicyArn=PERSON_POLICY) | {Call("cognito-idp", "ListGroups"): listed}


class Roles(PreflightCase):
    """Of roles and policies."""

    def role(self, name: str, document: str, *policies: str) -> str:
        """A role with these policies attached."""
        iam = self.local.client("iam")
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        for policy in policies:
            iam.attach_role_policy(RoleName=name, PolicyArn=policy)
        return arn

    def test_people_can_get_keys_of_a_groups_role(self) -> None:
        iam = self.local.client("iam")
        person = iam.create_policy(PolicyName="new-PersonPolicy", PolicyDocument=RIGHTS)["Policy"]["Arn"]
        self.assertEqual(person, PERSON_POLICY)
        assume, tag = "sts:AssumeRoleWithWebIdentity", "sts:TagSession"
        editors = self.role("editors", trust(assume), person)
        cases: list[tuple[str, list[str], str, str]] = [
            ("whole", [], editors, "right: group editors: its members get keys of its role, and keep their own files"),
            ("without files", [], self.role("readers", trust(assume)), "right: group readers: its members get keys"),
            ("strangers", [], self.role("odd", trust(assume, provider="a.example")), "wrong: group odd: its role trusts"),
            ("no tags", ["HomeOf=user"], editors, "wrong: group editors: its role's trust policy lacks sts:TagSession"),
            ("no tags", ["TeamClaim=custom:team"], editors, "lacks sts:TagSession"),
            ("tags", ["HomeOf=user"], self.role("tagged", trust(assume, tag), person), "right: group tagged: "),
            ("gone", [], "arn:aws:iam::111122223333:role/gone", "wrong: group gone: there is no arn:aws:iam"),
            ("elsewhere", [], "arn:aws:iam::111122223333:role/path/editors", "wrong: group editors: there is no arn"),
        ]
        for name, parameters, arn, expected in cases:
            with self.subTest(name):
                said = self.said(roles.check_groups, "GroupRoles=true", *parameters, answers=groups(arn))
                self.assertIn(expected, said)
        self.assertIn("no group has a role yet", self.said(roles.check_groups, "GroupRoles=true", answers=groups()))
        self.assertEqual("", self.said(roles.check_groups, answers=groups(editors)))
        self.assertEqual("", self.said(roles.check_groups, "GroupRoles=true"), "a new stack has no groups")

    def test_policies_of_everybody(self) -> None:
        iam = self.local.client("iam")
        arn = iam.create_policy(PolicyName="rows", PolicyDocument=RIGHTS)["Policy"]["Arn"]
        gone = "arn:aws:iam::111122223333:policy/gone"
        self.check(
            roles.check_policies,
            [
                ("there", [f"AuthenticatedPolicyArns={arn}"], {}, "right: AuthenticatedPolicyArns: rows is there"),
                ("gone", [f"AuthenticatedPolicyArns={arn},{gone}"], {}, f"wrong: AuthenticatedPolicyArns: there is no {gone}"),
                ("nine", ["AuthenticatedPolicyArns=" + ",".join([arn] * 9)], {}, "right: "),
                ("ten", ["AuthenticatedPolicyArns=" + ",".join([arn] * 10)], {}, "these are 10, and a role takes 9"),
                ("none", [], {}, ""),
            ],
        )
