"""The identity pool: no guests, no unknown identities, no classic flow, nothing for a person who was signed out, the
role that the pool's rules say, and the tags.

Each as the pool's own settings say. Without this, ministack hands out credentials of the usual role without tags in all
cases.
And identities can be deleted.
"""

import json
import re
import time
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import cognito, sts

IDENTITY_ID = re.compile(r"[\w-]+:[0-9a-f-]+")


def install(credentials_seconds: int | None) -> None:
    """Puts the checks before ministack's own operations. With `credentials_seconds`, credentials end after that."""
    logins_error = cognito._identity_logins_error
    get_credentials, get_open_id_token = cognito._get_credentials_for_identity, cognito._get_open_id_token
    dispatch = cognito._dispatch_identity

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
        answer = get_credentials(data)
        if answer[0] != 200:
            return answer
        try:
            role = mapped_role(pool, logins, data.get("CustomRoleArn"))
        except Refused as refusal:
            return refused(str(refusal))
        return adjusted(answer, role, principal_tags(pool, logins), credentials_seconds)

    def checked_get_open_id_token(data: dict[str, Any]) -> Any:
        pool = pool_of(str(data.get("IdentityId", "")))
        if pool is not None and not pool.get("AllowClassicFlow"):
            return error_response_json(
                "InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow.", 400
            )
        return get_open_id_token(data)

    async def dispatch_with_deletion(action: str, data: dict[str, Any]) -> Any:
        if action == "DeleteIdentities":
            return json_response({"UnprocessedIdentityIds": deleted(data["IdentityIdsToDelete"])})
        return await dispatch(action, data)

    cognito._dispatch_identity = dispatch_with_deletion
    cognito._identity_logins_error = checked_logins_error
    cognito._get_credentials_for_identity = checked_get_credentials
    cognito._get_open_id_token = checked_get_open_id_token


def mapped_role(pool: dict[str, Any], logins: dict[str, str], custom: str | None) -> str | None:
    """The ARN of the role that the claims of these logins give, where a role mapping of the type Token says so, or None
    for the usual one. `custom` is the caller's choice among several.

    Source: "Using tokens to assign roles to users" in the Amazon Cognito developer guide. How AWS words its refusals,
    it does not say.
    """
    for name, mapping in (pool.get("_role_mappings") or {}).items():
        # The identity provider's name, and behind the last colon the app client's id.
        provider, _, client = mapping.get("IdentityProvider", name).rpartition(":")
        claims = cognito._token_claims(logins.get(provider) or "")
        if mapping["Type"] != "Token" or claims.get("aud") != client:
            continue
        roles = claims.get("cognito:roles") or []
        if custom is not None:
            if custom not in roles:
                raise Refused(f"Access to Role '{custom}' is forbidden.")
            return custom
        if preferred := claims.get("cognito:preferred_role"):
            return str(preferred)
        if roles and mapping["AmbiguousRoleResolution"] == "Deny":
            raise Refused("The ambiguous role mapping rules denied this request.")
    if custom is not None:
        raise Refused(f"Access to Role '{custom}' is forbidden.")
    return None


class Refused(Exception):
    """The role that somebody would get is not for them."""


def principal_tags(pool: dict[str, Any], logins: dict[str, str]) -> dict[str, str]:
    """The tags of the session: claims of the logins under the names that the pool gives them."""
    tags = {}
    for provider, map_of_provider in (pool.get("_principal_tags") or {}).items():
        claims = cognito._token_claims(logins.get(provider) or "")
        names = map_of_provider.get("PrincipalTags") or {}
        tags |= {tag: str(claims[claim]) for tag, claim in names.items() if claim in claims}
    return tags


def adjusted(answer: Any, role: str | None, tags: dict[str, str], seconds: int | None) -> Any:
    """The answer of GetCredentialsForIdentity with keys of `role`, that bear `tags` and end after `seconds`."""
    status, headers, body = answer
    content = json.loads(body)
    credentials = content["Credentials"]
    session = sts._sessions[credentials["AccessKeyId"]]
    session["_principal_tags"] = tags
    if role is not None:
        kept = session["Arn"].split("/")
        session["Arn"] = "/".join([kept[0], role.rpartition("/")[2], kept[2]])
    if seconds is not None:
        session["Expiration"] = credentials["Expiration"] = int(time.time()) + seconds
    return status, headers, json.dumps(content).encode()


def refused(message: str) -> Any:
    """A NotAuthorizedException."""
    return error_response_json("NotAuthorizedException", message, 400)


def deleted(identity_ids: list[str]) -> list[dict[str, str]]:
    """Deletes the identities, and returns those that there were not, as DeleteIdentities does."""
    unknown = []
    for identity_id in identity_ids:
        pool = pool_of(identity_id)
        if pool is None:
            unknown.append({"IdentityId": identity_id, "ErrorCode": "InternalServerError"})
        else:
            del pool["_identities"][identity_id]
    return unknown


def pool_of(identity_id: str) -> dict[str, Any] | None:
    """The identity pool that knows this identity."""
    return next((pool for _, pool in cognito._identity_pools.items() if identity_id in pool["_identities"]), None)


def signed_out(token: str | None) -> bool:
    """Whether the user that the token is of was signed out everywhere, disabled or deleted since, or its sign-in was
    revoked."""
    if token is None:
        return False
    claims = cognito._token_claims(token)
    pool = cognito._user_pools.get(str(claims.get("iss", "")).rsplit("/", 1)[-1])
    user = ((pool or {}).get("_users") or {}).get(claims.get("cognito:username"))
    return user is None or not user.get("Enabled", True) or claims.get("origin_jti") in cognito._revoked_tokens
