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
CHANGES_BY_ITSELF = ("LastModifiedDate", "EstimatedNumberOfUsers")


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
    before = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    mfa = client.get_user_pool_mfa_config(UserPoolId=pool_id)
    client.update_user_pool(**update_of(before, client, function))
    after = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    expected = before | {"LambdaConfig": before.get("LambdaConfig", {}) | {TRIGGER: function}}
    changed = [name for name in expected | after if expected.get(name) != after.get(name)]
    if without_metadata(mfa) != without_metadata(client.get_user_pool_mfa_config(UserPoolId=pool_id)):
        changed.append("its second factor (set-user-pool-mfa-config)")
    changed = [name for name in changed if name not in CHANGES_BY_ITSELF]
    if changed:
        raise Failure(
            f"{pool_id} has the trigger, but Cognito changed more with it: {', '.join(changed)}; look at them"
        )


def update_of(pool: dict[str, Any], client: Any, function: str) -> dict[str, Any]:
    """The update with all that the pool has, as far as an update takes it."""
    said = accepted(client, "UpdateUserPool", pool | {"UserPoolId": pool["Id"], "PoolName": pool["Name"]})
    said["LambdaConfig"] = said.get("LambdaConfig", {}) | {TRIGGER: function}
    # Cognito takes the older of these two names together with the newer one in no update.
    if "TemporaryPasswordValidityDays" in said.get("Policies", {}).get("PasswordPolicy", {}):
        said.get("AdminCreateUserConfig", {}).pop("UnusedAccountValidityDays", None)
    return said


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what is about the call."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
