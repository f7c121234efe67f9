"""A local AWS for the tests of a module: started empty or with the release build in it, and stopped after them."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import botocore.session

from ..layout import ROOT


class LocalAws:
    """One emulator, with its root's keys."""

    def __init__(self) -> None:
        """Starts it on a free port. It ends with this process at the latest."""
        self.folder = tempfile.TemporaryDirectory(prefix="latchkey-operations-")
        self.state = Path(self.folder.name) / "state"
        self.stack_py("start", "--port", "0", "--owner-pid", str(os.getpid()))
        self.record = self.read()

    def read(self) -> dict[str, Any]:
        """What local/stack.py knows of it."""
        record: dict[str, Any] = json.loads((self.state / "stack.json").read_text())
        return record

    def deploy(self, *parameters: str) -> dict[str, Any]:
        """Deploys the release build as the stack `latchkey`."""
        self.stack_py("deploy", *(word for parameter in parameters for word in ("--parameter", parameter)))
        self.record = self.read()
        return self.record

    def stack_py(self, command: str, *arguments: str) -> None:
        """Runs a command of the local AWS."""
        subprocess.run(
            ["python3", str(ROOT / "local" / "stack.py"), command, "--state", str(self.state), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Stops it and removes its data."""
        self.stack_py("down")
        self.folder.cleanup()

    def environment(self, keys: tuple[str, str] | None = None, endpoint: str | None = None) -> dict[str, str]:
        """What an operator's shell has, and nothing of the person's who runs the tests."""
        key_id, secret = keys or (self.record["access_key_id"], self.record["secret_access_key"])
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "AWS_ENDPOINT_URL": endpoint or self.record["endpoint"],
            "AWS_DEFAULT_REGION": self.record["region"],
            "AWS_ACCESS_KEY_ID": key_id,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, region: str | None = None, signed: bool = True) -> Any:
        """A client with the root's keys, or one that signs nothing."""
        from botocore import UNSIGNED  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        return botocore.session.Session().create_client(
            service,
            region_name=region or self.record["region"],
            endpoint_url=self.record["endpoint"],
            aws_access_key_id=self.record["access_key_id"],
            aws_secret_access_key=self.record["secret_access_key"],
            config=None if signed else Config(signature_version=UNSIGNED),
        )


def run(environment: dict[str, str], module: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs one of the operator's commands, as make does."""
    return subprocess.run(
        [sys.executable, "-m", f"operations.{module}", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def make(environment: dict[str, str], *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """Runs make, but for what it would install or build first. `typed` is what the operator answers."""
    return subprocess.run(
        ["make", "--silent", "--old-file=tools", "MAKE=true", *arguments],
        cwd=ROOT,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
