"""Revocation: the revoke endpoint, and what RevokeToken refuses. Whatever has the same `origin_jti` ends: the tokens of
one sign-in, also those that came by rotation.

Source: "The token revocation endpoint" and "Ending user sessions with token revocation" in the Amazon Cognito developer
guide; "RevokeToken" in its API reference.

AWS does not say everything. These are guesses:

- A token of another app client is an invalid request of the endpoint, and an UnauthorizedException of RevokeToken.
- Id tokens that were revoked bring no credentials (`identity_pool.py`). AWS says that the endpoint revokes them, but of
  ServerSideTokenCheck only that it looks for people who were signed out or deleted.
- The words of the refusals.
"""

import json
from typing import Any

import ministack.app
from federation import form_of
from ministack.core.responses import error_response_json
from ministack.services import cognito
from user_pool import pool_of

PATH = "/oauth2/revoke"


class Refused(Exception):
    """A revocation that Cognito refuses: what the endpoint answers, and what the operation does."""

    def __init__(self, error: str, exception: str, message: str) -> None:
        """Keeps both names of the refusal, and its words."""
        super().__init__(message)
        self.error, self.exception = error, exception


def install() -> None:
    """Adds the endpoint, and puts the checks before ministack's own operation."""
    revoke, handle, discover = (
        cognito._revoke_token,
        ministack.app._handle_cognito_body_request,
        cognito.well_known_openid_configuration,
    )

    def checked_revoke(data: dict[str, Any]) -> Any:
        client_id, token = data.get("ClientId"), data.get("Token") or ""
        client = (pool_of(client_id).get("_clients") or {}).get(client_id) or {}
        if not client or (client.get("ClientSecret") and data.get("ClientSecret") != client["ClientSecret"]):
            return error_response_json("UnauthorizedException", "Invalid client credentials.", 400)
        try:
            valid = revocable(client, token)
        except Refused as refusal:
            return error_response_json(refusal.exception, str(refusal), 400)
        return revoke(data if valid else {})

    async def handle_with_revocation(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if path == PATH and method == "POST":
            return answered(form_of(body), headers)
        return await handle(method, path, headers, body, query)

    def answered(form: dict[str, str], headers: Any) -> Any:
        client_id, secret = cognito._authenticate_client(headers, form)
        # It also says in whose account and region the rest happens.
        _, _, client = cognito._find_pool_by_client_id(client_id)
        if client is None or (client.get("ClientSecret") and secret != client["ClientSecret"]):
            return cognito._oauth2_error("invalid_client", "Invalid client credentials.", 401)
        try:
            if revocable(client, form.get("token", "")):
                revoke({"ClientId": client_id, "Token": form["token"]})
        except Refused as refusal:
            return cognito._oauth2_error(refusal.error, str(refusal))
        return 200, {"Content-Type": "application/json"}, b""

    def discover_revocation(*arguments: Any, **named: Any) -> Any:
        status, headers, body = discover(*arguments, **named)
        document = json.loads(body)
        address = document["token_endpoint"].removesuffix("/oauth2/token") + PATH
        return status, headers, json.dumps(document | {"revocation_endpoint": address}).encode()

    cognito._revoke_token = checked_revoke
    cognito.well_known_openid_configuration = discover_revocation
    ministack.app._handle_cognito_body_request = handle_with_revocation


def revocable(client: dict[str, Any], token: str) -> bool:
    """Whether there is something to revoke. A token that is not valid is not, and that is no error (RFC 7009 §2.2)."""
    if not token:
        raise Refused("invalid_request", "InvalidParameterException", "The token is missing.")
    if not client["EnableTokenRevocation"]:
        message = "Token revocation is not enabled for this client."
        raise Refused("invalid_request", "UnsupportedOperationException", message)
    claims = cognito._token_claims(token)
    if not claims or not cognito._signature_valid(token):
        return False
    if claims.get("token_use") != "refresh":
        message = "Only refresh tokens can be revoked."
        raise Refused("unsupported_token_type", "UnsupportedTokenTypeException", message)
    if claims.get("client_id") != client["ClientId"]:
        raise Refused("invalid_request", "UnauthorizedException", "The token is of another client.")
    return True
