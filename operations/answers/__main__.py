"""`make deploy`'s first step: a stack gets its file of answers, and we say whether SAM has to ask for them."""

import argparse
from pathlib import Path

from .. import layout
from ..failure import run
from . import file, first


def main() -> None:
    """Makes the file if it is missing. Prints `--guided` if nobody has answered yet, and otherwise nothing."""
    arguments = argparse.ArgumentParser(prog="operations.answers")
    arguments.add_argument("stack")
    arguments.add_argument("--stacks", type=Path, default=layout.STACKS, metavar="DIR", help="default: stacks")
    arguments.add_argument(
        "--defaults", type=Path, default=layout.DEFAULTS, metavar="FILE", help="default: samconfig.toml"
    )
    given = arguments.parse_args()
    path = file.path_of(given.stacks, given.stack)
    if path.exists():
        answers = file.read_for(given.stacks, given.stack)
    else:
        answers = first.make(path, given.stack, file.read(given.defaults))
    if not answers.parameters:
        print("--guided")


if __name__ == "__main__":
    run(main)
