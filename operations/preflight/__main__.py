"""Prints a line for each thing that a deployment needs: right, wrong with what to do, or could not be checked."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from .. import described, layout, template
from ..account import Account
from ..answers import file
from ..failure import Failure, run
from . import existing, existing_bucket, mail, names, providers, quotas, region, rights, roles, storage
from .finding import WRONG, Check, Plan

CHECKS: tuple[Check, ...] = (
    region.check,
    region.check_stack,
    region.check_answers,
    rights.check,
    quotas.check_lambda,
    quotas.check_api,
    quotas.check_service_quotas,
    existing.check_user_pool,
    existing.check_clients,
    existing.check_identity_pool,
    existing_bucket.check,
    names.check_domain,
    mail.check,
    names.check_certificate,
    names.check_secret,
    names.check_lists,
    providers.check_oidc,
    providers.check_saml,
    storage.check_keys,
    storage.check_log_bucket,
    roles.check_policies,
    roles.check_groups,
    names.check_alarm_topic,
    names.check_web_acl,
    names.check_budget,
)


def main() -> None:
    """Runs all checks. Exit status 1 if anything is wrong."""
    arguments = argparse.ArgumentParser(prog="operations.preflight")
    arguments.add_argument("stack")
    arguments.add_argument("parameters", nargs="*", metavar="NAME=VALUE", help="instead of the stack's answers")
    arguments.add_argument("--stacks", type=Path, default=layout.STACKS, metavar="DIR", help="default: stacks")
    arguments.add_argument("--policy", action="store_true", help="print a policy with the rights to deploy instead")
    given = arguments.parse_intermixed_args()
    answers = file.read_for(given.stacks, given.stack)
    account = Account(answers, is_read_only=True)
    plan = planned(account, answers, answers.parameters | pairs(given.parameters))
    if given.policy:
        print(json.dumps(rights.policy(plan), indent=2))
        return
    print(f"» Whether {plan.stack_name} can be deployed to {plan.region} of {plan.account_id}, as {plan.caller_arn}")
    wrong_count = 0
    for check in CHECKS:
        for finding in check(plan):
            print(finding, flush=True)
            wrong_count += finding.verdict == WRONG
    if wrong_count:
        sys.exit(f"latchkey: {wrong_count} of these have to be put right before a deployment")


def pairs(parameters: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE words of the command line, which the shell has split already."""
    return {name: value for name, _, value in (parameter.partition("=") for parameter in parameters)}


def planned(account: Account, answers: file.Answers, chosen: dict[str, str]) -> Plan:
    """What the checks need to know."""
    if account.region is None:
        raise Failure("there is no region; set AWS_DEFAULT_REGION, or deploy first, which saves one with your answers")
    caller = account.client("sts").get_caller_identity()
    read, stack = template.read(), described.stack(account, answers.stack_name)
    return Plan(
        account=account,
        stack_name=answers.stack_name,
        region=account.region,
        account_id=caller["Account"],
        caller_arn=caller["Arn"],
        template=read,
        answers=chosen,
        parameters=template.values(read, chosen),
        deployed=None if stack is None else described.parameters(stack),
        outputs=described.outputs(stack or {}),
    )


if __name__ == "__main__":
    run(main)
