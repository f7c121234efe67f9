#!/usr/bin/env python3
"""Writes the template that `sam local` runs: the built one, with variables from standard input.

SAM passes on no variable that the template does not declare, and uses the names of resources in place of their ids,
which the functions refuse. It also recognises an API of explicit resources only if the functions are explicit as well.
Runs inside `.venv/build`: `python local/sam_local.py OUT < {"TokenExchange": {"NAME": "value"}}`.
"""

import json
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_dump, yaml_parse

BUILT = Path(__file__).resolve().parent.parent / ".aws-sam" / "build"


def main() -> None:
    """Turns each function into an explicit one with these variables and its folder, and gives integrations its ARN."""
    template = yaml_parse((BUILT / "template.yaml").read_text())
    del template["Transform"]
    shared = template.pop("Globals")["Function"]
    for name, variables in json.load(sys.stdin).items():
        function = template["Resources"][name]
        function["Type"] = "AWS::Lambda::Function"
        function["Properties"] |= shared | {"Code": str(BUILT / name), "Environment": {"Variables": variables}}
        del function["Properties"]["CodeUri"]
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if "IntegrationUri" in properties:
            function_name = properties["IntegrationUri"]["Fn::GetAtt"][0]
            properties["IntegrationUri"] = f"arn:aws:lambda:eu-west-1:111122223333:function:{function_name}"
    Path(sys.argv[1]).write_text(yaml_dump(template))


if __name__ == "__main__":
    main()
