#!/usr/bin/env python3
"""Prints template.yaml as CloudFormation gets it to see, `Transform` expanded, as JSON. Runs inside `.venv/build`."""

import json
import os
from pathlib import Path

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"


class NoManagedPolicies:
    """The transform looks the names of managed policies up. No function here has one."""

    def load(self) -> dict[str, str]:
        """None."""
        return {}


def main() -> None:
    """Expands as the transform does it on AWS, save that no code is uploaded."""
    # The transform takes the partition from the region; which does not matter to what is asserted.
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    template = yaml_parse(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://code/code"
    print(json.dumps(transform(template, {}, NoManagedPolicies())))


if __name__ == "__main__":
    main()
