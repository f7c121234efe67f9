#!/usr/bin/env python3
"""Checks what `sam build` made: the right processor, and no GLIBC newer than Lambda's. Then pins the architecture, and
packs your lists of e-mail domains.

Runs inside `.venv/build`: `python local/built.py ARCHITECTURE`.
"""

import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile
from latchkey_local import builds
from samcli.yamlhelper import yaml_dump, yaml_parse

BUILT = Path(__file__).resolve().parent.parent / ".aws-sam" / "build"
MACHINES = {"x86_64": "EM_X86_64", "arm64": "EM_AARCH64"}

GLIBC_MAX = (2, 34)
"""The version in Amazon Linux 2023, and so in `provided.al2023`."""


def main() -> None:
    """Stops with one line if a function would not run on Lambda."""
    architecture = sys.argv[1]
    for program in sorted(BUILT.glob("*/bootstrap")):
        with program.open("rb") as file:
            check(ELFFile(file), program.parent.name, architecture)
    pin(architecture)
    builds.pack(builds.DOMAIN_LISTS, BUILT / builds.resource("pre-sign-up"))


def check(program: ELFFile, function: str, architecture: str) -> None:
    """Stops if the program is for another processor, or needs a GLIBC that Lambda lacks."""
    if program["e_machine"] != MACHINES[architecture]:
        sys.exit(f"latchkey: {function} was not built for {architecture} but for {program['e_machine']}")
    newest = max(glibc_needs(program), default=(0, 0))
    if newest > GLIBC_MAX:
        needed, lambdas = (".".join(map(str, version)) for version in (newest, GLIBC_MAX))
        sys.exit(f"latchkey: {function} needs GLIBC {needed}; Lambda has {lambdas}. Build with zig, as make build does")


def glibc_needs(program: ELFFile) -> list[tuple[int, ...]]:
    """All versions of GLIBC whose symbols the program uses."""
    section = program.get_section_by_name(".gnu.version_r")
    names = [need.name for _, needs in section.iter_versions() for need in needs] if section else []
    versions = [name.removeprefix("GLIBC_") for name in names if name.startswith("GLIBC_")]
    return [tuple(map(int, version.split("."))) for version in versions]


def pin(architecture: str) -> None:
    """Makes the built template accept only the architecture of the programs, so that the two never differ."""
    file = BUILT / "template.yaml"
    template = yaml_parse(file.read_text())
    template["Parameters"]["Architecture"] |= {"Default": architecture, "AllowedValues": [architecture]}
    file.write_text(yaml_dump(template))


if __name__ == "__main__":
    main()
