"""Moves homes, several objects at a time, until all are moved or the operator stops."""

from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from itertools import islice

from ..failure import Failure
from .mover import Mover
from .objects import Object, Result, Tally, listed

OBJECTS_AT_ONCE = 8
BATCH_OBJECTS = 1000
"""How many are waiting at most, however many a home has."""


def move(mover: Mover, homes: dict[str, str]) -> Tally:
    """Moves home after home, and says so."""
    sum_of = Tally()
    try:
        with ThreadPoolExecutor(OBJECTS_AT_ONCE) as workers:
            for old, new in homes.items():
                of_home = Tally()
                try:
                    move_home(workers, mover, (old, new), of_home)
                finally:
                    sum_of.add_all(of_home)
                if of_home.objects:
                    print(f"  {old} to {new}: {of_home}", flush=True)
    except KeyboardInterrupt:
        raise Failure(f"interrupted; so far: {sum_of}. Run the same command again, and it continues") from None
    except BaseException:
        print(f"» stopped; so far: {sum_of}", flush=True)
        raise
    return sum_of


def move_home(workers: ThreadPoolExecutor, mover: Mover, names: tuple[str, str], tally: Tally) -> None:
    """Moves one home, and counts what has become of its objects, also if it is stopped."""
    old, new = names
    for batch in batches(listed(mover.s3, mover.bucket, old)):
        if tally.objects:
            print(f"  {old}, so far: {tally}", flush=True)
        running = [workers.submit(mover.move, item, new + item.key.removeprefix(old)) for item in batch]
        try:
            wait(running, return_when=FIRST_EXCEPTION)
        finally:
            finish(mover, running, tally)
        failed = next((task.exception() for task in running if not task.cancelled() and task.exception()), None)
        if failed:
            raise failed


def finish(mover: Mover, running: "list[Future[Result]]", tally: Tally) -> None:
    """Starts nothing more, waits for what was started, and counts it."""
    if not all(task.done() for task in running):
        mover.stopping.set()
        for task in running:
            task.cancel()
        wait(running)
    for task in running:
        if not task.cancelled() and not task.exception():
            tally.add(task.result())
            say(task.result())


def say(result: Result) -> None:
    """A line for an object that is left."""
    if result.why:
        print(f"  left {result.item.key!r}: {result.why}", flush=True)


def batches(items: Iterator[Object]) -> Iterator[list[Object]]:
    """The items, some at a time."""
    while batch := list(islice(items, BATCH_OBJECTS)):
        yield batch
