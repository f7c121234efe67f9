"""What the tests of make preflight share: a local AWS with a wire before it, and answers of services that it lacks."""

import json
import os
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from ..account import Account
from ..answers import file
from ..preflight.__main__ import pairs, planned
from ..preflight.finding import Check, Plan
from .local_aws import run
from .local_case import LocalCase
from .wire import Answer, Call, Wire, tapped

SECRET = "k" * 32
"""As short as a key of invites may be."""


def in_json(content: dict[str, Any]) -> Answer:
    """A good answer of a service that speaks JSON."""
    return Answer(200, json.dumps(content))


def deployed(**outputs: str) -> dict[Call, Answer]:
    """What CloudFormation says of a stack that has these outputs."""
    members = "".join(
        f"<member><OutputKey>{name}</OutputKey><OutputValue>{value}</OutputValue></member>"
        for name, value in outputs.items()
    )
    stack = f"<StackName>new</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>{members}</Outputs>"
    body = f"<DescribeStacksResponse><DescribeStacksResult><Stacks><member>{stack}</member></Stacks>"
    return {Call("cloudformation", "DescribeStacks"): Answer(200, f"{body}</DescribeStacksResult></DescribeStacksResponse>", "text/xml")}


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    """A statement of a policy."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def deny(action: str, resource: str = "*") -> dict[str, Any]:
    """A statement of a policy."""
    return {"Effect": "Deny", "Action": action, "Resource": resource}


class PreflightCase(LocalCase):
    """A test of one or more checks."""

    wire: Wire
    accounts: dict[tuple[str, str] | None, Account]

    @classmethod
    def setUpClass(cls) -> None:
        """Puts a wire before it."""
        super().setUpClass()
        tap = tapped(cls.local.record["endpoint"])
        cls.wire = tap.__enter__()
        cls.addClassCleanup(tap.__exit__, None, None, None)
        cls.accounts = {}

    def lines(
        self, *parameters: str, answers: dict[Call, Answer] | None = None, keys: tuple[str, str] | None = None
    ) -> tuple[list[str], list[Call]]:
        """What it prints, and which calls it made. The exit status has to fit."""
        self.wire.answers, self.wire.calls = answers or {}, []
        with TemporaryDirectory() as stacks:
            environment = self.local.environment(keys, self.wire.url)
            done = run(environment, "preflight", "new", *parameters, "--stacks", stacks)
        lines = done.stdout.splitlines()
        self.assertEqual(done.returncode, any(line.startswith("wrong: ") for line in lines), done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return lines, self.wire.calls

    def said(
        self,
        check: Check,
        *parameters: str,
        answers: dict[Call, Answer] | None = None,
        keys: tuple[str, str] | None = None,
    ) -> str:
        """What one check says, without a process of its own. A parameter need not be in the template yet."""
        self.wire.answers = answers or {}
        with patch.dict(os.environ, self.local.environment(keys, self.wire.url)):
            return "\n".join(map(str, check(self.plan(*parameters, keys=keys))))

    def plan(self, *parameters: str, keys: tuple[str, str] | None = None) -> Plan:
        """What the checks get to know."""
        with patch.dict(os.environ, self.local.environment(keys, self.wire.url)):
            # Making clients takes longer than all that they do here.
            account = self.accounts.setdefault(keys, Account(file.Answers("new"), is_read_only=True))
            chosen = pairs(parameters)
            plan = planned(account, file.Answers("new"), chosen)
            return replace(plan, parameters=plan.parameters | chosen)

    def check(self, check: Check, cases: list[tuple[str, list[str], dict[Call, Answer], str]]) -> None:
        """A table of cases: name, parameters, answers, and what the line has."""
        for name, parameters, answers, expected in cases:
            with self.subTest(name):
                self.assertIn(expected, self.said(check, *parameters, answers=answers))

    def operator(self, name: str, *statements: dict[str, Any]) -> tuple[str, str]:
        """The keys of a user with these rights."""
        iam = self.local.client("iam")
        iam.create_user(UserName=name)
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_user_policy(UserName=name, PolicyName="rights", PolicyDocument=policy)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]
