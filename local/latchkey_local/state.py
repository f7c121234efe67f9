"""What is known about a running stack: `STATE/stack.json`, which the system tests read as well."""

import json
import os
from pathlib import Path
from typing import Any

from .layout import Failure

FILE = "stack.json"


def read(state_dir: Path) -> dict[str, Any] | None:
    """The recorded stack, or None if none was started from here."""
    try:
        stack: dict[str, Any] = json.loads((state_dir / FILE).read_text())
    except FileNotFoundError:
        return None
    except ValueError:
        raise Failure(f"{state_dir / FILE} is not JSON; stop the local AWS by hand and delete this file") from None
    return stack


def deployed(state_dir: Path) -> dict[str, Any]:
    """The recorded stack, once the template is deployed into it."""
    stack = read(state_dir)
    if stack is None:
        raise Failure("the local AWS is not running (make up)")
    if "api_url" not in stack:
        raise Failure("the local AWS is running, but nothing is deployed (make up)")
    return stack


def write(state_dir: Path, stack: dict[str, Any]) -> None:
    """Replaces the record in one step, so that nobody reads half of it."""
    write_private(state_dir / FILE, json.dumps(stack, indent=2) + "\n")


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def forget(state_dir: Path) -> None:
    """Removes the record of a stack that has stopped."""
    (state_dir / FILE).unlink(missing_ok=True)
