"""A user pool of the operator's own: what it does itself, because the stack's parameters do not say it."""

from typing import Any

from ..failure import Failure
from .clients import client
from .stack import Stack

FLOW = "ALLOW_ADMIN_USER_PASSWORD_AUTH"


def user_pool(stack: Stack) -> dict[str, Any] | None:
    """The pool as it is; None if it is the stack's. Its first app client has to let an administrator sign people in."""
    if not stack.parameter("ExistingUserPoolId"):
        return None
    cognito, pool_id = client("cognito-idp"), stack.output("UserPoolId")
    app = cognito.describe_user_pool_client(UserPoolId=pool_id, ClientId=stack.output("UserPoolClientId"))
    found = app["UserPoolClient"]
    if found.get("ClientSecret") or FLOW not in found.get("ExplicitAuthFlows", []):
        raise Failure(
            f"the two people sign in with the first of MoreUserPoolClientIds, {found['ClientId']}: "
            f"it may have no secret, and needs {FLOW}; put another one first"
        )
    pool: dict[str, Any] = cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return pool
