"""Homes are moved from one layout to the other, and people find their files again."""

import csv
import subprocess
import tempfile
import unittest
from collections.abc import Iterable
from pathlib import Path

from ..move.objects import Mover, Object, Outcome, listed
from .local_aws import LocalAws, make, run
from .person import Person, call, put

ODD_KEYS = ("a b+c%2F", "é🦀", "new\nline", "x/../y", "folder/", "~/")


class Move(unittest.TestCase):
    """On a stack with people in it, whose homes are named after their identities."""

    local: LocalAws

    @classmethod
    def setUpClass(cls) -> None:
        """Deploys the stack `latchkey`."""
        cls.local = LocalAws()
        cls.addClassCleanup(cls.local.stop)
        cls.local.deploy()
        cls.folder = Path(cls.local.folder.name)
        cls.bucket = cls.local.record["bucket"]
        cls.s3 = cls.local.client("s3")

    def settle(self, name: str) -> tuple[Person, str, str]:
        """Somebody with a file; their identity id and their sub."""
        record = self.local.record
        person = Person(self.local, name).sign_up(record["client_id"])
        token = person.sign_in(record["client_id"])
        size = {"content_type": "text/plain", "size": 5}
        put(call(record["api_url"], "POST", "/objects/~/hello.txt", token, size), b"hello")
        identity_id = call(record["api_url"], "GET", "/objects", token)["prefix"].split("/")[1]
        user = self.local.client("cognito-idp").admin_get_user(UserPoolId=record["user_pool_id"], Username=name)
        sub = next(item["Value"] for item in user["UserAttributes"] if item["Name"] == "sub")
        return person, identity_id, sub

    def pairs(self, rows: Iterable[tuple[str, str]], header: tuple[str, ...] = ("identity_id", "sub")) -> str:
        """A list of pairs in a file."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".csv", newline="", delete=False) as file:
            csv.writer(file).writerows([header, *rows])
        return file.name

    def move(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs the command."""
        return run(self.local.environment(), "move", "latchkey", *arguments)

    def keys(self, prefix: str) -> set[str]:
        """What is below a prefix."""
        return {item.key.removeprefix(prefix) for item in listed(self.s3, self.bucket, prefix)}

    def test_people_find_their_files_under_the_other_name(self) -> None:
        ada, ada_id, ada_sub = self.settle("ada")
        _, bea_id, bea_sub = self.settle("bea")
        _, cid_id, _ = self.settle("cid")
        old, new = f"private/{ada_id}/", f"private/{ada_sub}/"
        for key in ODD_KEYS:
            self.s3.put_object(Bucket=self.bucket, Key=old + key, Body=key.encode(), Metadata={"made": "by-hand"})
        self.s3.put_object_tagging(
            Bucket=self.bucket, Key=f"{old}a b+c%2F", Tagging={"TagSet": [{"Key": "kind", "Value": "odd"}]}
        )
        wanted = {"hello.txt", *ODD_KEYS}
        listing = self.pairs([(ada_id, ada_sub), (bea_id, bea_sub)])
        dry = self.move(listing, "user")
        self.assertIn(f"  {old} to {new}: 7 objects, ", dry.stdout, dry.stderr)
        self.assertIn("» 8 objects with ", dry.stdout)
        self.assertIn(" homes are of nobody in the list\n", dry.stdout)
        self.assertEqual((self.keys(old), self.keys(new)), (wanted, set()), "a dry run changes nothing")
        self.local.deploy("HomeOf=user")
        # What a run that was interrupted has left: a copy whose source is still there.
        source = {"Bucket": self.bucket, "Key": f"{old}hello.txt"}
        self.s3.copy_object(Bucket=self.bucket, Key=f"{new}hello.txt", CopySource=source)
        # And what the person has written under the other name in the meantime.
        self.s3.put_object(Bucket=self.bucket, Key=f"{new}é🦀", Body=b"newer")
        done = self.move(listing, "user", "--apply")
        self.assertIn(f"  {old} to {new}: ", done.stdout, done.stderr)
        self.assertIn("left 'private/", done.stdout)
        self.assertIn("1 was there already", done.stdout)
        self.assertEqual(done.stderr, "latchkey: 1 objects are left where they are; the lines above say why\n")
        self.assertEqual((self.keys(old), self.keys(new)), ({"é🦀"}, wanted))
        self.assertEqual(self.keys(f"private/{bea_sub}/"), {"hello.txt"})
        self.assertEqual(self.keys(f"private/{cid_id}/"), {"hello.txt"}, "nobody asked for that")
        moved = self.s3.head_object(Bucket=self.bucket, Key=f"{new}a b+c%2F")
        self.assertEqual(moved["Metadata"], {"made": "by-hand"})
        tags = self.s3.get_object_tagging(Bucket=self.bucket, Key=f"{new}a b+c%2F")["TagSet"]
        self.assertEqual(tags, [{"Key": "kind", "Value": "odd"}])
        self.s3.delete_object(Bucket=self.bucket, Key=f"{old}é🦀")
        token = ada.sign_in(self.local.record["client_id"])
        page = call(self.local.record["api_url"], "GET", "/objects", token)
        self.assertEqual((page["prefix"], len(page["objects"])), (new, 7))
        again = self.move(listing, "user", "--apply")
        self.assertIn("» nothing to move", again.stdout, again.stderr)
        back = make(
            self.local.environment(), "move-homes", "AWS_STACK=latchkey", f"PAIRS={listing}", "TO=identity", "APPLY=yes"
        )
        self.assertIn("» 8 moved\n", back.stdout, back.stderr)
        self.assertEqual((self.keys(old), self.keys(new)), (wanted, set()))

    def test_a_list_with_mistakes_moves_nothing(self) -> None:
        _, identity_id, sub = self.settle("dot")
        other = identity_id[:-4] + "0000"
        unknown = "00000000-0000-0000-0000-000000000000"
        cases = [
            ([(identity_id, sub)], ("id", "sub"), "needs a first line with the columns identity_id,sub"),
            ([], ("identity_id", "sub"), "has nobody in it"),
            ([("eu-west-1", sub)], ("identity_id", "sub"), 'line 2: "eu-west-1" is no identity id'),
            ([(identity_id, "..")], ("identity_id", "sub"), 'line 2: ".." is no sub'),
            ([(identity_id, "a/b")], ("identity_id", "sub"), 'line 2: "a/b" is no sub'),
            ([(identity_id, sub), (other, sub)], ("identity_id", "sub"), f"line 3: {sub} stands in line 2 already"),
            ([(identity_id, unknown)], ("identity_id", "sub"), f"no user with the sub {unknown}"),
        ]
        for rows, header, expected in cases:
            with self.subTest(expected):
                done = self.move(self.pairs(rows, header), "user", "--apply")
                self.assertEqual(done.returncode, 1)
                self.assertIn(expected, done.stderr)
                self.assertTrue(done.stderr.startswith("latchkey: "), done.stderr)
        self.assertIn("cannot be read: No such file", self.move("none.csv", "user").stderr)
        self.assertEqual(self.keys(f"private/{identity_id}/"), {"hello.txt"})
        missing = make(self.local.environment(), "move-homes", "AWS_STACK=latchkey", "TO=user")
        self.assertIn("latchkey: PAIRS or TO is missing: make move-homes", missing.stderr)

    def test_an_object_too_large_for_one_copy_is_copied_in_parts(self) -> None:
        body = b"x" * (6 * 1024 * 1024)
        self.s3.put_object(Bucket=self.bucket, Key="parts/old", Body=body, ContentType="image/png")
        source = next(listed(self.s3, self.bucket, "parts/old"))
        mover = Mover(self.s3, self.bucket, copy_bytes_max=1024)
        self.assertEqual(mover.move(source, "parts/new"), (Outcome.MOVED, ""))
        there = self.s3.get_object(Bucket=self.bucket, Key="parts/new")
        self.assertEqual((there["Body"].read() == body, there["ContentType"]), (True, "image/png"))
        self.assertIn("-", there["ETag"], "in parts")
        self.assertEqual(self.keys("parts/"), {"new"})

    def test_a_key_that_would_be_too_long_stays(self) -> None:
        source = Object("old", 1, '"etag"', "STANDARD")
        outcome, why = Mover(self.s3, self.bucket).move(source, "n" * 1025)
        self.assertEqual((outcome, why), (Outcome.LEFT, "its new key would be longer than 1024 bytes"))
