#!/usr/bin/env python3
"""Writes the template that `sam local` runs: the built one, with variables from standard input.

SAM hands on no variable that the template does not declare, and stands in resources' names for their ids, which the
functions refuse. Runs inside `.venv/build`: `python local/sam_local.py OUT < {"TokenExchange": {"NAME": "value"}}`.
"""

import json
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_dump, yaml_parse

BUILT = Path(__file__).resolve().parent.parent / ".aws-sam" / "build"


def main() -> None:
    """Replaces each function's variables, and makes its folder absolute."""
    template = yaml_parse((BUILT / "template.yaml").read_text())
    for name, variables in json.load(sys.stdin).items():
        properties = template["Resources"][name]["Properties"]
        properties["Environment"] = {"Variables": variables}
        properties["CodeUri"] = str(BUILT / name)
    Path(sys.argv[1]).write_text(yaml_dump(template))


if __name__ == "__main__":
    main()
