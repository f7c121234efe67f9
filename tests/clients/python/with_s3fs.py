"""s3fs, and pandas with it: with_s3fs.py BUCKET FOLDER."""

import sys

import pandas
import s3fs
from operations import LARGE_BYTES, expect, serve

bucket, folder = sys.argv[1:]
place = f"{bucket}/{folder}"
# Listings are kept otherwise, and a new file would not be in them.
files = s3fs.S3FileSystem(use_listings_cache=False)
table = pandas.DataFrame({"greeting": ["Hello!"]})


def multipart() -> None:
    """Writes a file in parts of 5 MiB."""
    with files.open(f"{place}large.bin", "wb", block_size=5 * 1024 * 1024) as file:
        file.write(bytes(LARGE_BYTES))


def delete() -> None:
    """Deletes both files."""
    files.rm([f"{place}hello.csv", f"{place}large.bin"])


serve(
    {
        "list": lambda: len(files.find(place)),
        "write": lambda: table.to_csv(f"s3://{place}hello.csv", index=False),
        "read": lambda: expect(pandas.read_csv(f"s3://{place}hello.csv").equals(table), True),
        "multipart": multipart,
        "delete": delete,
        "makedirs": lambda: files.makedirs(f"{place}reports"),
    }
)
