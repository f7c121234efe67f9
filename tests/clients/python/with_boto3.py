"""boto3: with_boto3.py BUCKET FOLDER. One process, so that it has to get keys again when the first have ended."""

import io
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from operations import HELLO, LARGE_BYTES, expect, serve

bucket, folder = sys.argv[1:]
client = boto3.client("s3")
parts = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)


def read() -> None:
    """Reads what was written."""
    expect(client.get_object(Bucket=bucket, Key=f"{folder}hello.txt")["Body"].read(), HELLO)


def delete() -> None:
    """Deletes both files."""
    keys = [{"Key": f"{folder}{name}"} for name in ("hello.txt", "large.bin")]
    expect(client.delete_objects(Bucket=bucket, Delete={"Objects": keys}).get("Errors"), None)


serve(
    {
        "list": lambda: client.list_objects_v2(Bucket=bucket, Prefix=folder)["KeyCount"],
        "write": lambda: client.upload_fileobj(io.BytesIO(HELLO), bucket, f"{folder}hello.txt"),
        "read": read,
        "multipart": lambda: client.upload_fileobj(
            io.BytesIO(bytes(LARGE_BYTES)), bucket, f"{folder}large.bin", Config=parts
        ),
        "delete": delete,
    }
)
