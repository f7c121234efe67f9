"""The user pool: who may sign up at all, required attributes are required, an address is not verified by itself, a
custom sign-in needs its triggers, refusals read as on AWS, and tokens name the roles of a person's groups.
"""

import ast
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cognito


# What the sign-up under way brings for the function alone.
BROUGHT: ContextVar[dict[str, Any]] = ContextVar("brought", default={})  # noqa: B039 (never changed)


def install() -> None:
    """Replaces the sign-up's check, what the pre-sign-up function is told and how it refuses, and some claims."""
    sign_up, ask_trigger, make_token = cognito._sign_up, cognito._apply_presignup_trigger, cognito._fake_token
    build_event, create_group = cognito._build_presignup_event, cognito._create_group
    initiate_auth = cognito._initiate_auth

    def build_whole_event(*arguments: Any, **named: Any) -> dict[str, Any]:
        """ministack leaves out what the client says to the function."""
        event = build_event(*arguments, **named)
        brought = BROUGHT.get()
        if metadata := brought.get("ClientMetadata"):
            event["request"]["clientMetadata"] = metadata
        if data := brought.get("ValidationData"):
            event["request"]["validationData"] = {item.get("Name"): item.get("Value") for item in data}
        return event

    def checked_sign_up(data: dict[str, Any]) -> Any:
        if administrators_only(data.get("ClientId")):
            return error_response_json("NotAuthorizedException", "SignUp is not permitted for this user pool", 400)
        brought = {attribute.get("Name") for attribute in data.get("UserAttributes") or []}
        for name in required_attributes(data.get("ClientId")):
            if name not in brought:
                return error_response_json(
                    "InvalidParameterException",
                    f"Attributes did not conform to the schema: {name}: The attribute {name} is required",
                    400,
                )
        token = BROUGHT.set(data)
        try:
            return sign_up(data)
        finally:
            BROUGHT.reset(token)

    def ask_trigger_and_reword(*arguments: Any, **named: Any) -> Any:
        rejected = cognito._PreSignUpRejected
        try:
            return ask_trigger(*arguments, **named)
        except rejected as refusal:
            raise rejected(f"PreSignUp failed with error {error_message(str(refusal))}.") from refusal

    def make_honest_token(
        sub: str,
        pool_id: str,
        *arguments: Any,
        user_attrs: dict[str, Any] | None = None,
        groups: list[str] | None = None,
        **named: Any,
    ) -> str:
        """ministack takes every address for a verified one as long as nothing else is said, and names no roles."""
        if user_attrs and "email" in user_attrs:
            user_attrs = {"email_verified": "false"} | user_attrs
        # Only an id token has what is put among the attributes.
        user_attrs = (user_attrs or {}) | role_claims(pool_id, groups or [])
        return make_token(sub, pool_id, *arguments, user_attrs=user_attrs, groups=groups, **named)

    def create_group_with_precedence(data: dict[str, Any]) -> Any:
        """To ministack, a group without a precedence has the best one."""
        answer = create_group(data)
        if answer[0] == 200 and data.get("Precedence") is None:
            cognito._user_pools.get(data["UserPoolId"])["_groups"][data["GroupName"]]["Precedence"] = None
        return answer

    def initiate_with_triggers(data: dict[str, Any]) -> Any:
        """ministack has a challenge of its own where the pool has no trigger that defines one."""
        triggers = pool_of(data.get("ClientId")).get("LambdaConfig") or {}
        if data.get("AuthFlow") == "CUSTOM_AUTH" and "DefineAuthChallenge" not in triggers:
            message = "Custom auth lambda trigger is not configured for the user pool."
            return error_response_json("NotAuthorizedException", message, 400)
        return initiate_auth(data)

    cognito._initiate_auth = initiate_with_triggers
    cognito._sign_up = checked_sign_up
    cognito._build_presignup_event = build_whole_event
    cognito._apply_presignup_trigger = ask_trigger_and_reword
    cognito._fake_token = make_honest_token
    cognito._create_group = create_group_with_precedence


def role_claims(pool_id: str, names: list[str]) -> dict[str, Any]:
    """What an id token says of the roles of these groups: all of them, and the one of the lowest precedence if it is
    only one.

    Source: "Using tokens to assign roles to users" and "CreateGroup" in Amazon Cognito's documentation.
    """
    known = (cognito._user_pools.get(pool_id) or {}).get("_groups", {})
    groups = [known[name] for name in names if known.get(name, {}).get("RoleArn")]
    if not groups:
        return {}
    roles = list(dict.fromkeys(group["RoleArn"] for group in groups))
    ranks = {arn: min(rank(group) for group in groups if group["RoleArn"] == arn) for arn in roles}
    best = [arn for arn in roles if ranks[arn] == min(ranks.values())]
    return {"cognito:roles": roles} | ({"cognito:preferred_role": best[0]} if len(best) == 1 else {})


def rank(group: dict[str, Any]) -> float:
    """The group's precedence. A group without one comes after all others."""
    return float("inf") if group.get("Precedence") is None else float(group["Precedence"])


def required_attributes(client_id: str | None) -> list[str]:
    """The attributes that a new user of the client's pool has to bring. The `sub` is Cognito's to give."""
    schema = pool_of(client_id).get("SchemaAttributes") or []
    return [attribute["Name"] for attribute in schema if attribute.get("Required") and attribute["Name"] != "sub"]


def administrators_only(client_id: str | None) -> bool:
    """Whether only administrators create the users of the client's pool."""
    config = pool_of(client_id).get("AdminCreateUserConfig") or {}
    return str(config.get("AllowAdminCreateUserOnly", False)).lower() == "true"


def pool_of(client_id: str | None) -> dict[str, Any]:
    """The client's user pool, or nothing."""
    return next((pool for _, pool in cognito._user_pools.items() if client_id in pool["_clients"]), {})


def error_message(error: str) -> str:
    """The function error's `errorMessage`; ministack has made text of the whole dictionary."""
    try:
        return str(ast.literal_eval(error)["errorMessage"])
    except (ValueError, SyntaxError, KeyError, TypeError):
        return error
