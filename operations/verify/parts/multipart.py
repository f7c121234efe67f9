"""An object that is uploaded in parts, resumed, completed and aborted."""

import json
from typing import Any
from urllib.parse import urlencode

from .. import web
from ..checks import expect
from ..people import Person
from ..run import Run
from .uploads import TEXT, follow

PART, LAST = b"a" * (5 << 20), b"the end"
"""The smallest part that S3 takes, and the last one, which may be smaller."""


def run(run: Run) -> None:
    """Uploads an object of two parts, and gives up another."""
    checks, one, two = run.checks, run.one, run.two
    with checks.check("An upload in parts is resumed by what has arrived"):
        upload = start(run, one, "~/in parts.txt")
        expect(200, put(upload, 2, LAST).status, "the last part")
        expect("409 incomplete", ask(run, one, upload, "POST").said(), "completing half of it")
        resumed = ask(run, one, upload, links="1-1").json
        expect([2], [part["number"] for part in resumed["received"]], "what has arrived")
        expect(200, put(resumed, 1, PART).status, "the first part, to a new link")
    with checks.check("An upload in parts is completed, and once more is no error"):
        upload = start(run, one, "~/completed.txt")
        for number, data in ((1, PART), (2, LAST)):
            expect(200, put(upload, number, data).status, f"part {number}")
        first, again = (ask(run, one, upload, "POST") for _ in range(2))
        expect(("200", "200"), (first.said(), again.said()))
        expect(first.json["etag"], again.json["etag"], "the same object")
        looked = follow(run.object(one, "~/completed.txt", "HEAD"), "HEAD")
        expect(str(len(PART) + len(LAST)), looked.header("content-length"), "its size")
    with checks.check("An upload in parts takes no part of another size, and nobody else's hand"):
        upload = start(run, one, "~/mine.txt")
        expect(403, put(upload, 2, b"too long an end").status, "another size")
        expect("403 access_denied", ask(run, two, upload).said(), "another person")
    with checks.check("An aborted upload is gone"):
        upload = start(run, one, "~/given up.txt")
        expect("204", ask(run, one, upload, "DELETE").said())
        expect("404 not_found", ask(run, one, upload).said())
        expect(404, put(upload, 2, LAST).status, "a part after that")


def start(run: Run, person: Person, key: str) -> Any:
    """Starts an upload of the two parts."""
    wanted = {"key": key, "size": len(PART) + len(LAST), "content_type": TEXT, "part_size": len(PART)}
    answer = run.api("/uploads", person, method="POST", body=json.dumps(wanted).encode())
    expect("201", answer.said(), "starting the upload")
    return answer.json


def ask(run: Run, person: Person, upload: Any, method: str = "GET", **query: str) -> web.Answer:
    """Asks for something of the upload."""
    return run.api(f"/uploads/{upload['upload']}?{urlencode(query)}", person, method=method)


def put(answer: Any, number: int, data: bytes) -> web.Answer:
    """Uploads to the link of a part in the answer."""
    url = next(part["url"] for part in answer["parts"] if part["number"] == number)
    return web.send(url, "PUT", {}, data)
