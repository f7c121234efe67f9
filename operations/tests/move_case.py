"""What the tests of `make move-homes` share: a stack, people with a home, and lists of them."""

import csv
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from ..move.objects import listed
from .local_aws import run
from .local_case import DeployedCase
from .person import Person, call, put

PART = b"x" * (5 * 1024 * 1024)
"""The smallest part that is not the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""


@dataclass(frozen=True)
class Settled:
    """Somebody with a file in their home."""

    person: Person
    pair: tuple[str, str]
    """Their identity id and their sub."""

    @property
    def homes(self) -> tuple[str, str]:
        """The home by either name."""
        return f"private/{self.pair[0]}/", f"private/{self.pair[1]}/"


class MoveCase(DeployedCase):
    """On a stack whose homes are named after identities."""

    folder: Path
    bucket: str
    s3: Any
    home_of: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        """Deploys the stack `latchkey`."""
        super().setUpClass()
        cls.home_of = "identity"
        cls.folder = Path(cls.local.folder.name)
        cls.bucket = cls.local.record["bucket"]
        cls.s3 = cls.local.client("s3")

    def name_homes_after(self, what: str) -> None:
        """Deploys again, unless they already are."""
        if type(self).home_of != what:
            self.local.deploy(f"HomeOf={what}")
            type(self).home_of = what

    def settle(self, name: str) -> Settled:
        """Signs somebody up, who uploads a file."""
        self.name_homes_after("identity")
        record = self.local.record
        person = Person(self.local, name).sign_up(record["client_id"])
        token = person.sign_in(record["client_id"])
        size = {"content_type": "text/plain", "size": 5}
        put(call(record["api_url"], "POST", "/objects/~/hello.txt", token, size), b"hello")
        identity_id = call(record["api_url"], "GET", "/objects", token)["prefix"].split("/")[1]
        user = self.local.client("cognito-idp").admin_get_user(UserPoolId=record["user_pool_id"], Username=name)
        sub = next(item["Value"] for item in user["UserAttributes"] if item["Name"] == "sub")
        return Settled(person, (identity_id, sub))

    def pairs(self, rows: Iterable[tuple[str, ...]], header: tuple[str, ...] = ("identity_id", "sub")) -> str:
        """A list of pairs in a file."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".csv", newline="", delete=False) as file:
            csv.writer(file).writerows([header, *rows])
        return file.name

    def move(self, *arguments: str, keys: tuple[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Runs the command."""
        return run(self.local.environment(keys), "move", "latchkey", *arguments)

    def keys(self, prefix: str) -> set[str]:
        """What is below a prefix."""
        return {item.key.removeprefix(prefix) for item in listed(self.s3, self.bucket, prefix)}

    def put_in_parts(self, key: str, *, last: bytes = b"yy", **described: Any) -> str:
        """Uploads two parts; and the ETag that comes of it."""
        to = {"Bucket": self.bucket, "Key": key}
        upload = to | {"UploadId": self.s3.create_multipart_upload(**to, **described)["UploadId"]}
        parts = [
            {"PartNumber": number, "ETag": self.s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"]}
            for number, body in enumerate((PART, last), 1)
        ]
        return str(self.s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})["ETag"])
