"""What a deployed stack consists of, as far as a person's home depends on it."""

from dataclasses import dataclass

from .. import described
from ..account import Account
from ..failure import Failure


@dataclass(frozen=True)
class Stack:
    """Ids of a stack on AWS."""

    user_pool_id: str
    client_id: str
    identity_pool_id: str
    bucket: str
    home_prefix: str
    """As the functions have it, with {identity_id} in it."""


def read(account: Account, name: str) -> Stack:
    """Looks the stack up."""
    found = described.stack(account, name)
    if found is None:
        raise Failure(f"there is no stack {name} in {account.region}; say AWS_STACK=… and the region")
    outputs = described.outputs(found)
    if "ListObjectsFunction" not in outputs:
        raise Failure(f"the stack {name} is not Latchkey, or not deployed through; say AWS_STACK=…")
    function = account.client("lambda").get_function_configuration(FunctionName=outputs["ListObjectsFunction"])
    return Stack(
        user_pool_id=outputs["UserPoolId"],
        client_id=outputs["UserPoolClientId"],
        identity_pool_id=outputs["IdentityPoolId"],
        bucket=outputs["BucketName"],
        home_prefix=function["Environment"]["Variables"]["HOME_PREFIX"],
    )
