"""polars: with_polars.py BUCKET FOLDER. It deletes nothing."""

import sys

import polars
from operations import LARGE_BYTES, expect, serve

bucket, folder = sys.argv[1:]
place = f"s3://{bucket}/{folder}"
table = polars.DataFrame({"greeting": ["Hello!"]})


def write_large() -> None:
    """Writes a file in parts."""
    numbers = polars.DataFrame({"number": polars.arange(0, LARGE_BYTES // 8, eager=True)})
    numbers.write_parquet(f"{place}large.parquet", compression="uncompressed")


serve(
    {
        "list": lambda: len(polars.scan_parquet(f"{place}hello*.parquet", include_file_paths="file").collect()),
        "write": lambda: table.write_parquet(f"{place}hello.parquet"),
        "read": lambda: expect(polars.read_parquet(f"{place}hello.parquet").equals(table), True),
        "multipart": write_large,
    }
)
