"""The conversation that every client here has: an operation's name on a line, and its outcome on a line."""

import sys
from collections.abc import Callable

HELLO = b"Hello!\n"
"""What `write` writes and `read` has to find."""

LARGE_BYTES = 12 * 1024 * 1024
"""What `multipart` writes: more than one part with each client's settings here."""


def serve(operations: dict[str, Callable[[], object]]) -> None:
    """Does what standard input names until it ends: `ok`, a number, or why it failed, in one line."""
    for line in sys.stdin:
        try:
            outcome = operations[line.strip()]()
        except Exception as error:  # noqa: BLE001 (a person sees every kind)
            outcome = " ".join(f"{type(error).__name__}: {error}".split())
        print("ok" if outcome is None else outcome, flush=True)


def expect(found: object, expected: object) -> None:
    """Fails if the bucket has another content than was written."""
    if found != expected:
        raise ValueError(f"{found!r} is not {expected!r}")
