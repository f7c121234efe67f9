"""Prints what an operator's own pools and bucket lack for a stack, and adds it if it is told to."""

import argparse
from pathlib import Path

from .. import described, layout
from ..account import Account
from ..answers import file
from ..failure import Failure, run
from . import bucket, identity_pool, user_pool
from .step import Deployed, Step

PARTS = {
    "ExistingUserPoolId": user_pool.steps,
    "ExistingIdentityPoolId": identity_pool.steps,
    "ExistingBucketName": bucket.steps,
}


def main() -> None:
    """Without --apply it only looks."""
    arguments = argparse.ArgumentParser(prog="operations.connect")
    arguments.add_argument("stack")
    arguments.add_argument("--stacks", type=Path, default=layout.STACKS, metavar="DIR", help="default: stacks")
    arguments.add_argument("--apply", action="store_true", help="add what is lacking, and do not only say it")
    given = arguments.parse_args()
    account = Account(file.read_for(given.stacks, given.stack), is_read_only=not given.apply)
    found = lacking(read(account, given.stack))
    for step in found:
        print(f"  {step.subject}: {step.text}", flush=True)
        if step.apply and given.apply:
            step.apply()
            print("    added", flush=True)
    yours = sum(step.apply is None for step in found)
    if not found:
        print("» Nothing is lacking")
    elif given.apply:
        print(f"» {len(found) - yours} added, {yours} left to you")
    else:
        print(
            f"» {len(found)} lacking, nothing was changed. APPLY=yes adds {len(found) - yours}, {yours} are left to you"
        )


def read(account: Account, name: str) -> Deployed:
    """The stack, which has to be there."""
    stack = described.stack(account, name)
    if stack is None:
        raise Failure(f"there is no stack {name} in {account.region}; deploy it first, or say AWS_STACK=…")
    outputs = described.outputs(stack)
    if "Connect" not in outputs:
        raise Failure(f"the stack {name} uses nothing of yours, so there is nothing to connect")
    return Deployed(account, outputs, described.parameters(stack))


def lacking(stack: Deployed) -> list[Step]:
    """What all of the operator's things lack."""
    return [step for name, steps in PARTS.items() if stack.parameter(name) for step in steps(stack)]


if __name__ == "__main__":
    run(main)
