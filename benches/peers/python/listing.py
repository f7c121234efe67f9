"""GET /objects. A caller's client, with its credentials, serves further pages for some minutes."""

import hashlib
import json
import os
import time
from collections import OrderedDict
from datetime import timezone
from urllib.parse import parse_qs

import boto3

from identity import credentials_of

BUCKET = os.environ["BUCKET_NAME"]
REUSE_SECONDS = int(os.environ["CREDENTIALS_REUSE_SECONDS"])
HEADERS = {"content-type": "application/json", "cache-control": "no-store", "pragma": "no-cache"}
CALLERS_MAX = 1000

session = boto3.Session(region_name=os.environ["AWS_REGION"])
callers: OrderedDict[bytes, tuple] = OrderedDict()


def caller_of(token: str) -> tuple:
    """The client of the person of the token, and where the person's own objects lie."""
    key = hashlib.sha256(token.encode()).digest()
    kept = callers.get(key)
    if kept is not None and time.time() < kept[2]:
        return kept
    answer = credentials_of(token)
    credentials = answer["Credentials"]
    client = session.client(
        "s3",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretKey"],
        aws_session_token=credentials["SessionToken"],
    )
    until = min(time.time() + REUSE_SECONDS, credentials["Expiration"].timestamp())
    caller = (client, os.environ["HOME_PREFIX"].replace("{identity_id}", answer["IdentityId"]), until)
    if len(callers) == CALLERS_MAX:
        callers.popitem(last=False)
    callers[key] = caller
    return caller


def handler(event: dict, _context: object) -> dict:
    """Answers one request."""
    query = {name: values[0] for name, values in parse_qs(event["rawQueryString"]).items()}
    authorization = event["headers"]["authorization"]
    token = authorization[7:] if authorization[:7].lower() == "bearer " else authorization
    client, home, _until = caller_of(token)
    asked = query.get("prefix", "~/")
    prefix = home + asked[2:] if asked.startswith("~/") else asked
    # botocore asks for encoded keys, and decodes them, by itself.
    page = client.list_objects_v2(Bucket=BUCKET, Prefix=prefix, MaxKeys=int(query.get("max_keys", "100")))
    body = {
        "bucket": BUCKET,
        "prefix": prefix,
        "objects": [
            {
                "key": item["Key"],
                "size": item["Size"],
                "etag": item["ETag"],
                "last_modified": item["LastModified"].astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "storage_class": item["StorageClass"],
            }
            for item in page.get("Contents", [])
        ],
        "folders": [folder["Prefix"] for folder in page.get("CommonPrefixes", [])],
    }
    if "NextContinuationToken" in page:
        body["next_cursor"] = page["NextContinuationToken"]
    print(json.dumps({"level": "INFO", "message": "answered", "status": 200}))
    return {"statusCode": 200, "headers": HEADERS, "body": json.dumps(body)}
