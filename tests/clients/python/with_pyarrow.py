"""pyarrow, whose file system is the SDK for C++: with_pyarrow.py BUCKET FOLDER."""

import os
import sys
from urllib.parse import urlsplit

from operations import HELLO, LARGE_BYTES, expect, serve
from pyarrow import fs

bucket, folder = sys.argv[1:]
place = f"{bucket}/{folder}"
# It does not read AWS_ENDPOINT_URL by itself.
endpoint = urlsplit(os.environ["AWS_ENDPOINT_URL"])
files = fs.S3FileSystem(region="eu-west-1", scheme=endpoint.scheme, endpoint_override=endpoint.netloc)


def write(name: str, content: bytes) -> None:
    """Writes a file, in parts if it is large."""
    with files.open_output_stream(f"{place}{name}") as file:
        file.write(content)


def read() -> None:
    """Reads what was written."""
    with files.open_input_stream(f"{place}hello.txt") as file:
        expect(file.read(), HELLO)


def delete() -> None:
    """Deletes both files."""
    for name in ("hello.txt", "large.bin"):
        files.delete_file(f"{place}{name}")


serve(
    {
        "list": lambda: len(files.get_file_info(fs.FileSelector(place, allow_not_found=True))),
        "write": lambda: write("hello.txt", HELLO),
        "read": read,
        "multipart": lambda: write("large.bin", bytes(LARGE_BYTES)),
        "delete": delete,
    }
)
