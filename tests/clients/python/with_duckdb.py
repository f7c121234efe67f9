"""DuckDB: with_duckdb.py BUCKET FOLDER. It deletes nothing."""

import os
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import duckdb_extension_aws
import duckdb_extension_httpfs
from operations import LARGE_BYTES, expect, serve

bucket, folder = sys.argv[1:]
place = f"s3://{bucket}/{folder}"
endpoint = urlsplit(os.environ["AWS_ENDPOINT_URL"])
database = duckdb.connect()


def load() -> None:
    """Loads the extensions from their packages, where `INSTALL` would download them."""
    for package, name in ((duckdb_extension_httpfs, "httpfs"), (duckdb_extension_aws, "aws")):
        file = next(Path(package.__file__).parent.rglob(f"{name}.duckdb_extension"))
        database.execute(f"LOAD '{file}'")


@cache
def find_keys() -> None:
    """Takes keys from the SDK's default chain, and again when they have ended. The chain waits a second at most, and
    machines that run tests are slow.
    """
    for tries_left in (2, 1, 0):
        try:
            database.execute(
                "CREATE SECRET home (TYPE s3, PROVIDER credential_chain, REFRESH auto, REGION 'eu-west-1', "
                f"ENDPOINT '{endpoint.netloc}', USE_SSL {endpoint.scheme == 'https'}, URL_STYLE 'path')"
            )
        except duckdb.Error:
            if tries_left == 0:
                raise
        else:
            return


def query(text: str) -> object:
    """The value that a query gives."""
    find_keys()
    return database.execute(text).fetchone()[0]


load()
numbers = f"SELECT range FROM range({LARGE_BYTES // 8})"
serve(
    {
        "list": lambda: query(f"SELECT count(*) FROM glob('{place}hello*')"),
        "write": lambda: expect(query(f"COPY (SELECT 'Hello!' AS greeting) TO '{place}hello.csv'"), 1),
        "read": lambda: expect(query(f"FROM '{place}hello.csv'"), "Hello!"),
        "multipart": lambda: expect(query(f"COPY ({numbers}) TO '{place}large.csv'"), LARGE_BYTES // 8),
    }
)
