"""Odd keys: each comes through the query as it was sent, and most through the path."""

from urllib.parse import quote

from ..checks import expect
from ..run import Run
from .uploads import follow, upload

NAMES = (
    "a b", "a+b", "a&b=c", "100%", "a%2Fb", "a?b=c", "a#b", "<a>", "\"'\\", "x//y", "~/x", "-", "é€😀",
    "line\nbreak\t", "a:b;c,d", "[a]{b}|^`", "trailing/",
)  # fmt: skip

NOT_IN_PATH = ("%", "?", "\n")
"""What docs/api.md sends to the query instead."""


def run(run: Run) -> None:
    """Uploads, reads and deletes an object of each name."""
    for name in NAMES:
        with run.checks.check(f"An object named {name!r} is uploaded, read and deleted"):
            key, data = f"~/{name}", name.encode()
            upload(run, run.one, key, data)
            read = follow(run.object(run.one, key))
            expect((200, data), (read.status, read.body), "by the query")
            if not any(mark in name for mark in NOT_IN_PATH):
                read = follow(run.api(f"/objects/{quote(key)}", run.one))
                expect((200, data), (read.status, read.body), "by the path")
            expect(204, run.object(run.one, key, "DELETE").status, "the deletion")
