"""template.yaml, read: its resources, and what its parameters and conditions come to with the operator's answers."""

import re
from typing import Any

from awscli.customizations.cloudformation.yamlhelper import yaml_parse

from .layout import TEMPLATE

Value = Any


def read() -> dict[str, Any]:
    """The template, with its short forms (!Ref) written out ({"Ref": …})."""
    template: dict[str, Any] = yaml_parse(TEMPLATE.read_text())
    return template


def values(template: dict[str, Any], answers: dict[str, str]) -> dict[str, str]:
    """What each parameter is: the answer, or its default."""
    defaults = {name: str(declared.get("Default", "")) for name, declared in template["Parameters"].items()}
    return defaults | {name: value for name, value in answers.items() if name in defaults}


def wrong_values(template: dict[str, Any], answers: dict[str, str]) -> list[str]:
    """What CloudFormation would refuse about the answers, each in a few words."""
    found = []
    for name, value in answers.items():
        declared = template["Parameters"].get(name)
        if declared is None:
            found.append(f"there is no parameter {name} any more")
            continue
        items = value.split(",") if declared["Type"] == "CommaDelimitedList" else [value]
        pattern, allowed = declared.get("AllowedPattern"), declared.get("AllowedValues")
        if pattern and not all(re.search(pattern, item.strip()) for item in items):
            found.append(f'{name} is "{value}", but {declared.get("ConstraintDescription", f"must match {pattern}")}')
        elif allowed and value not in map(str, allowed):
            found.append(f'{name} is "{value}", but must be one of {", ".join(map(str, allowed))}')
        elif declared["Type"] == "Number" and not is_within(value, declared):
            limits = f"{declared.get('MinValue', '…')} to {declared.get('MaxValue', '…')}"
            found.append(f'{name} is "{value}", but must be a number, {limits}')
    return found


def broken_rules(template: dict[str, Any], parameters: dict[str, str]) -> list[str]:
    """What the template's rules say against these parameters together."""
    found = []
    for rule in template.get("Rules", {}).values():
        if "RuleCondition" not in rule or holds(rule["RuleCondition"], template, parameters):
            for assertion in rule["Assertions"]:
                if not holds(assertion["Assert"], template, parameters):
                    found.append(assertion["AssertDescription"].strip().rstrip("."))
    return found


def is_within(value: str, declared: dict[str, Any]) -> bool:
    """Whether a number is one, and within its parameter's limits."""
    try:
        number = float(value)
    except ValueError:
        return False
    return float(declared.get("MinValue", number)) <= number <= float(declared.get("MaxValue", number))


def created(template: dict[str, Any], parameters: dict[str, str], region: str) -> dict[str, dict[str, Any]]:
    """The resources that a deployment with these parameters makes: those without a condition that fails."""
    known = parameters | {"AWS::Region": region, "AWS::Partition": "aws"}
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or holds(template["Conditions"][resource["Condition"]], template, known)
    }


def holds(condition: Value, template: dict[str, Any], known: dict[str, str]) -> bool:
    """Whether a condition of the template is true."""
    ((function, argument),) = condition.items()
    if function == "Condition":
        return holds(template["Conditions"][argument], template, known)
    if function == "Fn::Not":
        return not holds(argument[0], template, known)
    if function == "Fn::And":
        return all(holds(item, template, known) for item in argument)
    if function == "Fn::Or":
        return any(holds(item, template, known) for item in argument)
    if function == "Fn::Equals":
        return resolved(argument[0], known) == resolved(argument[1], known)
    raise ValueError(f"the template has a condition of a kind that nobody taught us: {function}")


def resolved(value: Value, known: dict[str, str]) -> str:
    """The text that a side of a comparison comes to. A list joined with nothing is empty exactly if its text is."""
    if isinstance(value, dict):
        ((function, argument),) = value.items()
        if function == "Ref":
            return known[argument]
        if function == "Fn::Join":
            return resolved(argument[1], known)
        raise ValueError(f"the template compares something of a kind that nobody taught us: {function}")
    return str(value)
