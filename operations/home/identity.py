"""Which identity of the identity pool is a user's.

No call of AWS says so: an identity is found with the user's own token alone (GetId), LookupDeveloperIdentity knows
developers' names and no user pool's, and ListIdentities and DescribeIdentity name the user pool but not the user.
Source: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_Operations.html
"""

import base64
import json
import secrets
from typing import Any

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from ..account import Account
from ..failure import Failure, code_of, message_of
from .stack import Stack
from .user import User

FLOW = "ALLOW_ADMIN_USER_PASSWORD_AUTH"

CHALLENGES = ("SOFTWARE_TOKEN_MFA",)
"""What an administrator can switch off for one user."""


def checked(account: Account, stack: Stack, identity_id: str) -> str:
    """The identity that the operator names, if it is one of this stack's users'. Whose, only its owner knows."""
    try:
        found = account.client("cognito-identity").describe_identity(IdentityId=identity_id)
    except ClientError as error:
        if code_of(error) in ("ResourceNotFoundException", "ValidationException"):
            raise Failure(f"there is no identity {identity_id}; say IDENTITY_ID=… as the application has it") from error
        raise
    if not any(login.endswith(f"/{stack.user_pool_id}") for login in found.get("Logins", [])):
        raise Failure(f"the identity {identity_id} is not that of a user of {stack.user_pool_id}; look for another")
    return identity_id


def taken_over(account: Account, stack: Stack, user: User) -> str:
    """Signs in as the user, after giving them another password, and asks for their identity. Cognito makes one if they
    have none."""
    if user.status == "EXTERNAL_PROVIDER":
        raise Failure(f"{user.name} signs in elsewhere and has no password here; say IDENTITY_ID=… instead")
    if not user.is_enabled:
        raise Failure(f"{user.name} is disabled and cannot sign in; first: aws cognito-idp admin-enable-user")
    client = account.client("cognito-idp")
    check_client(client, stack)
    who = {"UserPoolId": stack.user_pool_id, "Username": user.name}
    # Long enough for any policy that Cognito can have, and with a character of each kind.
    password = f"{secrets.token_urlsafe(48)}aA1-"
    client.admin_set_user_password(**who, Password=password, Permanent=True)
    answer = sign_in(client, stack, user, password)
    if answer.get("ChallengeName") in CHALLENGES:
        client.admin_set_user_mfa_preference(**who, SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False})
        answer = sign_in(client, stack, user, password)
    if "AuthenticationResult" not in answer:
        raise Failure(
            f"Cognito asks {user.name} for {answer.get('ChallengeName')}, which only they have; "
            "deploy with MultiFactor=OPTIONAL for the time being, or say IDENTITY_ID=… instead"
        )
    identity_id = get_id(account, stack, answer["AuthenticationResult"]["IdToken"])
    client.admin_user_global_sign_out(**who)
    return identity_id


def check_client(client: Any, stack: Stack) -> None:
    """Before the user loses their password: an app client of the operator's own may not let an administrator sign in."""
    app = client.describe_user_pool_client(UserPoolId=stack.user_pool_id, ClientId=stack.client_id)["UserPoolClient"]
    if app.get("ClientSecret") or FLOW not in app.get("ExplicitAuthFlows", []):
        raise Failure(
            f"the app client {stack.client_id} must have no secret, and needs {FLOW}; "
            "put another one first in MoreUserPoolClientIds, or say IDENTITY_ID=… instead"
        )


def sign_in(client: Any, stack: Stack, user: User, password: str) -> dict[str, Any]:
    """A sign-in that only an administrator can make."""
    try:
        answer: dict[str, Any] = client.admin_initiate_auth(
            UserPoolId=stack.user_pool_id,
            ClientId=stack.client_id,
            AuthFlow=FLOW.removeprefix("ALLOW_"),
            AuthParameters={"USERNAME": user.name, "PASSWORD": password},
        )
    except ClientError as error:
        raise Failure(f"{user.name} has another password now, and yet cannot sign in: {message_of(error)}") from error
    return answer


def get_id(account: Account, stack: Stack, id_token: str) -> str:
    """The identity of a token's owner."""
    unsigned = Config(signature_version=UNSIGNED)
    client = account.session.create_client("cognito-identity", region_name=account.region, config=unsigned)
    found = client.get_id(IdentityPoolId=stack.identity_pool_id, Logins={provider_of(id_token): id_token})
    return str(found["IdentityId"])


def provider_of(id_token: str) -> str:
    """The identity pool's name for the issuer of a token that Cognito has just given us."""
    payload = id_token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["iss"]).removeprefix("https://")
