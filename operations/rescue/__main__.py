"""Writes the reduced template, what it imports and its parameters, and says which commands come next."""

import argparse
import json
from pathlib import Path
from typing import Any

from .. import layout, template
from ..account import Account
from ..answers import file, first
from ..failure import Failure, run
from . import reduction, survivors

NEXT = """\
» Wrote {folder}/template.json, resources.json and parameters.json, for
{found}

Import them into a new stack {stack}, and deploy the rest:

aws cloudformation create-change-set --stack-name {stack} --change-set-name rescue --change-set-type IMPORT \\
  --template-body file://{folder}/template.json --parameters file://{folder}/parameters.json \\
  --resources-to-import file://{folder}/resources.json{region}
aws cloudformation wait change-set-create-complete --stack-name {stack} --change-set-name rescue{region}
aws cloudformation execute-change-set --stack-name {stack} --change-set-name rescue{region}
aws cloudformation wait stack-import-complete --stack-name {stack}{region}
make deploy AWS_STACK={stack}"""


def main() -> None:
    """Finds what is left, and writes."""
    arguments = argparse.ArgumentParser(prog="operations.rescue")
    arguments.add_argument("stack")
    arguments.add_argument("--stacks", type=Path, default=layout.STACKS, metavar="DIR", help="default: stacks")
    arguments.add_argument("--into", type=Path, default=layout.RESCUE, metavar="DIR", help="default: .aws-sam/rescue")
    for name, what in (("--user-pool", "id"), ("--identity-pool", "id"), ("--bucket", "name")):
        arguments.add_argument(name, metavar=what.upper(), help="if CloudFormation does not know it any more")
    given = arguments.parse_args()
    answers = file.read_for(given.stacks, given.stack)
    account = Account(answers, is_read_only=True)
    named = {
        "AWS::Cognito::UserPool": given.user_pool,
        "AWS::Cognito::IdentityPool": given.identity_pool,
        "AWS::S3::Bucket": given.bucket,
    }
    survivors.refuse_living(account, given.stack)
    deleted = survivors.remembered(account, given.stack)
    whole = template.read()
    known = template.values(whole, answers.parameters or deleted.parameters)
    # What was the operator's own before there was a stack is in no stack afterwards.
    kept = reduction.retained(template.created(whole, known, account.region or ""))
    if not kept:
        raise Failure(f"both pools and the bucket of {given.stack} are your own, so nothing is lost; deploy it again")
    ids = survivors.find(account, given.stack, kept, deleted, {kind: name for kind, name in named.items() if name})
    survivors.check(account, ids, kept, known["ExistingUserPoolId"])
    if not answers.parameters and deleted.parameters:
        # Otherwise the deployment after the import would reset everything to the defaults.
        answers = first.deployed_with(given.stack, file.read(layout.DEFAULTS), account.region, deleted.parameters)
        path = file.path_of(given.stacks, given.stack)
        file.write(path, answers, is_default=False)
        print(f"» The answers of {given.stack} were missing: {path} has what CloudFormation knows of it")
    reduced = reduction.reduced(whole, kept)
    write(given.into / "template.json", reduced)
    write(given.into / "resources.json", to_import(kept, ids))
    write(given.into / "parameters.json", parameters(reduced, template.values(whole, answers.parameters)))
    print(
        NEXT.format(
            folder=shown(given.into),
            stack=given.stack,
            found="\n".join(f"  {name} {ids[name]}" for name in kept),
            region=f" --region {answers.region}" if answers.region else "",
        )
    )


def to_import(kept: dict[str, dict[str, Any]], ids: dict[str, str]) -> list[dict[str, Any]]:
    """`--resources-to-import`."""
    return [
        {
            "ResourceType": resource["Type"],
            "LogicalResourceId": name,
            "ResourceIdentifier": {reduction.IDENTIFIERS[resource["Type"]]: ids[name]},
        }
        for name, resource in kept.items()
    ]


def parameters(reduced: dict[str, Any], values: dict[str, str]) -> list[dict[str, str]]:
    """`--parameters`: what the stack was deployed with, as far as the reduced template asks."""
    return [{"ParameterKey": name, "ParameterValue": values[name]} for name in reduced.get("Parameters", {})]


def write(path: Path, content: Any) -> None:
    """Writes JSON, which is YAML as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n")


def shown(folder: Path) -> Path:
    """The folder as it is seen from the project's."""
    whole = folder.resolve()
    return whole.relative_to(layout.ROOT) if whole.is_relative_to(layout.ROOT) else whole


if __name__ == "__main__":
    run(main)
