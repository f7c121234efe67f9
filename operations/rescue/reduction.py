"""template.yaml without all that was lost with the stack: the retained resources, and what they refer to.

An import creates nothing, so its template may name nothing that is not there. It may have no outputs either, and with
`Transform` gone it needs no capability. Source:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
"""

import re
from collections.abc import Iterator
from typing import Any

IDENTIFIERS = {
    "AWS::Cognito::UserPool": "UserPoolId",
    "AWS::Cognito::IdentityPool": "Id",
    "AWS::S3::Bucket": "BucketName",
}
"""By which property CloudFormation knows a resource that it imports: the primary identifier in the type's schema."""

RETAINED = ("Retain", "RetainExceptOnCreate")
VARIABLE = re.compile(r"\$\{(?!!)([^}.]+)")


def retained(resources: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The resources that outlive their stack."""
    return {name: item for name, item in resources.items() if item.get("DeletionPolicy") in RETAINED}


def reduced(template: dict[str, Any], kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The template of the import of what is kept."""
    lost = set(template["Resources"]) - set(kept)
    resources = {
        name: {
            "Type": item["Type"],
            # Whatever goes wrong from here on, nothing may delete them.
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": without(item["Properties"], lost),
        }
        for name, item in kept.items()
    }
    conditions = used_conditions(template, resources)
    named = set(names(resources)) | set(names(conditions))
    parts = {
        "AWSTemplateFormatVersion": template["AWSTemplateFormatVersion"],
        "Description": "Latchkey: the pools and the bucket of a lost stack, to be imported. Then deploy template.yaml.",
        "Parameters": {name: item for name, item in template["Parameters"].items() if name in named},
        "Mappings": template.get("Mappings") if "Fn::FindInMap" in keys(resources) else None,
        "Conditions": conditions,
        "Resources": resources,
    }
    return {name: part for name, part in parts.items() if part}


def without(properties: dict[str, Any], lost: set[str]) -> dict[str, Any]:
    """The properties that name nothing lost. Of a list, the items that do not are kept."""
    found = {}
    for name, value in properties.items():
        if isinstance(value, list):
            items = [item for item in value if not lost & set(names(item))]
            if items:
                found[name] = items
        elif not lost & set(names(value)):
            found[name] = value
    return found


def names(value: Any) -> Iterator[str]:
    """The parameters and resources that a value refers to, and whatever else looks like one."""
    if isinstance(value, list):
        for item in value:
            yield from names(item)
    elif isinstance(value, dict):
        for key, argument in value.items():
            if key == "Ref":
                yield argument
            elif key == "Fn::GetAtt":
                yield argument[0] if isinstance(argument, list) else argument.partition(".")[0]
            elif key == "Fn::Sub":
                text, variables = argument if isinstance(argument, list) else (argument, {})
                yield from (name for name in VARIABLE.findall(text) if name not in variables)
                yield from names(list(variables.values()))
            else:
                yield from names(argument)


def keys(value: Any) -> set[str]:
    """All keys of the objects in a value."""
    if isinstance(value, list):
        return set().union(*map(keys, value))
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set()


def used_conditions(template: dict[str, Any], value: Any) -> dict[str, Any]:
    """The conditions that a value asks for, and those that they ask for."""
    found: dict[str, Any] = {}
    wanted = [*asked(value)]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = template["Conditions"][name]
            wanted += asked(found[name])
    return {name: found[name] for name in template["Conditions"] if name in found}


def asked(value: Any) -> Iterator[str]:
    """The names of the conditions in `Fn::If` and `Condition`."""
    if isinstance(value, list):
        for item in value:
            yield from asked(item)
    elif isinstance(value, dict):
        for key, argument in value.items():
            if key == "Fn::If":
                yield argument[0]
            elif key == "Condition" and isinstance(argument, str):
                yield argument
            yield from asked(argument)
