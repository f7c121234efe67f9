"""aioboto3, and with it aiobotocore: with_aioboto3.py BUCKET FOLDER."""

import asyncio
import io
import sys
from typing import Any

import aioboto3
from boto3.s3.transfer import TransferConfig
from operations import HELLO, LARGE_BYTES, expect, serve

bucket, folder = sys.argv[1:]
parts = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
loop = asyncio.new_event_loop()
client: Any = None


async def connected() -> Any:
    """The one client, which the first operation makes."""
    global client  # noqa: PLW0603
    if client is None:
        client = await aioboto3.Session().client("s3").__aenter__()
    return client


async def count() -> int:
    """How many objects there are."""
    return (await (await connected()).list_objects_v2(Bucket=bucket, Prefix=folder))["KeyCount"]


async def upload(name: str, content: bytes) -> None:
    """Writes an object, in parts if it is large."""
    await (await connected()).upload_fileobj(io.BytesIO(content), bucket, f"{folder}{name}", Config=parts)


async def read() -> None:
    """Reads what was written."""
    answer = await (await connected()).get_object(Bucket=bucket, Key=f"{folder}hello.txt")
    expect(await answer["Body"].read(), HELLO)


async def delete() -> None:
    """Deletes both files."""
    for name in ("hello.txt", "large.bin"):
        await (await connected()).delete_object(Bucket=bucket, Key=f"{folder}{name}")


serve(
    {
        "list": lambda: loop.run_until_complete(count()),
        "write": lambda: loop.run_until_complete(upload("hello.txt", HELLO)),
        "read": lambda: loop.run_until_complete(read()),
        "multipart": lambda: loop.run_until_complete(upload("large.bin", bytes(LARGE_BYTES))),
        "delete": lambda: loop.run_until_complete(delete()),
    }
)
