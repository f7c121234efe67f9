#!/usr/bin/env python3
"""Prints template.yaml as CloudFormation sees it, with its `Transform` expanded, as JSON. Runs inside `.venv/build`."""

import json
import os
from pathlib import Path

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"


class NoManagedPolicies:
    """The transform looks up the names of managed policies. No function here has one."""

    def load(self) -> dict[str, str]:
        """None."""
        return {}


def main() -> None:
    """Expands the template as AWS does, but uploads no code."""
    # The transform takes the partition from the region. The tests do not depend on which one it is.
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    template = yaml_parse(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://code/code"
    print(json.dumps(transform(template, {}, NoManagedPolicies())))


if __name__ == "__main__":
    main()
