"""What CloudFormation says of the stack: outputs, parameters and resources. There is no other source."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .. import described
from ..failure import Failure
from . import local_differences
from .clients import client, region

HTTP_FUNCTIONS = {
    "TokenExchange": "/credentials",
    "ListObjects": "/objects",
    "ObjectLinks": "/objects/{key+}",
}
"""The functions behind the API by their names in the template, each with one of its routes."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack."""

    name: str
    region: str
    api_url: str
    outputs: dict[str, str]
    parameters: dict[str, str]
    resources: dict[str, str]
    """Physical ids by the names in the template."""

    def output(self, name: str) -> str:
        """An output that every stack has."""
        if name not in self.outputs:
            raise Failure(f"the stack {self.name} has no output {name}; is it a stack of Latchkey's? Deploy it again")
        return self.outputs[name]

    def parameter(self, name: str) -> str:
        """A parameter's value, empty if the deployed template does not know it."""
        return self.parameters.get(name, "")

    def number(self, name: str) -> int:
        """A parameter that is a number."""
        return int(self.parameter(name) or 0)

    def function(self, resource: str) -> str:
        """A function's name, by its resource."""
        return self.output(f"{resource}Function")


def read(name: str, api_url: str | None) -> Stack:
    """Reads the stack. `api_url` is another address of the API than its output says."""
    cloudformation = client("cloudformation")
    try:
        found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        resources = all_resources(cloudformation, name)
    except ClientError as error:
        raise Failure(f"the stack {name} in {region()} cannot be read: {error}") from None
    except BotoCoreError as error:
        raise Failure(f"AWS cannot be asked: {error}; set your credentials, as for make deploy") from None
    if not found["StackStatus"].endswith("_COMPLETE") or "DELETE" in found["StackStatus"]:
        raise Failure(f"the stack {name} is {found['StackStatus']}; wait until it is deployed")
    outputs, parameters = described.outputs(found), described.parameters(found)
    stack = Stack(name, region(), "", outputs, parameters, resources)
    address = api_url or local_differences.api_url(stack.output("HttpApiId")) or stack.output("ApiUrl")
    return Stack(name, region(), address.rstrip("/"), outputs, parameters, resources)


def all_resources(cloudformation: Any, name: str) -> dict[str, str]:
    """Every resource of the stack, page by page."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    items = (item for page in pages for item in page["StackResourceSummaries"])
    return {item["LogicalResourceId"]: item.get("PhysicalResourceId", "") for item in items}
