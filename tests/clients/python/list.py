"""Says how many objects a folder has whenever a line arrives: list.py BUCKET FOLDER. One process, so that boto3 has to
get keys again when the first have ended.
"""

import sys

import boto3
from botocore.exceptions import ClientError

bucket, folder = sys.argv[1:]
client = boto3.client("s3")
for _ in sys.stdin:
    try:
        print(client.list_objects_v2(Bucket=bucket, Prefix=folder)["KeyCount"], flush=True)
    except ClientError as error:
        print(error.response["Error"]["Code"], flush=True)
