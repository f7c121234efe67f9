"""POST /token."""

import base64
import json
import time
from datetime import timezone
from urllib.parse import parse_qs

import jwt
from botocore.exceptions import ClientError

from identity import credentials_of

HEADERS = {"content-type": "application/json", "cache-control": "no-store", "pragma": "no-cache"}


def handler(event: dict, _context: object) -> dict:
    """Answers one request."""
    body = event["body"]
    text = base64.b64decode(body).decode() if event.get("isBase64Encoded") else body
    form = {name: values[0] for name, values in parse_qs(text).items()}
    if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:token-exchange":
        return {"statusCode": 400, "headers": HEADERS, "body": json.dumps({"error": "unsupported_grant_type"})}
    try:
        answer = credentials_of(form["subject_token"])
    except (KeyError, jwt.InvalidTokenError, ClientError) as error:
        print(json.dumps({"level": "WARN", "message": "answered", "status": 400, "reason": type(error).__name__}))
        return {"statusCode": 400, "headers": HEADERS, "body": json.dumps({"error": "invalid_request"})}
    credentials = answer["Credentials"]
    expiration = credentials["Expiration"]
    body = {
        "access_token": credentials["SessionToken"],
        "issued_token_type": "urn:latchkey:params:oauth:token-type:aws-credentials",
        "token_type": "N_A",
        "expires_in": int(expiration.timestamp() - time.time()),
        "Version": 1,
        "AccessKeyId": credentials["AccessKeyId"],
        "SecretAccessKey": credentials["SecretKey"],
        "SessionToken": credentials["SessionToken"],
        "Token": credentials["SessionToken"],
        "Expiration": expiration.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "IdentityId": answer["IdentityId"],
    }
    print(json.dumps({"level": "INFO", "message": "answered", "status": 200}))
    return {"statusCode": 200, "headers": HEADERS, "body": json.dumps(body)}
