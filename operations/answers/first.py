"""A stack's first answers: what an earlier version saved, what the stack on AWS was deployed with, or the defaults."""

import sys
from dataclasses import replace
from pathlib import Path

from .. import described
from ..account import Account
from . import file
from .file import Answers


def make(path: Path, name: str, defaults: Answers) -> Answers:
    """Writes the first answers of the stack `name` to `path`, and says where they come from."""
    is_default = name == defaults.stack_name
    answers = (moved(defaults) if is_default else None) or taken_over(name, defaults) or without_answers(name, defaults)
    file.write(path, answers, is_default)
    return answers


def moved(defaults: Answers) -> Answers | None:
    """The answers that SAM wrote into samconfig.toml, as long as that was where it wrote them."""
    if not defaults.parameters:
        return None
    say(
        f"samconfig.toml has answers of the stack {defaults.stack_name}. From now on they are in a file of their own; "
        "`git checkout samconfig.toml` brings the tracked file back"
        + ("" if defaults.stack_name == "latchkey" else f", and then say AWS_STACK={defaults.stack_name}")
    )
    return defaults


def taken_over(name: str, defaults: Answers) -> Answers | None:
    """What a stack that is there already was deployed with: a fresh clone must not reset it to the defaults."""
    account = Account(without_answers(name, defaults))
    if account.region is None:
        return None
    parameters = described.parameters(described.stack(account, name) or {})
    if not parameters:
        return None
    say(f"the stack {name} is there already, in {account.region}: its parameters are the first answers")
    return deployed_with(name, defaults, account.region, parameters)


def deployed_with(name: str, defaults: Answers, region: str | None, parameters: dict[str, str]) -> Answers:
    """The answers that a stack with these parameters would have been given."""
    settings = without_answers(name, defaults).settings
    return Answers(name, settings | {"region": region, "parameter_overrides": file.joined(parameters)})


def without_answers(name: str, defaults: Answers) -> Answers:
    """The tracked defaults, without what an operator has said of another stack."""
    personal = ("parameter_overrides", "region", "profile", "s3_bucket", "s3_prefix")
    return replace(
        defaults,
        stack_name=name,
        settings={key: value for key, value in defaults.settings.items() if key not in personal},
    )


def say(text: str) -> None:
    """On standard error: standard output is an argument for the SAM CLI."""
    print(f"» {text}", file=sys.stderr, flush=True)
