"""boto3 with keys from Latchkey, which it fetches by itself, and again before they end.

files.py API_URL TOKEN_FILE: the file has the id token, without a newline. Whoever signs the person in writes it, and
writes it again before the token ends.
"""

import os
import sys
from pathlib import Path

import boto3
import requests

API_URL, TOKEN_FILE = sys.argv[1:]

# Set these before the first client is made. Keys in other variables or in ~/.aws would win over them.
os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"{API_URL}/credentials"
os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = TOKEN_FILE


def ask(path: str) -> dict[str, str]:
    """What the API answers to `GET path`."""
    token = Path(TOKEN_FILE).read_text()
    answer = requests.get(API_URL + path, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    answer.raise_for_status()
    return answer.json()


me = ask("/whoami")
bucket, home = me["bucket"], me["home"]
s3 = boto3.client("s3", region_name=ask("/.well-known/oauth-protected-resource")["latchkey"]["region"])

s3.put_object(Bucket=bucket, Key=f"{home}from-python.txt", Body=b"Hello from Python!\n")
for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=home):
    for item in page.get("Contents", []):
        print(f"{item['Size']:>6}  {item['Key'].removeprefix(home)}")
print(s3.get_object(Bucket=bucket, Key=f"{home}from-python.txt")["Body"].read().decode(), end="")
