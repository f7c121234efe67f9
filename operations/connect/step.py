"""What there is to do with something of the operator's, and which stack it is for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..account import Account


@dataclass(frozen=True)
class Deployed:
    """A stack that uses something of the operator's."""

    account: Account
    outputs: dict[str, str]
    parameters: dict[str, str]

    def parameter(self, name: str) -> str:
        """A parameter's value, empty if the deployed template does not know it."""
        return self.parameters.get(name, "")

    @property
    def provider(self) -> str:
        """The user pool, as identity pools call it. Its region is the part of its id before the underscore."""
        return provider_of(self.outputs["UserPoolId"], self.account.client("cognito-idp").meta.partition)

    @property
    def client_ids(self) -> list[str]:
        """All app clients whose tokens are accepted."""
        return (self.outputs.get("UserPoolClientIds") or self.outputs["UserPoolClientId"]).split(",")


SUFFIXES = {"aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}
"""AWS::URLSuffix, where it is not amazonaws.com."""


def provider_of(user_pool_id: str, partition: str) -> str:
    """What identity pools call a user pool: its issuer without https://."""
    region = user_pool_id.partition("_")[0]
    return f"cognito-idp.{region}.{SUFFIXES.get(partition, 'amazonaws.com')}/{user_pool_id}"


@dataclass(frozen=True)
class Step:
    """One thing that is lacking."""

    subject: str
    """Whose it is: the id or the name of the pool or bucket."""
    text: str
    apply: Callable[[], None] | None = None
    """Adds it, and leaves the rest as it was. None: only the operator can decide that; the text says what."""


def accepted(client: Any, operation: str, described: dict[str, Any]) -> dict[str, Any]:
    """What AWS said of a thing, as far as an update of it takes that. An empty text says that there is none."""
    taken: dict[str, Any] = of_shape(described, client.meta.service_model.operation_model(operation).input_shape)
    return taken


def of_shape(value: Any, shape: Any) -> Any:
    """The members that a structure has, and theirs."""
    if shape.type_name != "structure":
        return value
    return {
        name: of_shape(value[name], member)
        for name, member in shape.members.items()
        if value.get(name) not in ("", None)
    }
