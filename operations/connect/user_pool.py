"""The user pool: it has to invoke the function that checks sign-ups.

UpdateUserPool resets every setting that is not said again, so all of the pool's are. Source:
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-updating.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..failure import Failure
from .step import Deployed, Step, accepted

TRIGGER = "PreSignUp"


def steps(stack: Deployed) -> Iterator[Step]:
    """The trigger, unless the pool has one: it invokes one function alone."""
    pool_id, function = stack.outputs["UserPoolId"], stack.outputs["UserPoolTrigger"]
    client = stack.account.client("cognito-idp")
    found = client.describe_user_pool(UserPoolId=pool_id)["UserPool"].get("LambdaConfig", {}).get(TRIGGER)
    if not found:
        text = (
            f"it invokes no function at sign-up, so the sign-up rules do not hold. LambdaConfig.{TRIGGER}: {function}"
        )
        yield Step(pool_id, text, partial(attach, client, pool_id, function))
    elif found != function:
        yield Step(pool_id, f"it invokes {found} at sign-up; replace that, or have it invoke {function}")


def attach(client: Any, pool_id: str, function: str) -> None:
    """Adds the trigger. Afterwards all else has to be as it was: otherwise the operator hears of it."""
    expected = settings(client, pool_id)
    expected["LambdaConfig"] = expected.get("LambdaConfig", {}) | {TRIGGER: function}
    factor = second_factor(client, pool_id)
    client.update_user_pool(**expected)
    if second_factor(client, pool_id) != factor:
        # An update knows only half of it, and nobody may be without theirs until an operator has read a message.
        client.set_user_pool_mfa_config(UserPoolId=pool_id, **factor)
    after = settings(client, pool_id)
    changed = [name for name in expected | after if expected.get(name) != after.get(name)]
    if second_factor(client, pool_id) != factor:
        changed.append("its second factor (set-user-pool-mfa-config)")
    if changed:
        raise Failure(f"the update of {pool_id} has changed {', '.join(changed)} in another way; look at it now")


def settings(client: Any, pool_id: str) -> dict[str, Any]:
    """What an update has to say again."""
    pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    said = accepted(client, "UpdateUserPool", pool | {"UserPoolId": pool["Id"], "PoolName": pool["Name"]})
    # The older name of the same setting. Cognito refuses both together.
    if "TemporaryPasswordValidityDays" in said.get("Policies", {}).get("PasswordPolicy", {}):
        said.get("AdminCreateUserConfig", {}).pop("UnusedAccountValidityDays", None)
    return said


def second_factor(client: Any, pool_id: str) -> dict[str, Any]:
    """What an update of the pool cannot say, and might reset. It has an operation of its own."""
    return accepted(client, "SetUserPoolMfaConfig", client.get_user_pool_mfa_config(UserPoolId=pool_id))
