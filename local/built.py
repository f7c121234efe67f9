#!/usr/bin/env python3
"""Looks at what `sam build` made: the processor, and no GLIBC newer than Lambda's. Then lets it deploy as nothing else.

Runs inside `.venv/build`: `python local/built.py ARCHITECTURE`.
"""

import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile
from samcli.yamlhelper import yaml_dump, yaml_parse

BUILT = Path(__file__).resolve().parent.parent / ".aws-sam" / "build"
MACHINES = {"x86_64": "EM_X86_64", "arm64": "EM_AARCH64"}

GLIBC_MAX = (2, 34)
"""What Amazon Linux 2023, and so `provided.al2023`, has."""


def main() -> None:
    """Stops with one line when a function would not run on Lambda."""
    architecture = sys.argv[1]
    for program in sorted(BUILT.glob("*/bootstrap")):
        with program.open("rb") as file:
            check(ELFFile(file), program.parent.name, architecture)
    share(architecture)


def check(program: ELFFile, function: str, architecture: str) -> None:
    """A program for another processor, or one that needs what Lambda lacks, is a failure."""
    if program["e_machine"] != MACHINES[architecture]:
        sys.exit(f"latchkey: {function} was not built for {architecture} but for {program['e_machine']}")
    newest = max(glibc_needs(program), default=(0, 0))
    if newest > GLIBC_MAX:
        needed, lambdas = (".".join(map(str, version)) for version in (newest, GLIBC_MAX))
        sys.exit(f"latchkey: {function} needs GLIBC {needed}; Lambda has {lambdas}. Build with zig, as make build does")


def glibc_needs(program: ELFFile) -> list[tuple[int, ...]]:
    """All versions of GLIBC's symbols that the program asks the loader for."""
    section = program.get_section_by_name(".gnu.version_r")
    names = [need.name for _, needs in section.iter_versions() for need in needs] if section else []
    versions = [name.removeprefix("GLIBC_") for name in names if name.startswith("GLIBC_")]
    return [tuple(map(int, version.split("."))) for version in versions]


def share(architecture: str) -> None:
    """Makes the built template accept the architecture that was built, and no other, so that the two never differ."""
    file = BUILT / "template.yaml"
    template = yaml_parse(file.read_text())
    template["Parameters"]["Architecture"] |= {"Default": architecture, "AllowedValues": [architecture]}
    file.write_text(yaml_dump(template))


if __name__ == "__main__":
    main()
