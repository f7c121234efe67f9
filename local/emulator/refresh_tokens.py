"""Refresh tokens: they end, and with rotation each use brings a new one and ends the old one.

Source: "Refresh tokens" and "Token endpoint" in the Amazon Cognito developer guide; "RefreshTokenRotationType" and
"GetTokensFromRefreshToken" in its API reference.

AWS does not say everything. These are guesses:

- Each use within the grace period brings a new refresh token of its own, and all of them are valid.
- A use after the grace period is refused, and ends nothing else: the newer tokens go on.
- An app client with rotation cannot be made with ALLOW_REFRESH_TOKEN_AUTH. AWS says only that one has to disable it.
- Without RetryGracePeriodSeconds there is no grace period.
- The words of the refusals, and that REFRESH_TOKEN_AUTH is an invalid parameter where there is rotation.
"""

import json
import threading
import time
import uuid
from typing import Any

from federation import form_of
from ministack.core.responses import error_response_json
from ministack.services import cognito
from ministack.services.cloudformation import provisioners
from user_pool import pool_of

ROTATION = "RefreshTokenRotation"
# What DescribeUserPoolClient says of an app client that has no such setting.
NO_ROTATION = {"Feature": "DISABLED", "RetryGracePeriodSeconds": 0}
GRACE_SECONDS_MAX = 60
# With which of the pool's keys ministack signs each token.
KEY_USES = {"AccessToken": "access", "IdToken": "id", "RefreshToken": "access"}

# When each refresh token that was rotated out was used first, by its `jti`.
FIRST_USES: dict[str, float] = {}
LOCK = threading.Lock()


def install() -> None:
    """Replaces what a refresh token brings, and the settings of app clients."""
    install_settings()
    install_refresh()


def install_settings() -> None:
    """App clients with the setting, also from a template."""
    create, update = cognito._create_user_pool_client, cognito._update_user_pool_client

    def with_rotation(change: Any) -> Any:
        def checked(data: dict[str, Any]) -> Any:
            pool = cognito._user_pools.get(data.get("UserPoolId")) or {}
            known = (pool.get("_clients") or {}).get(data.get("ClientId"), {})
            rotation = NO_ROTATION | (data.get(ROTATION) or known.get(ROTATION) or {})
            if message := objection(rotation, (known | data).get("ExplicitAuthFlows") or []):
                return error_response_json("InvalidParameterException", message, 400)
            answer = change(data)
            if answer[0] != 200:  # noqa: PLR2004
                return answer
            client_id = json.loads(answer[2])["UserPoolClient"]["ClientId"]
            pool["_clients"][client_id][ROTATION] = rotation
            return cognito._describe_user_pool_client({"UserPoolId": data["UserPoolId"], "ClientId": client_id})

        return checked

    cognito._create_user_pool_client, cognito._update_user_pool_client = with_rotation(create), with_rotation(update)
    provisioners._COGNITO_USER_POOL_CLIENT_UPDATABLE[ROTATION] = NO_ROTATION


def install_refresh() -> None:
    """What is checked of a refresh token, and what it brings."""
    build, find_user, refresh = cognito._build_auth_result, cognito._refresh_auth_user, cognito._refresh_auth_result
    initiate, initiate_as_admin = cognito._initiate_auth, cognito._admin_initiate_auth
    exchange = cognito._oauth2_token

    def build_of_one_time(pool_id: str, *arguments: Any, **named: Any) -> dict[str, Any]:
        """ministack looks at the clock for each token, and the refresh token does not keep the time."""
        result = build(pool_id, *arguments, **named)
        return dated(result, pool_id, cognito._token_claims(result["AccessToken"])["auth_time"])

    def find_user_of_valid(pool: dict[str, Any], pool_id: str, client_id: str, token: str) -> Any:
        """To ministack, refresh tokens have no end."""
        user, error = find_user(pool, pool_id, client_id, token)
        if error:
            return None, error
        claims = cognito._token_claims(token)
        if time.time() >= claims["exp"]:
            return None, error_response_json("NotAuthorizedException", "Refresh Token has expired", 400)
        first_use = FIRST_USES.get(claims["jti"])
        if first_use is not None and not in_grace(first_use, rotation_of(pool, client_id)):
            return None, reused()
        return user, None

    def refresh_and_rotate(pool: dict[str, Any], pool_id: str, client_id: str, token: str) -> Any:
        result, error = refresh(pool, pool_id, client_id, token)
        if error:
            return None, error
        claims, rotation = cognito._token_claims(token), rotation_of(pool, client_id)
        if rotation["Feature"] == "ENABLED":
            if not used(claims["jti"], rotation):
                return None, reused()
            # All else stays, and so it ends when the first one would have.
            result["RefreshToken"] = cognito._signed_jwt(claims | {"jti": str(uuid.uuid4())}, pool_id, "access")
        return dated(result, pool_id, claims["auth_time"]), None

    def without_rotation(start: Any) -> Any:
        def checked(data: dict[str, Any]) -> Any:
            rotation = rotation_of(pool_of(data.get("ClientId")), data.get("ClientId"))
            refreshing = data.get("AuthFlow") in ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN")
            if refreshing and rotation["Feature"] == "ENABLED":
                message = "REFRESH_TOKEN_AUTH flow not enabled for this client"
                return error_response_json("InvalidParameterException", message, 400)
            return start(data)

        return checked

    def exchange_with_rotation(data: Any, query: Any, body: bytes = b"", headers: Any = None) -> Any:
        form = form_of(body)
        if form.get("grant_type") == "refresh_token":
            return refreshed(form, headers or {})
        return exchange(data, query, body, headers)

    cognito._build_auth_result = build_of_one_time
    cognito._refresh_auth_user, cognito._refresh_auth_result = find_user_of_valid, refresh_and_rotate
    cognito._initiate_auth = without_rotation(initiate)
    cognito._admin_initiate_auth = without_rotation(initiate_as_admin)
    cognito._oauth2_token = exchange_with_rotation


def dated(result: dict[str, Any], pool_id: str, auth_time: int) -> dict[str, Any]:
    """The tokens, which say when the person authenticated. A refresh is no other time (OpenID Connect Core 1.0 §12.2).

    Refresh tokens are opaque on AWS: what they say here is for the emulator alone.
    """
    tokens = {name: cognito._token_claims(result[name]) for name in KEY_USES if name in result}
    return result | {
        name: cognito._signed_jwt(said | {"auth_time": auth_time}, pool_id, KEY_USES[name])
        for name, said in tokens.items()
    }


def refreshed(form: dict[str, str], headers: Any) -> Any:
    """The token endpoint's answer to a refresh token, made as GetTokensFromRefreshToken makes its own.

    ministack has another way for tokens of the sign-in pages: it takes them from any app client, and forgets groups.
    """
    client_id, secret = cognito._authenticate_client(headers, form)
    token = form.get("refresh_token")
    if not token or not client_id:
        return cognito._oauth2_error("invalid_request", "refresh_token and client_id are required.")
    pool_id, pool, client = cognito._find_pool_by_client_id(client_id)
    if client is None or (client.get("ClientSecret") and secret != client["ClientSecret"]):
        return cognito._oauth2_error("invalid_client", "Invalid client credentials.")
    result, error = cognito._refresh_auth_result(pool, pool_id, client_id, token)
    if error:
        return cognito._oauth2_error("invalid_grant", "Invalid refresh token.")
    names = {"access_token": "AccessToken", "token_type": "TokenType", "expires_in": "ExpiresIn"}
    if cognito._id_token_granted(cognito._token_claims(token).get("scope")):
        names["id_token"] = "IdToken"
    if "RefreshToken" in result:
        names["refresh_token"] = "RefreshToken"
    answer = {theirs: result[own] for theirs, own in names.items()}
    return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()


def objection(rotation: dict[str, Any], flows: list[str]) -> str | None:
    """Why an app client cannot have this setting, if so."""
    if rotation["Feature"] not in ("ENABLED", "DISABLED"):
        return f"Feature {rotation['Feature']} is neither ENABLED nor DISABLED."
    if not 0 <= int(rotation["RetryGracePeriodSeconds"]) <= GRACE_SECONDS_MAX:
        return f"RetryGracePeriodSeconds has to be between 0 and {GRACE_SECONDS_MAX}."
    if rotation["Feature"] == "ENABLED" and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        return "ALLOW_REFRESH_TOKEN_AUTH is not allowed together with refresh token rotation."
    return None


def rotation_of(pool: dict[str, Any], client_id: str | None) -> dict[str, Any]:
    """The setting of an app client of this pool."""
    client = (pool.get("_clients") or {}).get(client_id) or {}
    return client.get(ROTATION) or NO_ROTATION


def used(token_id: str, rotation: dict[str, Any]) -> bool:
    """Uses a refresh token, and says whether it could be: the first time, or within the grace period after that."""
    with LOCK:
        if token_id not in FIRST_USES:
            FIRST_USES[token_id] = time.time()
            return True
        return in_grace(FIRST_USES[token_id], rotation)


def in_grace(first_use: float, rotation: dict[str, Any]) -> bool:
    """Whether the grace period after the first use has not ended."""
    return time.time() - first_use < int(rotation["RetryGracePeriodSeconds"])


def reused() -> Any:
    """The refusal of a refresh token that was rotated out."""
    return error_response_json("RefreshTokenReuseException", "Refresh token has been rotated out.", 400)
