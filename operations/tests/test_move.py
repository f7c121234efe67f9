"""Homes are moved from one layout to the other, and people find their files again."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterable

from .. import layout
from .local_aws import make
from .move_case import MoveCase
from .person import call

ODD_KEYS = ("a b+c%2F", "é🦀", "new\nline", "x/../y", "folder/", "~/", "..", "?versionId=1")
POLICY = layout.ROOT / "operations" / "move" / "policy.json"
MANY = 400


class Move(MoveCase):
    """As an operator does it."""

    def test_people_find_their_files_under_the_other_name(self) -> None:
        ada, bea, cid = self.settle("ada"), self.settle("bea"), self.settle("cid")
        old, new = ada.homes
        for key in ODD_KEYS:
            self.s3.put_object(Bucket=self.bucket, Key=old + key, Body=key.encode(), Metadata={"made": "by-hand"})
        self.s3.put_object_tagging(
            Bucket=self.bucket, Key=f"{old}a b+c%2F", Tagging={"TagSet": [{"Key": "kind", "Value": "odd &="}]}
        )
        wanted = {"hello.txt", *ODD_KEYS}
        listing = self.pairs([ada.pair, bea.pair])
        sizes = sum(len(key.encode()) for key in ODD_KEYS)

        dry = self.move(listing, "user")
        self.assertIn(
            f"  {old} to {new}: 9 to move ({sizes + 5} bytes); 0 old versions and 0 delete markers stay\n",
            dry.stdout,
            dry.stderr,
        )
        self.assertIn(f"» 2 of 2 people have something to move: 10 to move ({sizes + 10} bytes); ", dry.stdout)
        self.assertIn("To move: deploy with HomeOf=user, and then say APPLY=yes\n", dry.stdout)
        self.assertRegex(dry.stdout, r"  \d+ homes with \d+ objects are of nobody in the list\n")
        early = self.move(listing, "user", "--apply")
        self.assertEqual(
            early.stderr, "latchkey: people still write into the old homes; first deploy with HomeOf=user\n"
        )
        self.assertEqual((self.keys(old), self.keys(new)), (wanted, set()), "nothing was changed")

        self.name_homes_after("user")
        # What a run that was interrupted has left: a copy whose source is still there.
        source = {"Bucket": self.bucket, "Key": f"{old}hello.txt"}
        self.s3.copy_object(Bucket=self.bucket, Key=f"{new}hello.txt", CopySource=source)
        # And what the person has written under the other name in the meantime.
        self.s3.put_object(Bucket=self.bucket, Key=f"{new}é🦀", Body=b"newer")
        conflict = f"  left '{old}é🦀': '{new}é🦀' is another object; compare the two, delete one, and run this again\n"
        dry = self.move(listing, "user")
        self.assertIn(conflict, dry.stdout, dry.stderr)
        self.assertIn("8 to move (", dry.stdout)
        self.assertIn("To move: APPLY=yes\n", dry.stdout)
        done = self.move(listing, "user", "--apply")
        self.assertIn(conflict, done.stdout, done.stderr)
        self.assertIn(f"  {old} to {new}: 7 moved (", done.stdout)
        self.assertIn("1 there already (5 bytes), 1 in conflict (6 bytes)", done.stdout)
        self.assertEqual(done.stderr, "latchkey: 1 objects are left where they are; the lines above say why\n")
        self.assertEqual((self.keys(old), self.keys(new)), ({"é🦀"}, wanted))
        self.assertEqual(self.keys(bea.homes[1]), {"hello.txt"})
        self.assertEqual(self.keys(cid.homes[0]), {"hello.txt"}, "nobody asked for that")
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key=f"{new}é🦀")["Body"].read(), b"newer")
        moved = self.s3.head_object(Bucket=self.bucket, Key=f"{new}a b+c%2F")
        self.assertEqual(moved["Metadata"], {"made": "by-hand"})
        tags = self.s3.get_object_tagging(Bucket=self.bucket, Key=f"{new}a b+c%2F")["TagSet"]
        self.assertEqual(tags, [{"Key": "kind", "Value": "odd &="}])
        old_versions = self.s3.list_object_versions(Bucket=self.bucket, Prefix=f"{old}hello.txt")
        self.assertEqual((len(old_versions["Versions"]), len(old_versions["DeleteMarkers"])), (1, 1), "nothing is lost")

        self.s3.delete_object(Bucket=self.bucket, Key=f"{old}é🦀")
        token = ada.person.sign_in(self.local.record["client_id"])
        page = call(self.local.record["api_url"], "GET", "/objects", token)
        self.assertEqual((page["prefix"], len(page["objects"])), (new, 9))
        again = self.move(listing, "user", "--apply")
        self.assertIn("» nothing to move\n", again.stdout, again.stderr)
        after = self.move(listing, "user")
        self.assertIn("» 0 of 2 people have something to move: nothing to move; ", after.stdout, after.stderr)
        self.assertIn("  nothing was changed.\n", after.stdout)

        self.name_homes_after("identity")
        back = make(
            self.local.environment(), "move-homes", "AWS_STACK=latchkey", f"PAIRS={listing}", "TO=identity", "APPLY=yes"
        )
        self.assertIn("» 10 moved (", back.stdout, back.stderr)
        self.assertEqual((self.keys(old), self.keys(new)), (wanted, set()))

    def test_what_was_interrupted_continues(self) -> None:
        who = self.settle("eve")
        old, new = who.homes
        self.name_homes_after("user")
        wanted = {"hello.txt", *(f"{number}" for number in range(MANY))}
        for key in wanted - {"hello.txt"}:
            self.s3.put_object(Bucket=self.bucket, Key=old + key, Body=key.encode())
        listing = self.pairs([who.pair])
        for stop in (signal.SIGINT, signal.SIGKILL):
            with self.subTest(stop.name):
                before = len(self.keys(new))
                running = self.start(listing, "user", "--apply")
                while len(self.keys(new)) < before + 20 and running.poll() is None:
                    time.sleep(0.01)
                running.send_signal(stop)
                _, errors = running.communicate(timeout=60)
                self.assertNotEqual(running.returncode, 0, "it was too fast to be interrupted")
                self.assertTrue(self.keys(old), "it was too fast to be interrupted")
                self.assertEqual(self.keys(old) | self.keys(new), wanted)
                if stop is signal.SIGINT:
                    expected = (
                        r"latchkey: interrupted; so far: \d+ moved .*\. Run the same command again, and it continues\n"
                    )
                    self.assertRegex(errors, f"^{expected}$")
                    self.assertEqual(self.keys(old) & self.keys(new), set(), "what was started was finished")
        done = self.move(listing, "user", "--apply")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.keys(old), self.keys(new)), (set(), wanted))

    def test_the_rights_in_the_policy_are_enough(self) -> None:
        who = self.settle("fay")
        old, new = who.homes
        self.put_in_parts(f"{old}large")
        self.s3.put_object(Bucket=self.bucket, Key=f"{old}tagged", Body=b"1", Tagging="kind=odd")
        self.name_homes_after("user")
        listing = self.pairs([who.pair])
        record = self.local.record
        policy = POLICY.read_text().replace("IDENTITY_POOL_ID", record["identity_pool_id"])
        policy = policy.replace("USER_POOL_ID", record["user_pool_id"]).replace("STACK", "latchkey")
        refused = self.move(listing, "user", "--apply", keys=self.keys_of("looker", without(policy, "MoveThem")))
        self.assertRegex(refused.stderr, r"^latchkey: you may not call \w+: .*; ask for that right\n$")
        self.assertEqual(self.keys(new), set())
        mover = self.keys_of("mover", policy)
        for to in ("user", "identity"):
            with self.subTest(to):
                self.name_homes_after(to)
                dry = self.move(listing, to, keys=mover)
                self.assertIn(": 3 to move (", dry.stdout, dry.stderr)
                done = self.move(listing, to, "--apply", keys=mover)
                self.assertIn("» 3 moved (", done.stdout, done.stderr)
                for secret in mover:
                    self.assertNotIn(secret, dry.stdout + dry.stderr + done.stdout + done.stderr)

    def test_a_list_with_mistakes_moves_nothing(self) -> None:
        who = self.settle("dot")
        identity_id, sub = who.pair
        other, unknown = f"{identity_id[:-4]}0000", "00000000-0000-0000-0000-000000000000"
        cases = [
            ("user", (identity_id, ".."), "line 2: '..' is no sub"),
            ("user", (identity_id, unknown), f"line 2: the user pool has no user with the sub {unknown}"),
            ("identity", (other, sub), f"line 2: the identity pool has no identity {other}"),
        ]
        for to, row, expected in cases:
            with self.subTest(expected):
                listing = self.pairs([row])
                done = self.move(listing, to, "--apply")
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertEqual(
                    done.stderr,
                    f"  {listing}, {expected}\n"
                    f"latchkey: nothing was moved, because {listing} has mistakes (1); correct the lines above\n",
                )
        self.assertEqual(self.keys(who.homes[0]), {"hello.txt"})
        missing = make(self.local.environment(), "move-homes", "AWS_STACK=latchkey", "TO=user")
        self.assertIn("latchkey: PAIRS or TO is missing: make move-homes", missing.stderr)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Starts the command, for somebody to interrupt it."""
        return subprocess.Popen(
            [sys.executable, "-m", "operations.move", "latchkey", *arguments],
            cwd=layout.ROOT,
            env=self.local.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            # A shell that runs the tests in the background ignores SIGINT, and so would the command.
            preexec_fn=heed_interrupts,  # noqa: PLW1509
        )

    def keys_of(self, name: str, policy: str) -> tuple[str, str]:
        """The keys of a user of the account who may do no more."""
        iam = self.local.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="move", PolicyDocument=policy)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]


def heed_interrupts() -> None:
    """Lets Ctrl-C interrupt."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def without(policy: str, sid: str) -> str:
    """The policy without one of its statements."""
    document = json.loads(policy)
    statements: Iterable[dict[str, str]] = document["Statement"]
    return json.dumps(document | {"Statement": [each for each in statements if each["Sid"] != sid]})
