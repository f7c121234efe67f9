"""Listing: pages that together have each object once, folders, links and CSV."""

from typing import Any
from urllib.parse import quote, urlencode

from .. import web
from ..checks import expect, expect_that
from ..run import Run
from .uploads import upload

NAMES = ("a.txt", "b + c?.txt", "d/é.txt", "e%2F.txt", "f.txt")


def run(run: Run) -> None:
    """Lists objects that are uploaded for it."""
    checks, one = run.checks, run.one
    with checks.check("Objects are there to be listed"):
        for name in NAMES:
            upload(run, one, f"~/pages/{name}", name.encode())
    with checks.check("Pages have each object exactly once, with its exact key"):
        expect([f"{one.home}pages/{name}" for name in NAMES], every_key(run, prefix="~/pages/", max_keys="2"))
    with checks.check("A delimiter folds what lies deeper"):
        page = listed(run, prefix="~/pages/", delimiter="/")
        expect([f"{one.home}pages/d/"], page["folders"])
    with checks.check("start_after goes on behind a key"):
        page = listed(run, prefix="~/pages/", start_after="~/pages/d/é.txt")
        expect([f"{one.home}pages/{name}" for name in NAMES[3:]], [item["key"] for item in page["objects"]])
    with checks.check("The links of a page lead to its objects"):
        page = listed(run, prefix="~/pages/", expand="urls", url_seconds="60")
        expect(len(NAMES), len(page["objects"]), "objects")
        for name, item in zip(NAMES, page["objects"], strict=True):
            expect((200, name.encode()), ((answer := web.send(item["url"])).status, answer.body))
    with checks.check("A page comes as CSV, with the next one in Link"):
        headers = one.authorization | {"Accept": "text/csv"}
        answer = run.api("/objects?prefix=~/pages/&max_keys=2", headers=headers)
        expect((200, True), (answer.status, (answer.header("content-type") or "").startswith("text/csv")))
        expect(3, len(answer.body.decode().strip().split("\r\n")), "lines")
        expect_that('rel="next"' in (answer.header("link") or ""), 'Link with rel="next"', "none")
    with checks.check("public/ can be listed, and the whole bucket not"):
        expect("200", run.api("/objects?prefix=public/&max_keys=1", one).said())
        for prefix in ("", "private/"):
            expect("403 access_denied", run.api(f"/objects?prefix={prefix}", one).said(), f"prefix={prefix}")
    with checks.check("An unknown parameter is refused by name"):
        answer = run.api("/objects?nonsense=1", one)
        expect("400 invalid_request", answer.said())
        expect_that("nonsense" in answer.json["message"], "a message that names it", answer.json["message"])


def listed(run: Run, **query: str) -> Any:
    """A page."""
    answer = run.api(f"/objects?{urlencode(query, quote_via=quote)}", run.one)
    expect("200", answer.said())
    return answer.json


def every_key(run: Run, **query: str) -> list[str]:
    """The keys of all pages."""
    keys: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = listed(run, **query, **cursor)
        keys += [item["key"] for item in page["objects"]]
        expect_that(len(keys) <= len(NAMES), f"at most {len(NAMES)} objects", len(keys))
        if "next_cursor" not in page:
            return keys
        cursor = {"cursor": page["next_cursor"]}
