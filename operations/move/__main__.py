"""Moves every home of a list, or says what it would move."""

import argparse
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .. import layout
from ..account import Account
from ..answers import file
from ..failure import run
from ..home import stack
from . import pairs
from .objects import Mover, Object, Outcome, listed

WORKERS = 8
HOMES = "private/"


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
    pairs.check_users(account, here.user_pool_id, given.pairs, people)
    s3 = account.client("s3")
    homes = {prefix(person, given.to, is_new=False): prefix(person, given.to, is_new=True) for person in people}
    left = move(s3, here.bucket, homes) if given.apply else show(s3, here.bucket, homes)
    say_whose_are_left(s3, here.bucket, homes)
    if left:
        sys.exit(f"latchkey: {left} objects are left where they are; the lines above say why")


def prefix(person: pairs.Pair, to: str, is_new: bool) -> str:
    """The person's home, as it is called before or after."""
    return f"{HOMES}{person.sub if (to == 'user') == is_new else person.identity_id}/"


def show(s3: Any, bucket: str, homes: dict[str, str]) -> int:
    """Says what would be moved. Nothing is."""
    count = size = 0
    for old, new in homes.items():
        found = list(listed(s3, bucket, old))
        if found:
            home_bytes = sum(item.size for item in found)
            count, size = count + len(found), size + home_bytes
            print(f"  {old} to {new}: {len(found)} objects, {home_bytes} bytes", flush=True)
    print(f"» {count} objects with {size} bytes would be moved. To move them: APPLY=yes")
    return 0


def move(s3: Any, bucket: str, homes: dict[str, str]) -> int:
    """Moves home after home, and returns how many objects are left."""
    mover, sum_of = Mover(s3, bucket), Counter[Outcome]()
    try:
        with ThreadPoolExecutor(WORKERS) as workers:
            try:
                for old, new in homes.items():
                    moved = move_home(workers, mover, old, new)
                    if moved:
                        sum_of += moved
                        print(f"  {old} to {new}: {told(moved)}", flush=True)
            except BaseException:
                workers.shutdown(cancel_futures=True)
                raise
    except KeyboardInterrupt:
        sys.exit(f"latchkey: interrupted; so far {told(sum_of)}. The same command goes on from here")
    print(f"» {told(sum_of)}")
    return sum_of[Outcome.LEFT]


def move_home(workers: ThreadPoolExecutor, mover: Mover, old: str, new: str) -> Counter[Outcome]:
    """Moves one home, several objects at a time."""

    def moved(item: Object) -> tuple[Outcome, str, str]:
        outcome, why = mover.move(item, new + item.key.removeprefix(old))
        return outcome, why, item.key

    counts = Counter[Outcome]()
    for outcome, why, key in workers.map(moved, listed(mover.s3, mover.bucket, old)):
        counts[outcome] += 1
        if why:
            print(f"  left {key!r}: {why}", flush=True)
    return counts


def told(counts: Counter[Outcome]) -> str:
    """The counts in words."""
    return ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items() if count) or "nothing to move"


def say_whose_are_left(s3: Any, bucket: str, homes: dict[str, str]) -> None:
    """Homes that the list has under neither name."""
    known = {*homes, *homes.values()}
    count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=HOMES, Delimiter="/"):
        count += sum(found["Prefix"] not in known for found in page.get("CommonPrefixes", ()))
    if count:
        print(f"  {count} homes are of nobody in the list")


if __name__ == "__main__":
    run(main)
