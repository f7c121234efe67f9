"""One object's way: a link to upload it, links to read it, and its deletion."""

import json
from urllib.parse import quote

from .. import web
from ..checks import Skip, expect, expect_that
from ..cleanup import versions_below
from ..people import Person
from ..run import Run

TEXT = "text/plain"


def ask(run: Run, person: Person, key: str, size: int, content_type: str = TEXT) -> web.Answer:
    """Asks for a link to upload."""
    return run.object(person, key, "POST", json.dumps({"size": size, "content_type": content_type}).encode())


def put(link: web.Answer, data: bytes, content_type: str = TEXT) -> web.Answer:
    """Uploads to a link, with what headers the caller chooses."""
    return web.send(link.json["url"], "PUT", {"Content-Type": content_type}, data)


def upload(run: Run, person: Person, key: str, data: bytes) -> None:
    """Uploads as a page does."""
    link = ask(run, person, key, len(data))
    expect("200", link.said(), "asking for the link")
    expect("200", put(link, data).said(), "the upload")


def follow(redirect: web.Answer, method: str = "GET") -> web.Answer:
    """Follows a redirect without the token, as clients do when it leads to another host."""
    expect("302", redirect.said(), "asking for the link")
    return web.send(redirect.header("location") or "", method)


def run(run: Run) -> None:
    """Everything that `/objects/{key+}` does, with a usual key."""
    checks, one, key, data = run.checks, run.one, "~/notes/to do.txt", b"buy milk"
    path = f"/objects/{quote(key)}"
    with checks.check("A person uploads an object through a link"):
        upload(run, one, key, data)
    with checks.check("An upload is held to its size and type"):
        link = ask(run, one, "~/held.txt", 3)
        for content_type, other in ((TEXT, b"four"), (TEXT, b""), ("text/html", b"abc")):
            expect(403, put(link, other, content_type).status, f"{len(other)} bytes of {content_type}")
    with checks.check("An upload above UploadMaxBytes gets no link"):
        largest = run.stack.number("UploadMaxBytes")
        if not largest:
            raise Skip("the deployed template has no UploadMaxBytes")
        expect("400 invalid_request", ask(run, one, "~/large.txt", largest + 1).said())
    with checks.check("GET redirects to the object, which is then saved and not shown"):
        read = follow(run.api(path, one))
        expect((200, data), (read.status, read.body))
        expect_that((read.header("content-disposition") or "").startswith("attachment"), "attachment",
                    read.header("content-disposition"))  # fmt: skip
    with checks.check("HEAD redirects to a link for HEAD"):
        looked = follow(run.api(path, one, method="HEAD"), "HEAD")
        expect((200, str(len(data))), (looked.status, looked.header("content-length")))
    with checks.check("redirect=false answers with the link, which needs no token"):
        answer = run.api(f"{path}?redirect=false&url_seconds=60", one)
        expect("200", answer.said())
        expect(data, web.send(answer.json["url"]).body)
    with checks.check("DELETE removes the object, and once more is no error"):
        for _ in range(2):
            expect(204, run.api(path, one, method="DELETE").status)
        expect(404, follow(run.api(path, one)).status, "reading it")
    with checks.check("A deleted object can be restored (BucketVersioning)"):
        if run.stack.parameter("BucketVersioning") != "Enabled":
            raise Skip("BucketVersioning is not Enabled")
        expect_that(len(versions_below(run.stack.output("BucketName"), one.home + key[2:])) >= 2,
                    "the version and the delete marker", "fewer")  # fmt: skip
    with checks.check("A key with a .. segment has no link"):
        expect("400 invalid_request", run.object(one, "~/a/../b").said())
