"""Moves every home of a list, or says what it would move."""

import argparse
import threading
from pathlib import Path
from typing import Any

from botocore.config import Config

from .. import layout
from ..account import CONFIG, Account
from ..answers import file
from ..failure import Failure, run
from ..home import objects, stack
from . import pairs
from .copying import PARTS_AT_ONCE
from .mover import Mover
from .objects import Tally, listed
from .run import OBJECTS_AT_ONCE, move, say

HOMES = "private/"

COPYING = CONFIG.merge(Config(read_timeout=600, max_pool_connections=OBJECTS_AT_ONCE * PARTS_AT_ONCE))
"""S3 may take minutes to answer that it has copied 5 GiB."""


def main() -> None:
    """Without --apply it only looks."""
    arguments = argparse.ArgumentParser(prog="operations.move")
    arguments.add_argument("stack")
    arguments.add_argument("pairs", type=Path, help="CSV with the columns identity_id and sub")
    arguments.add_argument("to", choices=("user", "identity"), help="what homes are to be named after, as in HomeOf")
    arguments.add_argument("--stacks", type=Path, default=layout.STACKS, metavar="DIR", help="default: stacks")
    arguments.add_argument("--apply", action="store_true", help="move, and do not only say what would be moved")
    given = arguments.parse_args()
    account = Account(file.read_for(given.stacks, given.stack), is_read_only=not given.apply)
    people = pairs.read(given.pairs)
    here = stack.read(account, given.stack)
    pairs.check_users(account, here, given.pairs, people)
    if given.to == "identity":
        pairs.check_identities(account, here, given.pairs, people)
    homes = {prefix(person, given.to, is_new=False): prefix(person, given.to, is_new=True) for person in people}
    is_deployed = given.to == ("user" if "{sub}" in here.home_prefix else "identity")
    mover = Mover(account.client("s3", config=COPYING), here.bucket, threading.Event())
    if not given.apply:
        found = show(account, mover, homes)
        how = "APPLY=yes" if is_deployed else f"deploy with HomeOf={given.to}, and then say APPLY=yes"
        print("  nothing was changed." + (f" To move: {how}" if found.objects else ""))
        say_whose_are_left(mover.s3, here.bucket, homes)
        return
    if not is_deployed:
        raise Failure(f"people still write into the old homes; first deploy with HomeOf={given.to}")
    moved = move(mover, homes)
    print(f"» {moved}")
    say_whose_are_left(mover.s3, here.bucket, homes)
    if moved.left:
        raise Failure(f"{moved.left} objects are left where they are; the lines above say why")


def prefix(person: pairs.Pair, to: str, is_new: bool) -> str:
    """The person's home, as it is called before or after."""
    return f"{HOMES}{person.sub if (to == 'user') == is_new else person.identity_id}/"


def show(account: Account, mover: Mover, homes: dict[str, str]) -> Tally:
    """Says what would be moved, and what would stay. Nothing is changed."""
    sum_of, people, versions, markers = Tally(), 0, 0, 0
    for old, new in homes.items():
        of_home = Tally()
        taken = {item.key for item in listed(mover.s3, mover.bucket, new)}
        for item in listed(mover.s3, mover.bucket, old):
            target = new + item.key.removeprefix(old)
            result = mover.plan(item, target, is_taken=target in taken)
            of_home.add(result)
            say(result)
        past = objects.count(account, mover.bucket, old)
        print(f"  {old} to {new}: {of_home}; {stay(past.version_count, past.marker_count)}", flush=True)
        sum_of.add_all(of_home)
        people += bool(of_home.objects)
        versions, markers = versions + past.version_count, markers + past.marker_count
    print(f"» {people} of {len(homes)} people have something to move: {sum_of}; {stay(versions, markers)}")
    return sum_of


def stay(versions: int, markers: int) -> str:
    """What is never moved."""
    return f"{versions} old versions and {markers} delete markers stay"


def say_whose_are_left(s3: Any, bucket: str, homes: dict[str, str]) -> None:
    """Homes that the list has under neither name."""
    known = {*homes, *homes.values()}
    home_count = object_count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=HOMES, Delimiter="/"):
        for found in page.get("CommonPrefixes", ()):
            if found["Prefix"] not in known:
                home_count += 1
                object_count += sum(1 for _ in listed(s3, bucket, found["Prefix"]))
    if home_count:
        print(f"  {home_count} homes with {object_count} objects are of nobody in the list", flush=True)


if __name__ == "__main__":
    run(main)
