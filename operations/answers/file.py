"""One stack's answers: `STACKS/NAME.toml`, a configuration file of the SAM CLI (`sam deploy --config-file`)."""

import json
import re
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from ..failure import Failure

STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")

HEADER = """\
# The answers of the stack {name}, for `make deploy{selection}`. Change them here and deploy again.
# Git ignores this file, so keep a copy. It holds no secrets.
"""


@dataclass(frozen=True)
class Answers:
    """What `sam deploy` does for one stack without asking. Without any parameters, nobody has been asked yet."""

    stack_name: str
    settings: dict[str, Any] = field(default_factory=dict)
    """The options of `sam deploy`, by their names in the file."""

    @property
    def region(self) -> str | None:
        """Where the stack is, once an operator has said."""
        return self.settings.get("region") or None

    @property
    def profile(self) -> str | None:
        """The operator's profile, if the answers name one."""
        return self.settings.get("profile") or None

    @property
    def parameters(self) -> dict[str, str]:
        """The template parameters that were answered."""
        return parsed(self.settings.get("parameter_overrides", ""))


def checked_name(name: str) -> str:
    """The name, if a stack can have it; it is also the name of a file."""
    if not STACK_NAME.fullmatch(name):
        raise Failure(f'AWS_STACK is "{name}"; a stack has a name of letters, digits and hyphens, a letter first')
    return name


def path_of(folder: Path, name: str) -> Path:
    """Where the answers of a stack are."""
    return folder / f"{checked_name(name)}.toml"


def read(path: Path) -> Answers:
    """The answers in a configuration file of the SAM CLI."""
    try:
        content = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise Failure(f"{path} is not TOML: {error}; correct it, or delete it and answer again") from None
    environment = content.get("default", {})
    settings = environment.get("global", {}).get("parameters", {}) | environment.get("deploy", {}).get("parameters", {})
    if "parameter_overrides" in settings:
        settings["parameter_overrides"] = joined(parsed(settings["parameter_overrides"]))
    return Answers(str(settings.pop("stack_name", path.stem)), settings)


def read_for(folder: Path, name: str) -> Answers:
    """The answers of a stack; none, if nobody has been asked yet."""
    path = path_of(folder, name)
    if not path.exists():
        return Answers(name)
    answers = read(path)
    # A stack name that was typed at SAM's prompt: the next command would be about another stack than this file.
    if answers.stack_name != name:
        raise Failure(
            f"{path} has the answers of the stack {answers.stack_name}: "
            f"rename it to {answers.stack_name}.toml and say AWS_STACK={answers.stack_name}"
        )
    return answers


def write(path: Path, answers: Answers, is_default: bool) -> None:
    """Writes the answers as the SAM CLI reads them, with a comment for who opens the file."""
    selection = "" if is_default else f" AWS_STACK={answers.stack_name}"
    settings = {"stack_name": answers.stack_name} | answers.settings
    lines = [HEADER.format(name=answers.stack_name, selection=selection), "version = 0.1"]
    lines += ["", "[default.deploy.parameters]", *(f"{name} = {literal(value)}" for name, value in settings.items())]
    if answers.region:
        # The section from which sam list, sam logs and sam delete take it.
        lines += ["", "[default.global.parameters]", f"region = {literal(answers.region)}"]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.write_text("\n".join(lines) + "\n")
    draft.replace(path)


def literal(value: Any) -> str:
    """A value of TOML. JSON writes strings, booleans, numbers and lists of them in the same way."""
    return json.dumps(value, ensure_ascii=False)


def parsed(overrides: Any) -> dict[str, str]:
    """`parameter_overrides` in the forms that the SAM CLI takes: a table, one text, or a list of such texts."""
    if isinstance(overrides, dict):
        return {name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
                for name, value in overrides.items()}  # fmt: skip
    found: dict[str, str] = {}
    for text in overrides if isinstance(overrides, list) else [overrides]:
        for word in words(str(text)):
            if word.startswith("ParameterKey="):
                key, _, value = word.removeprefix("ParameterKey=").partition(",ParameterValue=")
            else:
                key, _, value = word.partition("=")
            found[key] = value
    return found


def words(text: str) -> list[str]:
    """What a shell would make of the text, as the SAM CLI does."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise Failure(f"parameter_overrides cannot be read: {error}; each value is in quotes, {text[:40]}…") from None


def joined(parameters: dict[str, str]) -> str:
    """`parameter_overrides` as the SAM CLI writes it."""
    quoted = {name: value.replace('"', r"\"") for name, value in parameters.items()}
    return " ".join(f'{name}="{value}"' for name, value in quoted.items())
