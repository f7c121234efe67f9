"""The identity pool: no guests, no unknown identities, no classic flow, and nothing for a person who was signed out.

Each as the pool's own settings say. Without this, ministack hands out credentials in all four cases.
"""

import re
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cognito

IDENTITY_ID = re.compile(r"[\w-]+:[0-9a-f-]+")


def install() -> None:
    """Puts the checks before ministack's own operations."""
    logins_error = cognito._identity_logins_error
    get_credentials, get_open_id_token = cognito._get_credentials_for_identity, cognito._get_open_id_token

    def checked_logins_error(pool: dict[str, Any], identity_id: str | None, logins: Any) -> Any:
        if not logins and identity_id is None and not pool.get("AllowUnauthenticatedIdentities"):
            return refused("Unauthenticated access is not supported for this identity pool.")
        return logins_error(pool, identity_id, logins)

    def checked_get_credentials(data: dict[str, Any]) -> Any:
        identity_id, logins = str(data.get("IdentityId", "")), data.get("Logins") or {}
        if not IDENTITY_ID.fullmatch(identity_id):
            return error_response_json(
                "ValidationException",
                f"1 validation error detected: Value '{identity_id}' at 'identityId' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
                400,
            )
        pool = pool_of(identity_id)
        if pool is None:
            return error_response_json("ResourceNotFoundException", f"Identity '{identity_id}' not found.", 400)
        # A bad token is ministack's to refuse, with the reason that AWS gives.
        if logins_error(pool, identity_id, logins) is None and any(
            signed_out(logins.get(provider["ProviderName"]))
            for provider in pool.get("CognitoIdentityProviders") or []
            if provider.get("ServerSideTokenCheck")
        ):
            return refused("Invalid login token. Token is revoked.")
        return get_credentials(data)

    def checked_get_open_id_token(data: dict[str, Any]) -> Any:
        pool = pool_of(str(data.get("IdentityId", "")))
        if pool is not None and not pool.get("AllowClassicFlow"):
            return error_response_json(
                "InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow.", 400
            )
        return get_open_id_token(data)

    cognito._identity_logins_error = checked_logins_error
    cognito._get_credentials_for_identity = checked_get_credentials
    cognito._get_open_id_token = checked_get_open_id_token


def refused(message: str) -> Any:
    """A NotAuthorizedException."""
    return error_response_json("NotAuthorizedException", message, 400)


def pool_of(identity_id: str) -> dict[str, Any] | None:
    """The identity pool that knows this identity."""
    return next((pool for _, pool in cognito._identity_pools.items() if identity_id in pool["_identities"]), None)


def signed_out(token: str | None) -> bool:
    """Whether the user that the token is of was signed out everywhere, disabled or deleted since."""
    if token is None:
        return False
    claims = cognito._token_claims(token)
    pool = cognito._user_pools.get(str(claims.get("iss", "")).rsplit("/", 1)[-1])
    user = ((pool or {}).get("_users") or {}).get(claims.get("cognito:username"))
    return user is None or not user.get("Enabled", True) or claims.get("origin_jti") in cognito._revoked_tokens
