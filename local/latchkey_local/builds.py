"""The two builds of the functions: the release build, as it goes to AWS, and the quick one of `make up`, which has the
command line too.
"""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .layout import BUILT_TEMPLATE, ROOT, Failure

FUNCTIONS = tuple(sorted(folder.name for folder in (ROOT / "functions").iterdir()))
"""The functions' folders, each of which is a crate and a binary of that name."""

COMMAND_LINE = "latchkey"
"""The crate and binary of the command line, which `make up` shows."""

DOMAIN_LISTS = ROOT / "functions" / "pre-sign-up" / "domains"
"""Your own lists of e-mail domains (`*.txt`), which are packed with the pre-sign-up function."""

QUICK = "quick"
"""The folder of the quick build in the state folder, and the name of its Cargo profile."""


@dataclass(frozen=True)
class Build:
    """A folder with a template and the programs that the template's `CodeUri` paths lead to."""

    template: Path
    is_release: bool

    @property
    def kind(self) -> str:
        """What it is called where people read it."""
        return "release" if self.is_release else "quick"

    def folder(self, function: str) -> Path:
        """Where the function's `bootstrap` is."""
        below = resource(function) if self.is_release else f"functions/{function}"
        return self.template.parent / below


def resource(function: str) -> str:
    """The name in the template of the function that is the crate `function`."""
    return "".join(map(str.capitalize, function.split("-")))


def release_build() -> Build:
    """What `make build` makes."""
    return Build(BUILT_TEMPLATE, is_release=True)


def quick_build(state_dir: Path) -> Build:
    """What `make up` makes."""
    return Build(state_dir / QUICK / "template.yaml", is_release=False)


def newest(state_dir: Path) -> Build:
    """The build that was made last, and so has what the person who asks has just changed."""
    made = [build for build in (release_build(), quick_build(state_dir)) if build.template.exists()]
    if not made:
        raise Failure("the functions are not built (make up, or make build)")
    return max(made, key=lambda build: build.template.stat().st_mtime)


def quick_command_line(state_dir: Path) -> Path:
    """The program of the command line that `make up` makes, alone in a folder for the PATH."""
    return state_dir / QUICK / "bin" / COMMAND_LINE


def quick_build_command() -> list[str]:
    """Builds the functions' binaries and the command line, and lists on standard output where each one is."""
    packages = [argument for name in (*FUNCTIONS, COMMAND_LINE) for argument in ("--package", name)]
    return ["cargo", "build", "--locked", "--profile", QUICK, "--bins", *packages,
            "--message-format", "json-render-diagnostics"]  # fmt: skip


def collect(state_dir: Path, messages: Iterable[str]) -> Build:
    """Puts what Cargo listed in `messages` beside a copy of the template, at the paths that the template names."""
    build = quick_build(state_dir)
    shutil.rmtree(build.template.parent, ignore_errors=True)
    places = {name: build.folder(name) / "bootstrap" for name in FUNCTIONS}
    places[COMMAND_LINE] = quick_command_line(state_dir)
    for message in map(json.loads, messages):
        place = places.get(message["target"]["name"]) if message.get("executable") else None
        if place:
            place.parent.mkdir(parents=True)
            shutil.copy(message["executable"], place)
    for name, place in places.items():
        if not os.access(place, os.X_OK):
            raise Failure(f"Cargo did not say where it built {name}")
    pack(DOMAIN_LISTS, build.folder("pre-sign-up"))
    shutil.copy(ROOT / "template.yaml", build.template)
    return build


def pack(lists: Path, package: Path) -> None:
    """Puts the lists, and no older ones, where the function in `package` looks for them."""
    packed = package / "domains"
    shutil.rmtree(packed, ignore_errors=True)
    for file in sorted(lists.glob("*.txt")):
        packed.mkdir(exist_ok=True)
        shutil.copy(file, packed)
