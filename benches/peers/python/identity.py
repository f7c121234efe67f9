"""The exchange of an id token for AWS credentials, with all clients outside the handler, so that connections, the JWKS
and identity ids are kept."""

import os
from collections import OrderedDict

import boto3
import jwt

USER_POOL_ID = os.environ["USER_POOL_ID"]
CLIENT_IDS = os.environ["USER_POOL_CLIENT_IDS"].split(",")
IDENTITY_POOL_ID = os.environ["IDENTITY_POOL_ID"]
REGION = USER_POOL_ID.split("_")[0]
ISSUER = f"https://cognito-idp.{REGION}.amazonaws.com/{USER_POOL_ID}"
IDENTITIES_MAX = 10_000

endpoint = os.environ.get("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER") or os.environ.get("AWS_ENDPOINT_URL")
keys = jwt.PyJWKClient(
    f"{endpoint}/{USER_POOL_ID}/.well-known/jwks.json" if endpoint else f"{ISSUER}/.well-known/jwks.json",
    cache_keys=True,
    lifespan=3600,
)
keys.get_signing_keys()

client = boto3.client("cognito-identity", region_name=IDENTITY_POOL_ID.split(":")[0])
identities: OrderedDict[str, str] = OrderedDict()


def credentials_of(token: str) -> dict:
    """Verifies the token, and gets credentials of its person."""
    key = keys.get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token,
        key.key,
        algorithms=["RS256"],
        audience=CLIENT_IDS,
        issuer=ISSUER,
        leeway=30,
        options={"require": ["exp", "iat", "sub"]},
    )
    if claims.get("token_use") != "id":
        raise jwt.InvalidTokenError("not an id token")
    logins = {ISSUER.removeprefix("https://"): token}
    identity_id = identities.get(claims["sub"])
    if identity_id is None:
        identity_id = client.get_id(IdentityPoolId=IDENTITY_POOL_ID, Logins=logins)["IdentityId"]
        if len(identities) == IDENTITIES_MAX:
            identities.popitem(last=False)
        identities[claims["sub"]] = identity_id
    return client.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)
